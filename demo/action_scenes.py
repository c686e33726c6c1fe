"""The action log as it was worked with from 2023 on, for Wakefield: reports, dates moved with a reason, evidence, questions to
the Executive, an action that needs another, one closed and one new, so that the log shows every state. All of it is made up.

It happens through the doors officers and owners use, one day after the other, with the clock’s own part in between.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from demo.loading import FIRST_MOMENT, Loaded
from evaluation.actions import history, operations, queries
from evaluation.actions.models import Action, EvidenceKind, Outcome, Outlook
from evaluation.actions.operations import Told
from lms.accounts.models import Person
from lms.dates import from_london
from lms.db import db, writing
from lms.organisations.models import Organisation, PartnershipGroup, Priority

ON_TRACK, SLIPPING = Outlook.ON_TRACK, Outlook.SLIPPING
OFFICER = "w-sian-morgan"
#: Where made-up evidence would lie.
PAPERS = "https://papers.wakefield.example.org.uk"
#: The day on which each action of the log is taken in: after the last that is told of it there.
TAKEN_IN = {
    "LDA-011": (2023, 1, 31),
    "LDA-012": (2023, 4, 19),
    "LDA-013": (2023, 5, 3),
    "LDA-014": (2024, 3, 15),
    "LDA-015": (2023, 6, 21),
    "LDA-016": (2023, 9, 13),
    "LDA-017": (2023, 10, 19),
    "LDA-018": (2023, 7, 21),
}
Step = tuple[datetime, Callable[[datetime], object]]


def set_action_scenes(loaded: Loaded) -> None:
    """Everything named above, in the order of its days."""
    steps = [
        *[(_at(*day), _taken_in(reference)) for reference, day in TAKEN_IN.items()],
        *_ended(loaded),
        *_slipping(loaded),
        *_supervision(loaded),
        *_on_track(loaded),
        *_long_term_and_new(loaded),
    ]
    for moment, act in sorted(steps, key=lambda step: step[0]):
        _let_the_clock_run(moment)
        with writing():
            act(moment)


def _at(year: int, month: int, day: int, hour: int = 11) -> datetime:
    return from_london(date(year, month, day), hour)


def _let_the_clock_run(moment: datetime) -> None:
    """What the job of the log does by itself, until then."""
    while (due := queries.next_at()) and due <= min(moment, FIRST_MOMENT):
        with writing():
            history.look_at_the_clock(due)


def _action(reference: str) -> Action:
    found = queries.action(reference)
    if found is None:
        raise LookupError(f"the log has no {reference}")
    return found


def _person(loaded: Loaded, key: str) -> Person:
    return db.session.get_one(Person, loaded.people[key].id)


def _group(key: str) -> PartnershipGroup:
    return db.session.scalars(select(PartnershipGroup).where(PartnershipGroup.key == key)).one()


def _taken_in(reference: str) -> Callable[[datetime], object]:
    return lambda now: history.look(_action(reference), now)


def _report(
    loaded: Loaded, reference: str, day: tuple[int, int, int], text: str, outlook: Outlook | None, by: str = OFFICER
) -> Step:
    def act(now: datetime) -> None:
        operations.report(
            action=_action(reference), text=text, dated=date(*day), outlook=outlook, actor=_person(loaded, by), now=now
        )

    return _at(*day), act


def _change(loaded: Loaded, reference: str, day: tuple[int, int, int], why: str, **changed: Any) -> Step:
    """Say something else of an action: `due`, or `person` and `agency` by their keys."""

    def act(now: datetime) -> None:
        action = _action(reference)
        agency, person = changed.get("agency"), changed.get("person")
        told = Told(
            wording=action.wording,
            success=changed.get("success", action.success),
            owner_group=action.owner_group,
            recommendations=list(action.recommendations),
            owner_person=_person(loaded, person) if person else action.owner_person,
            owner_organisation=db.session.get_one(Organisation, loaded.organisations[agency].id) if agency else None,
            due=changed.get("due", action.due),
            long_term=action.long_term,
            long_term_why=changed.get("long_term_why", action.long_term_why),
            priority=action.priority,
        )
        seen = queries.fingerprint(action)
        operations.change(action=action, told=told, why=why, seen=seen, actor=_person(loaded, OFFICER), now=now)

    return _at(*day, 14), act


def _evidence(
    loaded: Loaded, reference: str, day: tuple[int, int, int], kind: EvidenceKind, shows: str, about: date, paper: str
) -> Step:
    def act(now: datetime) -> None:
        operations.add_evidence(
            action=_action(reference),
            kind=kind,
            shows=shows,
            about_on=about,
            url=f"{PAPERS}/{paper}",
            actor=_person(loaded, OFFICER),
            now=now,
        )

    return _at(*day, 12), act


def _judged(
    loaded: Loaded, reference: str, day: tuple[int, int, int], outcome: Outcome, said: str, **more: Any
) -> Step:
    def act(now: datetime) -> None:
        operations.judge(
            action=_action(reference), outcome=outcome, said=said, actor=_person(loaded, OFFICER), now=now, **more
        )

    return _at(*day, 15), act


def _asked(loaded: Loaded, reference: str, day: tuple[int, int, int], question: str) -> Step:
    def act(now: datetime) -> None:
        operations.escalate(
            action=_action(reference),
            group=_group("executive"),
            question=question,
            actor=_person(loaded, OFFICER),
            now=now,
        )

    return _at(*day, 15), act


def _ended(loaded: Loaded) -> list[Step]:
    """One that is closed without a clear change, and one of which too little is known yet."""

    def done(now: datetime) -> None:
        operations.finish(
            action=_action("LDA-012"),
            done_on=date(2023, 5, 30),
            what="The guide is out, and eleven courses end with it.",
            actor=_person(loaded, OFFICER),
            now=now,
        )

    return [
        _evidence(
            loaded, "LDA-011", (2023, 2, 2), EvidenceKind.DOING,
            "Registers of four sessions: 71 people of 14 services came.", date(2023, 1, 30), "safer-sleep-registers",
        ),
        _evidence(
            loaded, "LDA-011", (2023, 6, 15), EvidenceKind.EFFECT,
            "Audit: 13 of 20 files describe the sleeping place, 11 of 20 before.", date(2023, 6, 8), "safer-sleep-audit",
        ),
        _judged(
            loaded, "LDA-011", (2023, 6, 22), Outcome.NO_CLEAR_CHANGE,
            "13 of 20 after 11 of 20 could be chance. The next audit of home visits asks again.", minute="LDS-2023-06.3",
        ),
        _evidence(
            loaded, "LDA-012", (2023, 5, 30), EvidenceKind.DOING,
            "The guide, and the last slide of eleven courses.", date(2023, 5, 25), "guide-on-disagreements",
        ),
        (_at(2023, 6, 1, 14), done),
        _judged(
            loaded, "LDA-012", (2024, 5, 16), Outcome.NOT_ENOUGH_EVIDENCE,
            "Six disagreements were recorded in a year: too few to say anything.", review_on=date(2024, 11, 21),
            minute="LDS-2024-05.2",
        ),
    ]  # fmt: skip


def _slipping(loaded: Loaded) -> list[Step]:
    """The dated list of six agencies: moved twice, asked about once, and slipping again."""

    def answered(now: datetime) -> None:
        action = _action("LDA-013")
        operations.answer(
            action=action,
            escalation=action.escalations[0],
            answered_on=date(2024, 3, 21),
            text="Yes. The agency changes its form by the end of the year and says so in its yearly return.",
            minute="EXE-2024-03.5",
            actor=_person(loaded, OFFICER),
            now=now,
        )

    return [
        _change(
            loaded, "LDA-013", (2023, 6, 8), "Two agencies wait for a change to their systems.", due=date(2024, 3, 31)
        ),
        _report(loaded, "LDA-013", (2023, 8, 15), "The form is agreed by four. The fifth tries it out.", ON_TRACK),
        _report(loaded, "LDA-013", (2023, 11, 7), "Five of six agencies use the one form.", ON_TRACK),
        _report(loaded, "LDA-013", (2024, 2, 6), "The sixth has no date for its new system.", SLIPPING),
        _asked(
            loaded, "LDA-013", (2024, 2, 22),
            "Will the sixth agency be asked to use the form on paper until its system can hold it?",
        ),
        (_at(2024, 3, 25), answered),
        _change(
            loaded, "LDA-013", (2024, 3, 26), "The Executive gave the sixth agency until the end of the year.",
            due=date(2024, 12, 31),
        ),
        _report(loaded, "LDA-013", (2024, 6, 18), "The paper form is tried out in two teams.", ON_TRACK),
        _report(loaded, "LDA-013", (2024, 9, 10), "One of the two teams has gone back to its old notes.", SLIPPING),
    ]  # fmt: skip


def _supervision(loaded: Loaded) -> list[Step]:
    """Supervision in schools: its date has passed, and a question to the Executive is open."""
    return [
        _change(
            loaded, "LDA-015", (2023, 9, 12), "Schools asked for it in the new school year, not before.",
            due=date(2024, 9, 30), success="Every school names who supervises its safeguarding lead, in the yearly return.",
        ),
        _report(loaded, "LDA-015", (2023, 11, 28), "Two starter sessions held; 31 schools came.", ON_TRACK),
        _report(loaded, "LDA-015", (2024, 2, 13), "84 schools name somebody; 41 do not.", ON_TRACK),
        _report(loaded, "LDA-015", (2024, 5, 7), "97 schools name somebody. The small ones share one.", ON_TRACK),
        _report(loaded, "LDA-015", (2024, 7, 16), "104 of 125. A third session is planned for September.", ON_TRACK),
        _asked(
            loaded, "LDA-015", (2024, 10, 3),
            "21 small schools have nobody who could supervise. Can the partnership pay for one supervisor for all of them?",
        ),
    ]  # fmt: skip


def _on_track(loaded: Loaded) -> list[Step]:
    """Two with somebody who reports on them: a trainer, and an agency."""

    def needs(now: datetime) -> None:
        operations.need(action=_action("LDA-016"), needs=_action("LDA-014"), actor=_person(loaded, OFFICER), now=now)

    tom, helen = "w-tom-ashworth", "w-helen-ward"
    return [
        (_at(2023, 9, 14), needs),
        _report(loaded, "LDA-016", (2023, 12, 5), "Eight teams have answered the first time.", ON_TRACK),
        _change(
            loaded, "LDA-016", (2024, 2, 27), "The second round is asked six months after the first: in autumn.",
            due=date(2025, 3, 31), person=tom,
        ),
        _report(loaded, "LDA-016", (2024, 5, 21), "Eleven of fourteen teams have answered the first time.", ON_TRACK, tom),
        _report(loaded, "LDA-016", (2024, 8, 13), "The second round begins in October.", ON_TRACK, tom),
        _change(
            loaded, "LDA-017", (2023, 11, 9), "The health trusts change their sign-in page once a year, in autumn.",
            due=date(2024, 11, 30), agency="community-health",
        ),
        _report(loaded, "LDA-017", (2024, 1, 30), "Two of three agencies have the link.", ON_TRACK, helen),
        _report(loaded, "LDA-017", (2024, 4, 23), "The questions went to 38 managers.", ON_TRACK, helen),
        _report(loaded, "LDA-017", (2024, 7, 16), "The third link comes with the page of this autumn.", ON_TRACK, helen),
    ]  # fmt: skip


def _long_term_and_new(loaded: Loaded) -> list[Step]:
    """Trust between services, which has no end; and an action that was agreed three weeks ago."""

    def added(now: datetime) -> None:
        chosen = [one for one in queries.recommendations() if one.reference == "EVAL-2023-1.1"]
        made = operations.add(
            reference="LDA-019",
            told=Told(
                wording="Show the neglect toolkit at five team meetings of community health by February 2025.",
                success="At each meeting everybody opens it once; in March a survey asks how many use it every month.",
                owner_group=_group("ld_delivery"),
                recommendations=chosen,
                owner_person=_person(loaded, "w-amina-yusuf"),
                due=date(2025, 2, 28),
                priority=db.session.scalars(select(Priority).where(Priority.key == "P01")).one(),
            ),
            decided_on=date(2024, 9, 19),
            actor=_person(loaded, OFFICER),
            now=now,
        )
        made.made_up = True

    return [
        _change(
            loaded, "LDA-018", (2023, 7, 27), "Agreed with the Executive.",
            long_term_why="Trust grows and shrinks with people who come and go.",
        ),
        _report(loaded, "LDA-018", (2024, 5, 21), "Staff survey: 212 of 301 share a worry before there is proof.", None),
        (_at(2024, 9, 20), added),
    ]  # fmt: skip
