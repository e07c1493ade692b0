"""The story all services tell together, over HTTP alone: the acceptance test of the platform."""

from onebox.story.plot import tell
from onebox.story.teller import StoryFailed, Teller

__all__ = ["StoryFailed", "Teller", "tell"]
