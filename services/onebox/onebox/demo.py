"""The demo district: the project's own list of estates, brought in as anybody's list would be."""

from onebox.box import BoxSettings
from onebox.client import Client
from onebox.demo_people import DISTRICT
from onebox.importing import Import, import_estates
from onebox.tokens import TokenSource
from onebox.welcome import address_of, demo_file, say
from shared.identity import Role

__all__ = ["load_demo"]


async def load_demo(settings: BoxSettings) -> None:
    """Import the demo district, unless the register has estates already."""
    token = TokenSource.open(settings).for_role(Role.AUTHORITY_OFFICER)
    async with Client(address_of(settings)) as client:
        authorization = f"Bearer {token}"
        answer = await client.send(
            "GET", "/api/estate-registry/estates", authorization=authorization, params={"limit": "1"}
        )
        if answer.json()["items"]:
            return
        say("正在载入演示数据 / loading the demo district …")
        demo = Import.of_file(demo_file(), territory=DISTRICT, source="demo")
        result = await import_estates(client, demo, authorization=authorization)
        say(f"  {result.sentence}")
