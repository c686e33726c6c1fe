"""Who must hold what: groups of people, rules about them as dated data with their source, and the duties people have."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, String, Table, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.accounts.models import Person
from lms.db import Base
from lms.organisations.models import Organisation, OrganisationKind, Sector
from lms.roles import Role

duty_group_part = Table(
    "duty_group_part",
    Base.metadata,
    Column("whole_id", ForeignKey("duty_group.id"), primary_key=True),
    Column("part_id", ForeignKey("duty_group.id"), primary_key=True),
)


class DutyGroup(Base):
    """Those a rule speaks of. Somebody is in it by their role, by where they work, by a duty they were given, or because they are
    in one of its parts."""

    __tablename__ = "duty_group"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    position: Mapped[int] = mapped_column(default=0)
    #: Everybody with this role; everybody of this kind of organisation; everybody of this sector.
    role: Mapped[Role | None]
    kind: Mapped[OrganisationKind | None]
    sector_id: Mapped[int | None] = mapped_column(ForeignKey("sector.id"))
    #: Who is in that other group is in this one only by a duty: a governor is not staff of the school.
    without_id: Mapped[int | None] = mapped_column(ForeignKey("duty_group.id"))

    sector: Mapped[Sector | None] = relationship()
    without: Mapped["DutyGroup | None"] = relationship(remote_side="DutyGroup.id")
    parts: Mapped[list["DutyGroup"]] = relationship(
        secondary=duty_group_part,
        primaryjoin="DutyGroup.id == duty_group_part.c.whole_id",
        secondaryjoin="DutyGroup.id == duty_group_part.c.part_id",
        order_by="DutyGroup.position",
    )


_open = text("until IS NULL")


class PersonDuty(Base):
    """Somebody is in a group because their organisation says so, between two days. It ends with them leaving the organisation;
    what they hold does not."""

    __tablename__ = "person_duty"
    __table_args__ = (
        Index(
            "uq_person_duty_open",
            "person_id",
            "group_id",
            "organisation_id",
            unique=True,
            sqlite_where=_open,
            postgresql_where=_open,
        ),
        CheckConstraint("since IS NULL OR until IS NULL OR until >= since", name="until_after_since"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("duty_group.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    #: The first and the last day; empty: not known, and no end yet.
    since: Mapped[date | None]
    until: Mapped[date | None]
    set_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    set_at: Mapped[datetime]

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    group: Mapped[DutyGroup] = relationship(lazy="joined", innerjoin=True)
    organisation: Mapped[Organisation] = relationship()


class RuleStatus(StrEnum):
    """Who says so. `label` is what people read."""

    NATIONAL = "national"
    NATIONAL_PROFESSIONAL = "national_professional"
    LOCAL_EXAMPLE = "local_example"

    @property
    def label(self) -> str:
        """The status in words."""
        return STATUS_LABELS[self]


STATUS_LABELS = {
    RuleStatus.NATIONAL: "National guidance or regulations",
    RuleStatus.NATIONAL_PROFESSIONAL: "Agreed by professional bodies",
    RuleStatus.LOCAL_EXAMPLE: "For the partnership to decide",
}


class TrainingRule(Base):
    """One version of one rule: what a group must hold, how often, who says so, and from when to when. Never changed and never
    deleted: it is ended, and the next version begins the day after. It is heeded only while it is switched on."""

    __tablename__ = "training_rule"
    __table_args__ = (
        CheckConstraint("valid_from IS NULL OR valid_to IS NULL OR valid_to >= valid_from", name="to_after_from"),
        CheckConstraint("renew_every_months > 0", name="renewal_positive"),
        CheckConstraint("times_needed > 0", name="times_positive"),
        CheckConstraint("(hours IS NULL) = (hours_over_months IS NULL)", name="hours_in_a_window"),
        CheckConstraint("hours > 0 AND hours_over_months > 0", name="hours_positive"),
        CheckConstraint("participatory_share IS NULL OR hours IS NOT NULL", name="share_of_hours"),
        CheckConstraint("participatory_share >= 0 AND participatory_share <= 1", name="share_is_a_share"),
        CheckConstraint("first_due_within_months >= 0 AND warn_days_before >= 0", name="days_not_negative"),
        CheckConstraint("NOT active OR confirmed", name="on_only_when_read"),
        CheckConstraint("NOT confirmed OR read_on IS NOT NULL", name="confirmed_on_a_day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    #: The same for all versions of a rule.
    key: Mapped[str] = mapped_column(String(60), index=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("duty_group.id"), index=True)
    #: A few words for a column of a table, and what exactly is to be held.
    title: Mapped[str] = mapped_column(String(60))
    must_hold: Mapped[str] = mapped_column(String(200))
    #: When it is first due, as the source says it; and in months from taking up the duty, where the source gives a number.
    first_due: Mapped[str] = mapped_column(String(120), default="")
    first_due_within_months: Mapped[int | None]
    #: Held once, so many times within these months; empty: once and for all.
    renew_every_months: Mapped[int | None]
    times_needed: Mapped[int] = mapped_column(default=1)
    #: Or so many hours in any window of so many months, at least this share of them in learning with other people.
    hours: Mapped[float | None]
    hours_over_months: Mapped[int | None]
    participatory_share: Mapped[float | None]
    #: Does every course count? Otherwise those that are named.
    any_course: Mapped[bool] = mapped_column(default=False)
    status: Mapped[RuleStatus]
    source: Mapped[str] = mapped_column(String(300))
    edition: Mapped[str] = mapped_column(String(120), default="")
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    #: Has a page that describes the source, or the source, been read, and when last?
    confirmed: Mapped[bool] = mapped_column(default=False)
    read_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(String(600), default="")
    warn_days_before: Mapped[int] = mapped_column(default=90)
    superseded_by: Mapped[str] = mapped_column(String(60), default="")
    active: Mapped[bool] = mapped_column(default=False)
    #: Who switched it on or off last, and when; empty: as it arrived.
    switched_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    switched_at: Mapped[datetime | None]
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    added_at: Mapped[datetime]
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("training_rule.id"))

    group: Mapped[DutyGroup] = relationship(lazy="joined", innerjoin=True)
    counts: Mapped[list["RuleCourse"]] = relationship(
        order_by="RuleCourse.code", cascade="all, delete-orphan", lazy="selectin"
    )
    switched_by: Mapped[Person | None] = relationship(foreign_keys=[switched_by_id])
    added_by: Mapped[Person | None] = relationship(foreign_keys=[added_by_id])
    replaces: Mapped["TrainingRule | None"] = relationship(remote_side="TrainingRule.id")

    @property
    def codes(self) -> list[str]:
        """The codes of the courses that count, in order."""
        return [one.code for one in self.counts]


class RuleCourse(Base):
    """A course that counts, by its code: the rules of content/ are there before the courses of a partnership are."""

    __tablename__ = "training_rule_course"

    rule_id: Mapped[int] = mapped_column(ForeignKey("training_rule.id"), primary_key=True)
    code: Mapped[str] = mapped_column(String(12), primary_key=True)
