"""The score of a company on a day, the grade it makes, and the tree that explains both (domain, 3.2).

Pure: the same items, scheme and day give the same score, in whatever order the items come. Points are tenths.
"""

from credit_rating.scores.domain.given import Item
from credit_rating.scores.domain.grades import Reason
from credit_rating.scores.domain.scoring import Score, next_change, score, stand
from credit_rating.scores.domain.tree import Node

__all__ = ["Item", "Node", "Reason", "Score", "next_change", "score", "stand"]
