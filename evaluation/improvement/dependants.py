"""Who depends on a row: what keeps a link of a thread from being taken away, in a sentence.

Which rows point at a row is read from the foreign keys of the tables themselves, so that no new table can be forgotten. The words
for the best known are here; a feature adds its own to `WORDS` where those made from a table's name are not good enough. Three
links are pointed at by no key and are looked for by what is read through them: a course that an action offers, the plan of what
is asked, and a measure."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, exists, func, inspect, select

from evaluation.governance.queries import decisions_about
from evaluation.measures.models import Measure
from evaluation.offers.models import LearningOffer
from evaluation.surveys.models import EvaluationPlan, SurveyRound
from lms import dates
from lms.attendance.models import Attendance
from lms.bookings.models import Booking
from lms.catalogue.models import CourseSession
from lms.db import Base, db
from lms.errors import RuleBroken
from lms.words import listing, plural

Named = tuple[str, str]
#: So many of those who depend are called by their names.
SHOWN = 5
#: Columns by which people call a row, the best first.
NAMES = ("reference", "key", "code", "title", "name")


@dataclass(frozen=True)
class Words:
    """How the rows of a table that point at a row are said: one of them and several, with what they do; whether they are counted
    (answers never are: a small number would tell of people), and the column in which their name stands."""

    one: str
    many: str
    counted: bool = True
    named_by: str | None = None


WORDS: dict[Named, Words] = {
    ("recommendation", "source_id"): Words("recommendation came from it", "recommendations came from it"),
    ("recommendation_step", "recommendation_id"): Words("step of its history", "steps of its history", named_by=""),
    ("recommendation_step", "undoes_id"): Words("step takes it back", "steps take it back", named_by=""),
    ("action_recommendation", "recommendation_id"): Words("action serves it", "actions serve it", named_by="action_id"),
    ("action_recommendation", "action_id"): Words(
        "recommendation is served by it", "recommendations are served by it", named_by="recommendation_id"
    ),
    ("survey_occasion", "recommendation_id"): Words("survey asks about it", "surveys ask about it"),
    ("learning_offer", "action_id"): Words("learning offer serves it", "learning offers serve it"),
    ("learning_offer", "course_id"): Words("action offers it", "actions offer it", named_by="action_id"),
    ("learning_offer", "resource_id"): Words("action offers it", "actions offer it", named_by="action_id"),
    ("measure", "action_id"): Words("measure shows its effect", "measures show its effect"),
    ("measure_figure", "measure_id"): Words("figure belongs to it", "figures belong to it", named_by=""),
    ("action_dependency", "needs_id"): Words("action needs it", "actions need it", named_by="action_id"),
    ("action_dependency", "action_id"): Words("action is needed by it", "actions are needed by it", named_by="needs_id"),
    ("action_update", "action_id"): Words("update was reported on it", "updates were reported on it", named_by=""),
    ("action_evidence", "action_id"): Words("piece of evidence belongs to it", "pieces of evidence belong to it", named_by=""),
    ("action_step", "action_id"): Words("step of its history", "steps of its history", named_by=""),
    ("escalation", "action_id"): Words("question was asked about it", "questions were asked about it", named_by=""),
    ("course_session", "course_id"): Words("session is of it", "sessions are of it"),
    ("course_session", "merged_into_id"): Words("session was joined to it", "sessions were joined to it"),
    ("evaluation_plan", "course_id"): Words("plan of its questions", "plans of its questions", named_by=""),
    ("evaluation_plan", "question_set_id"): Words("course asks its questions", "courses ask its questions", named_by="course_id"),
    ("survey_round", "session_id"): Words("round of questions about it", "rounds of questions about it", named_by=""),
    ("survey_round", "question_set_id"): Words("round asks its questions", "rounds ask its questions", named_by="session_id"),
    ("booking", "session_id"): Words("booking is for it", "bookings are for it", named_by=""),
    ("release", "course_id"): Words("release of what its answers say", "releases of what its answers say", named_by=""),
    ("response", "course_id"): Words("people have answered about it", "", counted=False),
    ("response", "session_id"): Words("people have answered about it", "", counted=False),
    ("response", "question_set_id"): Words("people have answered its questions", "", counted=False),
    ("held_answers", "session_id"): Words("people have answered about it", "", counted=False),
}  # fmt: skip


@dataclass(frozen=True)
class Dependant:
    """Rows of one table that depend on a row."""

    where: Named
    count: int
    names: tuple[str, ...] = ()
    words: Words | None = None

    @property
    def sentence(self) -> str:
        """“3 recommendations came from it (CSPR-2022-1.1, CSPR-2022-1.2 and CSPR-2022-1.3)”."""
        words = self.words or _words(self.where)
        if not words.counted:
            return words.one
        said = plural(self.count, words.one, words.many)
        if not self.names:
            return said
        more = self.count - len(self.names)
        return f"{said} ({listing([*self.names, *([f'{more} more'] if more > 0 else [])])})"


def _words(where: Named) -> Words:
    noun = where[0].replace("_", " ")
    return WORDS.get(where) or Words(f"{noun} depends on it", f"rows of “{noun}” depend on it")


def columns_at(table: Table) -> Iterator[Column[Any]]:
    """Every column of every table that points at a table, in a fixed order."""
    for one in Base.metadata.sorted_tables:
        for column in one.columns:
            if any(key.column.table is table for key in column.foreign_keys):
                yield column


def dependants(row: Any, *, parts: Collection[Named] = ()) -> list[Dependant]:
    """Whatever depends on a row, without its own `parts`, which go with it."""
    table = inspect(type(row)).local_table
    found = []
    for column in columns_at(table):
        where = column.table.name, column.name
        if where in parts:
            continue
        target = next(key.column for key in column.foreign_keys if key.column.table is table)
        here = column == getattr(row, target.name)
        count = db.session.scalar(select(func.count()).select_from(column.table).where(here)) or 0
        if count:
            found.append(Dependant(where, count, _names(column, here)))
    return found + [one for look in READ_THROUGH.get(table.name, ()) if (one := look(row)) is not None]


def why_not(row: Any, *, parts: Collection[Named] = ()) -> str:
    """The sentence why a row cannot be taken away, with who depends on it; empty where nobody does."""
    said = list(dict.fromkeys(one.sentence for one in dependants(row, parts=parts)))
    return f"{name_of(row)} cannot be removed: {'; '.join(said)}." if said else ""


def check(row: Any, *, parts: Collection[Named] = ()) -> None:
    """May a row be taken away? RuleBroken, with who depends on it."""
    if no := why_not(row, parts=parts):
        raise RuleBroken(no)


def name_of(row: Any) -> str:
    """How people call a row: by its reference, key, code or title, or by what it stands between."""
    if isinstance(row, LearningOffer):
        return f"What {row.action.reference} offers, {row.name},"
    if isinstance(row, EvaluationPlan):
        return f"The question plan of {row.course.code}"
    return next((str(getattr(row, name)) for name in NAMES if getattr(row, name, None)), "It")


def _names(column: Column[Any], here: ColumnElement[bool]) -> tuple[str, ...]:
    """The names of the first rows that point there: their own, or those of what they stand between."""
    table, words = column.table, WORDS.get((column.table.name, column.name))
    if words is not None and (words.named_by == "" or not words.counted):
        return ()
    own = _name_column(table) if words is None or words.named_by is None else None
    found: list[str] = []
    if own is not None:
        found += _first(select(own).where(here, own != "").order_by(own))
        if own.default is None:
            return tuple(found)
    # A name that may be left out stands beside those of what the other rows stand for.
    for other in table.columns:
        if other is column or (words is not None and words.named_by not in (None, other.name)):
            continue
        for key in other.foreign_keys:
            named = _name_column(key.column.table)
            if named is not None and key.column.table.name != "person":
                target = key.column.table.alias()
                name = target.c[named.name]
                joined = select(name).select_from(table.join(target, other == target.c[key.column.name]))
                found += _first(joined.where(here).order_by(name))
    return tuple(dict.fromkeys(found))[:SHOWN]


def _first(found: Any) -> tuple[str, ...]:
    return tuple(str(one) for one in db.session.scalars(found.limit(SHOWN)))


def _name_column(table: Any) -> Column[Any] | None:
    return next((table.c[name] for name in NAMES if name in table.c), None)


# links that no key points at


def _people_came(offer: LearningOffer) -> Dependant | None:
    """Sessions to which people came since the action was decided: its thread counts them."""
    if offer.course_id is None:
        return None
    came = exists().where(Booking.session_id == CourseSession.id, Attendance.booking_id == Booking.id)
    since = dates.from_london(offer.action.decided_on)
    held = (CourseSession.course_id == offer.course_id, CourseSession.starts_at >= since, came)
    count = db.session.scalar(select(func.count()).select_from(CourseSession).where(*held)) or 0
    if not count:
        return None
    words = Words("session people came to is counted through it", "sessions people came to are counted through it")
    names = _first(select(CourseSession.reference).where(*held).order_by(CourseSession.starts_at, CourseSession.id))
    return Dependant(("course_session", "course_id"), count, names, words)


def _questions_follow(plan: EvaluationPlan) -> Dependant | None:
    """Rounds of questions that were made by the plan, and whose answers are read by it."""
    rounds = (
        select(func.count())
        .select_from(SurveyRound)
        .join(CourseSession, CourseSession.id == SurveyRound.session_id)
        .where(CourseSession.course_id == plan.course_id)
    )
    count = db.session.scalar(rounds) or 0
    words = Words("round of questions follows it", "rounds of questions follow it")
    return Dependant(("survey_round", "session_id"), count, (), words) if count else None


def _effect_is_read(measure: Measure) -> Dependant | None:
    """The action it shows the effect of, once that is done."""
    if measure.action.done_on is None:
        return None
    words = Words("action that is done shows its effect by it", "")
    return Dependant(("action", "id"), 1, (measure.action.reference,), words)


def _decided(row: Any) -> Dependant | None:
    """Decisions of groups name what they are about by its reference, not by a key."""
    names = tuple(one.reference for one in decisions_about([row.reference]))
    words = Words("decision is about it", "decisions are about it")
    return Dependant(("decision_about", "reference"), len(names), names[:SHOWN], words) if names else None


READ_THROUGH: dict[str, tuple[Callable[[Any], Dependant | None], ...]] = {
    "learning_offer": (_people_came,),
    "evaluation_plan": (_questions_follow,),
    "measure": (_effect_is_read,),
    "source": (_decided,),
    "recommendation": (_decided,),
    "action": (_decided,),
}
