"""No request leaves the thread of the event loop, in which all others wait for it."""

from inspect import iscoroutinefunction

from fastapi.dependencies.models import Dependant

__all__ = ["DependencyInAThread", "refuse_threads"]


class DependencyInAThread(Exception):  # noqa: N818 - named as the fact it states
    """A dependency is something else than a coroutine function: a fault of the program, raised at import.

    FastAPI runs a plain function or class in another thread. On a busy machine each change of threads takes
    up to five milliseconds.
    """


def refuse_threads(dependant: Dependant, *, path: str) -> None:
    """Refuse a route with a dependency that would run in another thread; raise DependencyInAThread."""
    for each in dependant.dependencies:
        if not iscoroutinefunction(each.call):
            message = f"{path} depends on {each.call}, which is no coroutine function."
            raise DependencyInAThread(message)
        refuse_threads(each, path=path)
