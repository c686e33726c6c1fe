"""What `lms verify` checks of results: nothing small, nothing of a wave that is not over, and every document can be read."""

from typing import Any

from sqlalchemy import or_, select

from evaluation.results import documents
from evaluation.results.models import CountedRound, Release, ReleasedSlice
from evaluation.results.report import Results
from evaluation.surveys.models import RoundStage, SurveyRound
from lms.catalogue.models import Course
from lms.db import db

#: Names of numbers that count people who answered, or who gave one answer. What was asked is no answer.
COUNTS = {
    "answered", "matched", "count", "improved", "same", "worse", "partial", "late", "refused", "numerator", "alpha_n",
    "n_first", "n_second", "pairs",
}  # fmt: skip


def nothing_small() -> list[str]:
    """No released number counts fewer people than may be told."""
    found = []
    for code, key, threshold, document in _documents():
        small = sorted({name for name, number in _counts(document) if number < threshold})
        found += (
            [f"the results of {code} ({key}) tell a number under {threshold}: {', '.join(small)}."] if small else []
        )
    return found


def _documents() -> list[tuple[str, str, int, dict[str, Any]]]:
    rows = db.session.execute(
        select(Course.code, ReleasedSlice.key, Release.threshold, ReleasedSlice.document)
        .join(Release, Release.id == ReleasedSlice.release_id)
        .join(Course, Course.id == Release.course_id)
        .order_by(Course.code, Release.id, ReleasedSlice.key)
    )
    return [(row[0], row[1], row[2], row[3]) for row in rows]


def _counts(value: Any, name: str = "") -> list[tuple[str, int]]:
    """Every count of people in a document, with its name; those of a shift table too."""
    if isinstance(value, dict):
        return [one for key, part in value.items() for one in _counts(part, key)]
    if isinstance(value, list):
        return [one for part in value for one in _counts(part, "count" if name == "cells" else name)]
    return [(name, value)] if name in COUNTS and isinstance(value, int) else []


def every_document_can_be_read() -> list[str]:
    """Each released document is a whole result of its own slice."""
    found = []
    for code, key, _, document in _documents():
        try:
            fits = documents.read(Results, document).slice.key == key
        except (KeyError, TypeError, ValueError, AttributeError):
            fits = False
        found += [] if fits else [f"the results of {code} ({key}) cannot be read."]
    return found


def only_what_is_over() -> list[str]:
    """Every counted wave is closed and its answers were moved on, so that nothing of it will change."""
    rows = db.session.scalars(
        select(SurveyRound)
        .join(CountedRound, CountedRound.round_id == SurveyRound.id)
        .where(or_(SurveyRound.stage != RoundStage.CLOSED, SurveyRound.moves_on_at.is_not(None)))
        .order_by(SurveyRound.id)
    )
    return [f"the results count the wave {one.wave} of round {one.id}, which is not over." for one in rows]


CHECKS = (
    ("results hide small numbers", nothing_small),
    ("results can be read", every_document_can_be_read),
    ("results count what is over", only_what_is_over),
)
