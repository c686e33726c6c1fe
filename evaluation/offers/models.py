"""What an action offers people to learn from, and how many those that know nobody by name reached.

evaluation points at lms; lms does not know.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from evaluation.actions.models import Action
from lms.accounts.models import Person
from lms.catalogue.models import Course, SessionGroup
from lms.db import Base
from lms.resources.models import Resource


class OfferKind(StrEnum):
    """What an action offers. `label` is the word people read."""

    COURSE = "course"
    SERIES = "series"
    RESOURCE = "resource"
    BRIEFING = "briefing"
    FORUM_TOPIC = "forum_topic"
    CHAMPION_ACTIVITY = "champion_activity"
    CAMPAIGN = "campaign"

    @property
    def label(self) -> str:
        """The kind in words."""
        return KIND_LABELS[self]

    @property
    def known(self) -> bool:
        """Are the people it reaches known one by one, from registers and completions? Then nothing is typed."""
        return self in {OfferKind.COURSE, OfferKind.SERIES}


KIND_LABELS = {
    OfferKind.COURSE: "Course",
    OfferKind.SERIES: "Session series",
    OfferKind.RESOURCE: "Resource",
    OfferKind.BRIEFING: "Briefing",
    OfferKind.FORUM_TOPIC: "Forum topic",
    OfferKind.CHAMPION_ACTIVITY: "Champion activity",
    OfferKind.CAMPAIGN: "Campaign",
}


class CountUnit(StrEnum):
    """What was counted. Two units are never added."""

    PEOPLE = "people"
    ORGANISATIONS = "organisations"
    SCHOOLS = "schools"
    VISITS = "visits"
    COPIES = "copies"


def _kind(context: Any) -> OfferKind:
    """The kind of an offer that names only a thing of ours."""
    given = context.get_current_parameters()
    if given.get("course_id") is not None:
        return OfferKind.COURSE
    return OfferKind.SERIES if given.get("group_id") is not None else OfferKind.RESOURCE


class LearningOffer(Base):
    """Something an action offers: a course, a series or a resource of ours, or what only has a title and dates."""

    __tablename__ = "learning_offer"
    __table_args__ = (
        CheckConstraint(
            "(kind = 'course') = (course_id IS NOT NULL) AND (kind = 'series') = (group_id IS NOT NULL) "
            "AND (kind != 'resource' OR resource_id IS NOT NULL) "
            "AND (resource_id IS NULL OR kind IN ('resource', 'briefing')) "
            "AND (title = '') = (course_id IS NOT NULL OR group_id IS NOT NULL OR resource_id IS NOT NULL)",
            name="one_thing",
        ),
        CheckConstraint("ends_on IS NULL OR (starts_on IS NOT NULL AND ends_on >= starts_on)", name="ends_after_start"),
        UniqueConstraint("action_id", "course_id"),
        UniqueConstraint("action_id", "group_id"),
        UniqueConstraint("action_id", "resource_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    action_id: Mapped[int] = mapped_column(ForeignKey("action.id"))
    kind: Mapped[OfferKind] = mapped_column(default=_kind)
    course_id: Mapped[int | None] = mapped_column(ForeignKey("course.id"), index=True)
    group_id: Mapped[int | None] = mapped_column(ForeignKey("session_group.id"), index=True)
    resource_id: Mapped[int | None] = mapped_column(ForeignKey("resource.id"), index=True)
    #: How it is called, where it is none of the three.
    title: Mapped[str] = mapped_column(String(200), default="")
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    #: When it was linked to the action; empty: before this was kept.
    added_at: Mapped[datetime | None]
    made_up: Mapped[bool] = mapped_column(default=False)

    action: Mapped[Action] = relationship(back_populates="offers")
    course: Mapped[Course | None] = relationship()
    group: Mapped[SessionGroup | None] = relationship()
    resource: Mapped[Resource | None] = relationship()
    counts: Mapped[list["OfferCount"]] = relationship(
        back_populates="offer", order_by="OfferCount.dated, OfferCount.id"
    )

    @property
    def name(self) -> str:
        """How it is called, whatever it is."""
        thing = self.course or self.group or self.resource
        return thing.title if thing else self.title


class OfferCount(Base):
    """How many an offer had reached up to a day, as somebody typed it in. Added, never overwritten: a later one corrects it."""

    __tablename__ = "offer_count"
    __table_args__ = (
        CheckConstraint("count >= 0", name="count_not_negative"),
        CheckConstraint("(taken_back_at IS NULL) = (taken_back_why = '')", name="taken_back_has_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    offer_id: Mapped[int] = mapped_column(ForeignKey("learning_offer.id"), index=True)
    #: Everybody reached from its beginning up to this day.
    dated: Mapped[date]
    unit: Mapped[CountUnit]
    count: Mapped[int]
    #: Who or what counted.
    source: Mapped[str] = mapped_column(String(200))
    #: What was wrong with an earlier count, where this one is smaller.
    why: Mapped[str] = mapped_column(String(300), default="")
    added_at: Mapped[datetime]
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    taken_back_at: Mapped[datetime | None]
    taken_back_why: Mapped[str] = mapped_column(String(300), default="")

    offer: Mapped[LearningOffer] = relationship(back_populates="counts")
    added_by: Mapped[Person | None] = relationship()
