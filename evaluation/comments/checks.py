"""What `lms verify` checks of what people wrote."""

from sqlalchemy import func, inspect, or_, select

from evaluation.comments.models import CodeBook, Coding, Comment, CommentsLooked, Outcome, PublishedQuote
from evaluation.surveys.models import RoundStage, SurveyRound
from lms import dates, words
from lms.db import db

#: The only columns that name a person: officers, by what they did.
OFFICERS = {"decided_by_id", "made_by_id", "coder_id", "published_by_id"}


def nothing_names_who_wrote() -> list[str]:
    """No table names a person but the officers who worked on it, and none has a column of time finer than a day."""
    found = []
    there = inspect(db.engine)
    for table in (CommentsLooked, Comment, CodeBook, Coding, PublishedQuote):
        name = table.__tablename__
        people = {
            column
            for key in there.get_foreign_keys(name)
            if key["referred_table"] == "person"
            for column in key["constrained_columns"]
        }
        found += [f"the table {name} names a person in {column}." for column in sorted(people - OFFICERS)]
        times = [column["name"] for column in there.get_columns(name) if "TIME" in str(column["type"]).upper()]
        found += [f"the table {name} keeps a time in {column}." for column in times]
    return found


def only_of_waves_that_are_over() -> list[str]:
    """No comment belongs to a wave that can still be answered, and none is readable that waits for an officer."""
    early = db.session.scalar(
        select(func.count()).select_from(Comment).join(SurveyRound).where(SurveyRound.stage != RoundStage.CLOSED)
    )
    return [f"{words.plural(early, 'text')} of a wave that is not over."] if early else []


def decisions_are_made_final() -> list[str]:
    """The original words are gone on the day the decision about them became final."""
    today = dates.london(dates.now()).date()
    late = db.session.scalar(
        select(func.count()).where(
            or_(Comment.final_on < today, Comment.instead.is_not(None) & Comment.final_on.is_(None))
        )
    )
    return [f"{words.plural(late, 'decision')} about words should be final by now."] if late else []


def quotes_may_be_printed() -> list[str]:
    """No published sentence waits for an officer or was taken out."""
    wrong = db.session.scalar(
        select(func.count())
        .select_from(PublishedQuote)
        .join(Comment)
        .where(Comment.outcome.in_((Outcome.WAITING, Outcome.OUT)))
    )
    return [f"{words.plural(wrong, 'quote')} published that nobody may read."] if wrong else []


CHECKS = [
    ("words have no names", nothing_names_who_wrote),
    ("words of waves that are over", only_of_waves_that_are_over),
    ("words taken out are gone", decisions_are_made_final),
    ("quotes may be printed", quotes_may_be_printed),
]
