"""The board pack of a meeting as one value, read at one moment, and its PDF."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from evaluation.actions import queries as action_log
from evaluation.actions.models import Action, ActionState
from evaluation.actions.rules import Stand, stand
from evaluation.governance import queries
from evaluation.governance.emails import place_of
from evaluation.governance.models import AgendaItem, Decision, GroupMeeting
from evaluation.governance.references import Named, resolve
from evaluation.governance.waiting import WaitingFor, waiting_for
from evaluation.improvement.queries import Standing, standings
from evaluation.improvement.rules import standing_words
from evaluation.recommendations.models import Recommendation, RecommendationState
from evaluation.results import queries as released
from evaluation.results import sentences
from evaluation.surveys import queries as surveys
from evaluation.training_needs.models import Proposal
from lms import dates, pdf
from lms.bookings.emails import address_of
from lms.organisations.queries import partnership
from lms.words import plural, tag_of


@dataclass(frozen=True)
class Pack:
    """What a group reads before it meets. `since` is the day of its last meeting; empty where there was none."""

    meeting: GroupMeeting
    today: date
    since: date | None
    counted: Sequence[tuple[ActionState, int]]
    late: Sequence[tuple[Action, Stand]]
    waits: WaitingFor
    offered_elsewhere: Sequence[Recommendation]
    decisions: Sequence[Decision]
    decided: Sequence[Proposal]
    threads: Sequence[Standing]
    results: Sequence[tuple[str, str, str]]
    named: dict[str, Named]


def read(meeting: GroupMeeting, now: datetime) -> Pack:
    """The pack of a meeting as everything stands now."""
    today = dates.london(now).date()
    actions = action_log.actions()
    states = [(action, stand(action, today)) for action in actions]
    counted = Counter(one.state for _, one in states)
    before = queries.meeting_before(meeting)
    since = dates.london(before.starts_at).date() if before else None
    decisions = queries.decisions_of(meeting.group, since=since, until=today)
    threads = standings(now, surveys.overview())
    waits = waiting_for([meeting.group_id], today)[meeting.group_id]
    own = {one.id for one in waits.recommendations}
    about = {item.about for item in meeting.agenda} | {each.reference for one in decisions for each in one.about}
    return Pack(
        meeting=meeting,
        today=today,
        since=since,
        counted=[(state, counted[state]) for state in ActionState if counted[state]],
        late=[
            (action, one)
            for wanted in (ActionState.OVERDUE, ActionState.SLIPPING)
            for action, one in states
            if one.state is wanted
        ],
        waits=waits,
        offered_elsewhere=[
            one.recommendation
            for one in threads
            if one.recommendation.state is RecommendationState.OFFERED and one.recommendation.id not in own
        ],
        decisions=decisions,
        decided=queries.proposals_decided(meeting.group, since or date(2000, 1, 1)),
        threads=threads,
        results=[_told(one.code, one.title) for one in released.released_courses()],
        named=resolve(about),
    )


def _told(code: str, title: str) -> tuple[str, str, str]:
    found = released.results(code)
    if found is None:
        return title, tag_of("not_enough_evidence", "verdict").word, "Nothing is released yet."
    return title, sentences.verdict_words(found), sentences.answer(found)


def document_of(pack: Pack, now: datetime) -> bytes:
    """The pack as a PDF, with an outline, numbered pages and a running head."""
    here = partnership()
    meeting = pack.meeting
    return pdf.render(
        "pdf/board_pack.html",
        title=f"Board pack: {meeting.group.name}",
        author=here.name if here else "",
        subject=meeting.reference,
        theme=here.key if here else "",
        partnership=here.name if here else "",
        reference=meeting.reference,
        answer=dates.when(meeting.starts_at, meeting.ends_at),
        place=place_of(meeting),
        produced=dates.day_time(now),
        made_up=bool(here and here.made_up),
        made_up_words="Demonstration: people, groups and decisions are made up",
        address=address_of("governance.meeting", reference=meeting.reference),
        cover=True,
        pack=pack,
        standing_words=standing_words,
        figures=[],
        cover_agenda=_cover_agenda,
    )


#: So many lines of the agenda stand on the cover; all of them stand after it.
ON_COVER = 6


def _cover_agenda(agenda: Sequence[AgendaItem]) -> list[str]:
    """The first lines of the agenda, short enough for the cover."""
    shown = [one.title if len(one.title) <= 70 else f"{one.title[:69]}…" for one in agenda[:ON_COVER]]
    rest = len(agenda) - len(shown)
    return [*shown, f"and {plural(rest, 'more point')}, overleaf"] if rest else shown


def file_name(meeting: GroupMeeting, now: datetime) -> str:
    """What the file is called."""
    return f"Board-pack-{meeting.reference}-{dates.london(now):%Y-%m-%d}.pdf"
