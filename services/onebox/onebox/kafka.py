"""`gongzhi kafka`: an Apache Kafka on this machine, for trying the platform on it. Its data goes with it."""

import asyncio
import shutil
import signal
from pathlib import Path

from onebox.welcome import say
from shared.clusters import KafkaCluster, alter_topics, apply_topics, declared_topics, scratch_folder

__all__ = ["change_topics", "create_topics", "run_kafka"]


async def create_topics(*, bootstrap: str, file: Path) -> None:
    """Create the declared topics that are missing, and say which are there and which differ."""
    report = await apply_topics(bootstrap=bootstrap, topics=declared_topics(file=file))
    for title, names in (
        ("新建 / created", report.created),
        ("已有 / present", report.present),
        ("与声明不符，未改动 / differing, left as they are", report.differing),
    ):
        if names:
            say(f"{title}: {', '.join(str(name) for name in names)}")


async def change_topics(*, bootstrap: str, file: Path, raise_partitions: bool) -> None:
    """Bring existing topics to their declaration, and say what was changed and what still differs."""
    topics = declared_topics(file=file)
    changed = await alter_topics(bootstrap=bootstrap, topics=topics, raise_partitions=raise_partitions)
    if changed:
        say(f"已修改 / changed: {', '.join(str(each) for each in changed)}")
    await create_topics(bootstrap=bootstrap, file=file)


async def run_kafka(*, brokers: int, topics: Path) -> None:
    """Start brokers, create the declared topics, and keep them until SIGINT or SIGTERM."""
    folder = scratch_folder()
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    try:
        async with KafkaCluster(folder=folder, brokers=brokers) as cluster:
            await create_topics(bootstrap=cluster.bootstrap, file=topics)
            say(f"Kafka 已启动 / Kafka is running: {cluster.bootstrap}")
            say(f"  GONGZHI_BUS=kafka GONGZHI_KAFKA_SERVERS={cluster.bootstrap} gongzhi up")
            await stop.wait()
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
