"""Who tells the story: acts in roles over HTTP, waits for what travels by events, and says what happens."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from onebox.client import Client, PlatformRefused
from onebox.demo_people import DemoPerson
from onebox.tokens import TokenSource

__all__ = ["Json", "StoryFailed", "Teller"]

PATIENCE_SECONDS: Final = 60.0
POLL_SECONDS: Final = 0.1
CONSISTENCY_TOKEN: Final = "consistency-token"  # noqa: S105 - the name of a header
STILL_BEHIND: Final = 504

Json = dict[str, Any]


class StoryFailed(Exception):  # noqa: N818 - named as the fact it states
    """Something did not come out as the story has it."""


@dataclass(kw_only=True)
class Teller:
    """One telling: its client, its tokens, and how many steps were taken."""

    client: Client
    tokens: TokenSource
    say: Callable[[str], None]
    steps: int = 0
    last_fact: str = ""
    _authorizations: dict[DemoPerson, str] = field(default_factory=dict)

    def authorization(self, person: DemoPerson) -> str:
        """Return the header of a person; each token is made once."""
        if person not in self._authorizations:
            self._authorizations[person] = f"Bearer {self.tokens.token(person)}"
        return self._authorizations[person]

    async def act(
        self,
        person: DemoPerson,
        method: str,
        path: str,
        body: Json | None = None,
        *,
        params: Mapping[str, str] | None = None,
    ) -> Json:
        """Send one request as a person and return the answer's body."""
        answer = await self.client.send(
            method, f"/api/{path}", authorization=self.authorization(person), body=body, params=params
        )
        self.last_fact = answer.headers.get(CONSISTENCY_TOKEN, self.last_fact)
        result: Json = answer.json()
        return result

    async def caught_up(self, service: str) -> None:
        """Wait until a service has applied the last fact that an answer named (Consistency-Token)."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            try:
                await self.client.send(
                    "GET", f"/api/{service}/health/ready", headers={CONSISTENCY_TOKEN: self.last_fact}
                )
            except PlatformRefused as refusal:
                if refusal.status != STILL_BEHIND:
                    raise
            else:
                return
        message = f"{service} 未跟上 / has not caught up with {self.last_fact}"
        raise StoryFailed(message)

    async def refused(self, person: DemoPerson, method: str, path: str, body: Json | None = None) -> str:
        """Send a request that must be refused, and return the kind of problem."""
        try:
            await self.act(person, method, path, body)
        except PlatformRefused as refusal:
            return str(refusal.problem["type"]).rpartition("/")[2]
        message = f"应当被拒绝而没有 / should have been refused: {method} {path}"
        raise StoryFailed(message)

    async def until(self, person: DemoPerson, path: str, holds: Callable[[Json], bool], *, what: str) -> Json:
        """Read until something holds that travels by events; raise StoryFailed after a time."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        seen: Json | str = "-"
        while time.monotonic() < deadline:
            try:
                seen = await self.act(person, "GET", path)
                if holds(seen):
                    return seen
            except PlatformRefused as refusal:
                seen = str(refusal)
            await asyncio.sleep(POLL_SECONDS)
        message = f"等待超时 / waited in vain: {what}\n{str(seen)[:2000]}"
        raise StoryFailed(message)

    def told(self, chinese: str, english: str) -> None:
        """Say one step of the story."""
        self.steps += 1
        self.say(f"{self.steps:>3}. {chinese}\n     {english}")

    def expect(self, actual: object, expected: object, *, what: str) -> None:
        """Raise StoryFailed when two things differ."""
        if actual != expected:
            message = f"{what}: {actual!r} ≠ {expected!r}"
            raise StoryFailed(message)
