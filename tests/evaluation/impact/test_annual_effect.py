"""What the chapter says of difference is read from released results and from actions that are done, each with its reference."""

from datetime import date

import pytest
from flask import Flask

from evaluation.actions.models import Action
from evaluation.impact import annual_effect
from evaluation.impact.annual_effect import EffectRow, YouSaid
from evaluation.recommendations.models import Recommendation, RecommendationState, Source, SourceKind
from evaluation.results.documents import write
from evaluation.results.models import Release, ReleasedSlice
from evaluation.results.report import Results, ScaleResult, Slice
from evaluation.scrutiny import evidence
from evaluation.verdict import Verdict
from lms.db import db
from lms.organisations.models import PartnershipGroup
from tests.factories import course

YEAR = (date(2023, 4, 1), date(2024, 3, 31))


def heard(kind: SourceKind, number: int, done_on: date | None) -> None:
    """Somebody told us something, and an action followed."""
    group = db.session.query(PartnershipGroup).first() or PartnershipGroup(
        key="lds", name="Strategic Group", short_name="LDS", purpose="Learning"
    )
    said = Source(
        reference=f"VOC-{number}", kind=kind, title="A visit", dated=date(2023, 5, 1), learning="Tell us who you are."
    )
    made = Recommendation(
        reference=f"VOC-{number}.1",
        source=said,
        headline="Names",
        wording="Say who you are",
        owner_group=group,
        state=RecommendationState.ACCEPTED,
    )
    db.session.add(
        Action(
            reference=f"LDA-{number}",
            wording="Cards with a name.",
            owner_group=group,
            decided_on=date(2023, 6, 1),
            done_on=done_on,
            recommendations=[made],
        )
    )
    db.session.flush()


@pytest.mark.parametrize(
    ("kind", "done_on", "told"),
    [
        (SourceKind.VOICE_OF_CHILDREN, date(2024, 3, 31), True),
        (SourceKind.FORUM_THEME, date(2023, 4, 1), True),
        (SourceKind.VOICE_OF_CHILDREN, date(2024, 4, 1), False),
        (SourceKind.VOICE_OF_CHILDREN, None, False),
        (SourceKind.PRACTICE_REVIEW, date(2024, 1, 1), False),
    ],
)
def test_you_said_we_did_holds_what_forums_and_children_said_once_an_action_is_done(
    app: Flask, kind: SourceKind, done_on: date | None, told: bool
) -> None:
    heard(kind, 1, done_on)
    found = annual_effect.said_and_done(*YEAR)
    assert found == ((YouSaid("VOC-1", "Tell us who you are.", ("Cards with a name (LDA-1).",)),) if told else ())


def test_what_was_found_is_the_newest_release_of_the_year_and_hidden_numbers_stay_hidden(app: Flask) -> None:
    of = course("NEG")
    empty: dict[str, object] = dict.fromkeys(Results.__dataclass_fields__, ())
    days = dict.fromkeys(("as_at", "first_session", "last_session"), date(2024, 3, 1))
    for made_on, improved in ((date(2024, 4, 1), 9), (date(2024, 6, 1), None)):
        scale = ScaleResult("s", "Skill", 5, True, True, "before", "m6", matched=20, improved=improved, same=6)
        told = Results(
            **empty  # type: ignore[arg-type]
            | days
            | {
                "course_code": "NEG",
                "course_title": of.title,
                "slice": Slice("year", "year:2023-24", "2023-24"),
                "deciding_wave": "m6",
                "scales": (scale,),
                "verdict": Verdict("better", True, "", (), ()),
                **dict.fromkeys(("sessions", "open_rounds", "threshold"), 5),
                "question_set": "neglect",
            }
        )
        release = Release(course=of, made_on=made_on, threshold=5)
        db.session.add(release)
        db.session.flush()
        for key in ("year:2023-24", "all"):
            db.session.add(ReleasedSlice(release_id=release.id, key=key, document=write(told)))
    db.session.flush()
    assert annual_effect.effects("2023-24") == (
        EffectRow("NEG", of.title, "Skill", "m6", "Better, with limits", 20, None, 6, None),
    )
    assert annual_effect.effects("2022-23") == ()
    assert evidence.verdicts() == {"NEG": "better"}
