"""Lifecycles: the whole life of an aggregate as one table of (state, step) → state."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Generic, TypeVar

from shared.kernel.refusals import Conflict

__all__ = ["Lifecycle", "StepNotAllowed"]

State = TypeVar("State", bound=StrEnum)
Step = TypeVar("Step", bound=StrEnum)


class StepNotAllowed(Conflict):
    """The pair (state, step) is not in the lifecycle table."""

    zh = "当前状态为“{state}”，不能执行“{step}”。现在可以执行：{allowed}。"
    en = "In state '{state}' the step '{step}' is not allowed. Allowed now: {allowed}."


class Lifecycle(Generic[State, Step]):
    """A closed table of transitions. A pair that is not in it is not allowed."""

    def __init__(self, transitions: Mapping[tuple[State, Step], State]) -> None:
        """Take the table `{(state, step): next state}`."""
        self.transitions = dict(transitions)

    def after(self, state: State, step: Step) -> State:
        """Return the state that `step` leads to; raise StepNotAllowed where the table has no such pair."""
        following = self.transitions.get((state, step))
        if following is None:
            allowed = ", ".join(self.allowed(state)) or "-"
            raise StepNotAllowed(state=state.value, step=step.value, allowed=allowed)
        return following

    def allowed(self, state: State) -> list[Step]:
        """Return the steps that may be taken now, in the order of the table."""
        return [step for (source, step) in self.transitions if source == state]

    def as_mermaid(self) -> str:
        """Draw the table as a Mermaid state diagram."""
        rows = [f"    {source} --> {target}: {step}" for (source, step), target in self.transitions.items()]
        return "\n".join(["stateDiagram-v2", *rows])
