"""Sources of the kinds the first log has none of, and what became of their recommendations: one handed on twice, one declined,
one closed, one without an action, one that waits for an answer. All of it is made up.
"""

from datetime import date, datetime

from sqlalchemy import select

from demo.loading import Loaded
from evaluation.actions.models import Action, ActionEvidence, ActionUpdate, EvidenceKind, Outcome, Outlook
from evaluation.recommendations import operations
from evaluation.recommendations.models import Recommendation, Source, SourceKind, StepKind
from evaluation.recommendations.operations import Decision, Draft, SourceDraft
from lms.accounts.models import Person
from lms.dates import from_london
from lms.db import db, writing
from lms.organisations.models import PartnershipGroup

SOURCES = (
    SourceDraft(
        SourceKind.CHILD_DEATH_OVERVIEW,
        "CDOP-2023-1",
        "Yearly report of the child death overview panel",
        date(2023, 11, 15),
        "Families heard different advice on safer sleep from different services.",
    ),
    SourceDraft(
        SourceKind.SENIOR_LEADERS_VISIT,
        "VISIT-2024-1",
        "Senior leaders’ visit to front desks",
        date(2024, 2, 20),
        "Staff at front desks were not sure whom to call after five o’clock.",
    ),
    SourceDraft(
        SourceKind.DELIVERY_PLAN_PRIORITY,
        "PLAN-2023-1",
        "Priority on the voice of children",
        date(2023, 4, 3),
        "What children say is to be heard in every assessment, and to be seen in what is decided.",
    ),
    SourceDraft(
        SourceKind.NATIONAL_REVIEW,
        "NAT-2024-1",
        "Briefing of the national panel",
        date(2024, 9, 5),
        "Concerns that relatives raised were written down and not looked into.",
    ),
    SourceDraft(
        SourceKind.TRAINING_NEEDS_ANALYSIS,
        "TNA-2024-1",
        "Training needs analysis 2024-25",
        date(2024, 6, 28),
        "Few agencies teach their supervisors how to talk about a case that does not move.",
    ),
)


def set_recommendations(loaded: Loaded) -> None:
    """Everything named above."""
    officer_id = loaded.people["w-sian-morgan"].id
    with writing():
        officer = db.session.get_one(Person, officer_id)
        for draft in SOURCES:
            operations.record_source(draft=draft, by=officer, now=_at(draft.dated), made_up=True)
        _handed_on_twice(officer)
        _declined(officer)
        _closed(officer)
        _waiting(officer)


def _at(day: date) -> datetime:
    return from_london(day, 16)


def _group(key: str) -> PartnershipGroup:
    return db.session.scalars(select(PartnershipGroup).where(PartnershipGroup.key == key)).one()


def _made(officer: Person, source: str, draft: Draft, group: str, dated: date, reason: str = "") -> Recommendation:
    found = db.session.scalars(select(Source).where(Source.reference == source)).one()
    return operations.recommend(
        source=found,
        reference=f"{source}.1",
        draft=draft,
        group=_group(group),
        decision=Decision(dated, reason),
        by=officer,
        now=_at(dated),
        made_up=True,
    )


def _across(officer: Person, found: Recommendation, to: str, decision: Decision) -> None:
    operations.step_across(
        recommendation=found, to=_group(to), decision=decision, seen=found.revision, by=officer, now=_at(decision.dated)
    )


def _decide(officer: Person, found: Recommendation, kind: StepKind, decision: Decision) -> None:
    operations.decide(
        recommendation=found,
        kind=kind,
        decision=decision,
        seen=found.revision,
        by=officer,
        now=_at(decision.dated),
    )


def _handed_on_twice(officer: Person) -> None:
    draft = Draft(
        "Families heard different advice on safer sleep",
        "Let every service that visits families give the same advice on safer sleep.",
        due=date(2024, 12, 20),
    )
    found = _made(officer, "CDOP-2023-1", draft, "cdop", date(2023, 12, 5))
    _across(
        officer,
        found,
        "ld_strategic",
        Decision(date(2024, 1, 18), "The advice is there; people have to learn it.", "CDOP-2024-01.5"),
    )
    _across(
        officer,
        found,
        "ld_delivery",
        Decision(date(2024, 2, 8), "A change to a course that runs already.", "LDS-2024-02.3"),
    )
    _decide(
        officer,
        found,
        StepKind.ACCEPTED,
        Decision(date(2024, 3, 7), "It goes into the course on safer sleep.", "LDD-2024-03.2"),
    )
    action = db.session.scalars(select(Action).where(Action.reference == "LDA-011")).one_or_none()
    if action is not None:
        operations.link(recommendation=found, add={action.id}, remove=(), by=officer, now=_at(date(2024, 3, 8)))


def _declined(officer: Person) -> None:
    draft = Draft("Front desks did not know whom to call", "Teach front desks whom to call after five o’clock.")
    found = _made(officer, "VISIT-2024-1", draft, "ld_strategic", date(2024, 2, 22))
    _decide(
        officer,
        found,
        StepKind.DECLINED,
        Decision(
            date(2024, 3, 21),
            "A notice at the desk answers it, so no learning is needed. The executive has had notices put up.",
            "LDS-2024-03.6",
        ),
    )


def _closed(officer: Person) -> None:
    draft = Draft(
        "What children said was not seen in decisions",
        "Show in every record what the child said and what came of it.",
        due=date(2024, 3, 31),
    )
    found = _made(officer, "PLAN-2023-1", draft, "ld_delivery", date(2023, 4, 6))
    _decide(
        officer,
        found,
        StepKind.ACCEPTED,
        Decision(date(2023, 4, 20), "A one-page guide, and a dip sample a year later.", "LDD-2023-04.4"),
    )
    action = Action(
        reference="LDA-009",
        wording="Write a one-page guide on recording what children say, and look at 20 records a year later.",
        success="In 15 of 20 records it can be seen what the child said and what came of it.",
        owner_group=found.owner_group,
        decided_on=date(2023, 4, 20),
        due=date(2024, 3, 31),
        done_on=date(2024, 3, 20),
        closed_on=date(2024, 5, 16),
        outcome=Outcome.BETTER,
        made_up=True,
        updates=[
            ActionUpdate(dated=date(2023, 9, 14), text="The guide is with every agency.", outlook=Outlook.ON_TRACK),
            ActionUpdate(dated=date(2024, 3, 20), text="20 records were looked at.", outlook=None),
        ],
        evidence=[
            ActionEvidence(
                kind=EvidenceKind.EFFECT,
                shows="In 16 of 20 records of March 2024 it can be seen what the child said; in March 2023 it was 9 of 20.",
                about_on=date(2024, 3, 20),
                added_at=_at(date(2024, 3, 22)),
                url="https://records.example.org.uk/dip-sample-2024-03",
            )
        ],
    )
    db.session.add(action)
    db.session.flush()
    operations.link(recommendation=found, add={action.id}, remove=(), by=officer, now=_at(date(2023, 4, 21)))
    _decide(
        officer,
        found,
        StepKind.CLOSED,
        Decision(date(2024, 5, 16), "The dip sample shows it, and is done again in 2025.", "LDD-2024-05.2"),
    )


def _waiting(officer: Person) -> None:
    late = Draft(
        "Cases that do not move are not talked about",
        "Offer supervisors a way to talk about a case that does not move.",
        due=date(2024, 9, 30),
    )
    found = _made(officer, "TNA-2024-1", late, "ld_strategic", date(2024, 7, 4))
    _decide(
        officer,
        found,
        StepKind.ACCEPTED,
        Decision(date(2024, 7, 18), "To be commissioned for the autumn.", "LDS-2024-07.3"),
    )
    new = Draft(
        "Relatives’ concerns were not looked into", "Write down what was done about each concern of a relative."
    )
    _made(officer, "NAT-2024-1", new, "seg", date(2024, 9, 19), "It is first a question of practice.")
