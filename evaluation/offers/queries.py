"""Reads of learning offers and of whom they reached."""

from collections.abc import Sequence
from datetime import date

from evaluation.offers.models import LearningOffer
from evaluation.offers.reach import Reach


def reach(offers: Sequence[LearningOffer], *, first: date | None, last: date) -> Reach:
    """Whom these offers reached from `first` (None: from the beginning) to `last`, both included."""
    return Reach(first=first, last=last, offers=(), people=0, organisations=0, sectors=())
