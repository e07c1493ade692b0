"""Why a rebuild does not come to its end."""

# ruff: noqa: N818 - a class is named as the fact it states, like the refusals of the kernel

import asyncpg

from shared.messaging.applying import ReactionFailed

__all__ = ["HorizonStands", "ReachesOutside", "RebuildUnderWay", "refuse_reaching_outside"]


class RebuildUnderWay(Exception):
    """Another process builds the same read model anew."""

    def __init__(self, schema: str) -> None:
        """Name the service."""
        super().__init__(
            f"{schema} 的读模型正在重建，请等待其结束。/ "
            f"The read model of {schema} is being built anew already. Wait."
        )


class ReachesOutside(Exception):
    """A reaction of a read model wrote something that is no part of it: a fault of the program."""

    def __init__(self, error: str) -> None:
        """Say what the database refused."""
        super().__init__(
            f"读模型的反应写了读模型以外的数据，已停止，未作切换：{error} / "
            f"A reaction of the read model writes beyond it. Nothing was switched: {error}"
        )


class HorizonStands(Exception):
    """A transaction stays open, and the journal cannot be said to be complete up to now."""

    def __init__(self, source: str, behind: int) -> None:
        """Name the journal."""
        super().__init__(
            f"{source} 有长时间未结束的事务，尚有 {behind} 个编号不能确认；"
            "请结束该事务（pg_stat_activity）后重试。/ "
            f"A transaction stays open: {behind} numbers of {source} are not final. "
            "End it (pg_stat_activity) and try again."
        )


def refuse_reaching_outside(error: Exception) -> None:
    """Raise ReachesOutside for what the database refuses the role of a rebuild."""
    cause = error.cause if isinstance(error, ReactionFailed) else error
    if isinstance(cause, asyncpg.InsufficientPrivilegeError):
        raise ReachesOutside(str(error)) from error
