"""Due tasks: what must happen at a moment, kept as a row beside the case and claimed with SKIP LOCKED."""

from shared.tasks.runner import MAX_ATTEMPTS, DueTask, TaskHandler, TaskRunner
from shared.tasks.scheduling import cancel, schedule

__all__ = ["MAX_ATTEMPTS", "DueTask", "TaskHandler", "TaskRunner", "cancel", "schedule"]
