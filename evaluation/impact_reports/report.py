"""What an impact report says, as one value that page, PDF, spreadsheet, CSV and JSON print. Pure.

Figures from answers are in it only as `results.report.Results`: what the release of a course tells of one slice. Nothing here
has read an answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from evaluation.actions.models import ActionState
from evaluation.costs.report import Cost
from evaluation.impact.measures import MeasureResult
from evaluation.impact_reports.scopes import Scope
from evaluation.offers.reach import OfferReach
from evaluation.results.report import Results, ScaleResult
from lms.statistics import Share


@dataclass(frozen=True, slots=True)
class SourceLine:
    """Where the learning came from."""

    reference: str
    kind: str
    speaks: str
    title: str
    dated: date
    learning: str


@dataclass(frozen=True, slots=True)
class RecommendationLine:
    """What should change."""

    reference: str
    headline: str
    wording: str
    owner: str
    source: str


@dataclass(frozen=True, slots=True)
class ActionLine:
    """What is done about it, and where it stands. `waits` says why it needs somebody now; empty where it does not."""

    reference: str
    wording: str
    success: str
    owner: str
    priority: str
    state: ActionState
    state_words: str
    ended: bool
    decided_on: date
    due: date | None
    outcome: str
    review_on: date | None
    waits: str
    recommendations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CourseLine:
    """One course: its sessions, who had booked, who of them came, who walked in, and how many people that were, each once."""

    code: str
    title: str
    sessions: int
    expected: int
    came_expected: int
    walked_in: int
    people: int


@dataclass(frozen=True, slots=True)
class SectorLine:
    """One sector: people who came, each once, the organisations they worked for, and the workforce where it is known."""

    sector: str
    people: int
    organisations: int
    workforce: int | None


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom sessions reached, and beside it what other offers reached. Numbers in different units are never added."""

    first: date | None
    last: date
    courses: tuple[CourseLine, ...]
    sectors: tuple[SectorLine, ...]
    people: int
    organisations: int
    offers: tuple[OfferReach, ...]
    #: People of other offers who are known one by one, each once.
    offers_people: int = 0

    @property
    def sessions(self) -> int:
        """How many sessions were held."""
        return sum(one.sessions for one in self.courses)

    @property
    def came(self) -> Share:
        """Of those who had booked, how many came."""
        return Share(sum(one.came_expected for one in self.courses), sum(one.expected for one in self.courses))

    @property
    def walked_in(self) -> int:
        """Who came without having booked."""
        return sum(one.walked_in for one in self.courses)

    @property
    def of_workforce(self) -> Share | None:
        """People of the sectors that gave a number, of that number; None where none did, or more came than there are."""
        known = [one for one in self.sectors if one.workforce]
        people, workforce = sum(one.people for one in known), sum(one.workforce or 0 for one in known)
        return Share(people, workforce) if 0 < workforce >= people else None

    @property
    def missing(self) -> tuple[str, ...]:
        """Sectors with a workforce from which nobody came."""
        return tuple(one.sector for one in self.sectors if one.workforce and not one.people)


@dataclass(frozen=True, slots=True)
class Answers:
    """What one slice of an evaluated course may say. Where it may say nothing, `why` says why in a sentence."""

    code: str
    title: str
    slice_name: str
    results: Results | None
    why: str = ""
    #: {key of a scale: the level its questions are of}
    levels: Mapping[str, str] | None = None
    #: Does the slice hold all sessions of the course?
    whole: bool = True

    @property
    def label(self) -> str:
        """“Multi-agency neglect”, and which part of it where it is not all."""
        return self.title if self.whole else f"{self.title}, {self.slice_name}"

    @property
    def primary(self) -> ScaleResult | None:
        """The scale that decides."""
        return next((one for one in self.results.scales if one.primary), None) if self.results else None


@dataclass(frozen=True, slots=True)
class Spent:
    """What the sessions cost. `evidence` are the people whose answers got better, where that is told of exactly these sessions;
    otherwise `why_not` says why no cost per person with evidence of change is given."""

    cost: Cost
    people: int
    evidence: int | None
    why_not: str


@dataclass(frozen=True, slots=True)
class Done:
    """What was done about something people said."""

    reference: str
    wording: str
    state_words: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Said:
    """Something a forum, children or families said, and what was done."""

    reference: str
    speaks: str
    learning: str
    dated: date
    done: tuple[Done, ...]


@dataclass(frozen=True, slots=True)
class Quoted:
    """A sentence its writer allowed us to publish; `about` is the course or survey it was written to."""

    text: str
    wave: str
    sector: str | None
    about: str


@dataclass(frozen=True, slots=True)
class ImpactReport:
    """Everything one report says, as it stands at `as_at`."""

    scope: Scope
    as_at: datetime
    made_up: bool
    sources: tuple[SourceLine, ...]
    recommendations: tuple[RecommendationLine, ...]
    actions: tuple[ActionLine, ...]
    reach: Reach
    answers: tuple[Answers, ...]
    #: Courses in scope that nobody is asked about.
    not_evaluated: tuple[str, ...]
    measures: tuple[MeasureResult, ...]
    spent: Spent | None
    said: tuple[Said, ...]
    quotes: tuple[Quoted, ...]
    #: What is not in the answers because of the scope itself, in sentences.
    scope_limits: tuple[str, ...] = ()

    @property
    def told(self) -> tuple[Answers, ...]:
        """The courses of which something is told."""
        return tuple(one for one in self.answers if one.results)

    @property
    def next_actions(self) -> tuple[ActionLine, ...]:
        """What is still to be done or to be looked at again, the first date first."""
        found = [one for one in self.actions if not one.ended or one.review_on]
        return tuple(sorted(found, key=lambda one: (one.review_on or one.due or date.max, one.reference)))
