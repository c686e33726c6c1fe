"""Tables: the delivery plan: priorities, actions, progress, deep dives, the highlight report."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column, ForeignKey, String, Table, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from evaluation.actions.models import Action
from evaluation.measures.models import Measure
from lms.accounts.models import Person
from lms.db import Base
from lms.files import StoredFile
from lms.organisations.models import Organisation, PartnershipGroup, Priority

plan_action_action = Table(
    "plan_action_action",
    Base.metadata,
    Column("plan_action_id", ForeignKey("plan_action.id"), primary_key=True),
    Column("action_id", ForeignKey("action.id"), primary_key=True),
)


class DeliveryPlan(Base):
    """A plan of the partnership for some years."""

    __tablename__ = "delivery_plan"
    __table_args__ = (
        CheckConstraint("until > begins", name="until_after_begins"),
        CheckConstraint("report_every > 0", name="report_every_some"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    begins: Mapped[date]
    until: Mapped[date]
    #: A highlight report goes to every meeting (1), every second one (2) and so on.
    report_every: Mapped[int] = mapped_column(default=2)
    made_up: Mapped[bool] = mapped_column(default=False)

    levels: Mapped[list["PlanLevel"]] = relationship(order_by="PlanLevel.position")
    priorities: Mapped[list["PlanPriority"]] = relationship(order_by="PlanPriority.number", back_populates="plan")
    meetings: Mapped[list["ReportMeeting"]] = relationship(order_by="ReportMeeting.held_on")
    steps: Mapped[list["PlanStep"]] = relationship(order_by="PlanStep.at, PlanStep.id")


class PlanLevel(Base):
    """How far an action has got, in the partnership's own words, such as “L2 – In Development”."""

    __tablename__ = "plan_level"
    __table_args__ = (UniqueConstraint("plan_id", "position"), UniqueConstraint("plan_id", "name"))

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("delivery_plan.id"))
    #: From 1, the least progress, upwards.
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(80))
    meaning: Mapped[str] = mapped_column(String(300), default="")
    #: From here on what was to be done is done, so that its date no longer presses.
    delivered: Mapped[bool] = mapped_column(default=False)


class PlanPriority(Base):
    """A priority as it stands in one plan: its number there and its whole title."""

    __tablename__ = "plan_priority"
    __table_args__ = (UniqueConstraint("plan_id", "number"), UniqueConstraint("plan_id", "priority_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("delivery_plan.id"))
    priority_id: Mapped[int] = mapped_column(ForeignKey("priority.id"))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(300))

    plan: Mapped[DeliveryPlan] = relationship(back_populates="priorities")
    priority: Mapped[Priority] = relationship()
    actions: Mapped[list["PlanAction"]] = relationship(order_by="PlanAction.number", back_populates="priority")
    dives: Mapped[list["DeepDive"]] = relationship(order_by="DeepDive.held_on, DeepDive.id", back_populates="priority")


class PlanAction(Base):
    """One action of the plan. A number is given once: what is taken out keeps it."""

    __tablename__ = "plan_action"
    __table_args__ = (
        UniqueConstraint("plan_priority_id", "number"),
        CheckConstraint("(lead_group_id IS NULL) != (lead_organisation_id IS NULL)", name="one_lead"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_priority_id: Mapped[int] = mapped_column(ForeignKey("plan_priority.id"))
    #: Within its priority: the 1 of 3.1.
    number: Mapped[int]
    wording: Mapped[str] = mapped_column(Text)
    lead_group_id: Mapped[int | None] = mapped_column(ForeignKey("partnership_group.id"))
    lead_organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    due: Mapped[date | None]
    taken_out_on: Mapped[date | None]
    made_up: Mapped[bool] = mapped_column(default=False)

    priority: Mapped[PlanPriority] = relationship(back_populates="actions")
    lead_group: Mapped[PartnershipGroup | None] = relationship()
    lead_organisation: Mapped[Organisation | None] = relationship()
    measures: Mapped[list["SuccessMeasure"]] = relationship(order_by="SuccessMeasure.id")
    progress: Mapped[list["PlanProgress"]] = relationship(order_by="PlanProgress.dated, PlanProgress.id")
    log: Mapped[list[Action]] = relationship(secondary=plan_action_action, order_by=Action.reference)

    @property
    def label(self) -> str:
        """Its number as people say it, such as 1.1."""
        return f"{self.priority.number}.{self.number}"

    @property
    def lead(self) -> str:
        """Who leads it: a group or an agency."""
        found = self.lead_group or self.lead_organisation
        return found.name if found else ""


class SuccessMeasure(Base):
    """What will be different when an action has worked, and how it will be seen. Ended, never deleted."""

    __tablename__ = "success_measure"

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_action_id: Mapped[int] = mapped_column(ForeignKey("plan_action.id"), index=True)
    what: Mapped[str] = mapped_column(String(400))
    seen_by: Mapped[str] = mapped_column(String(400))
    #: The key impact measure that shows it, where there is one.
    measure_id: Mapped[int | None] = mapped_column(ForeignKey("measure.id"), index=True)
    ended_on: Mapped[date | None]

    measure: Mapped[Measure | None] = relationship()


class PlanProgress(Base):
    """What was reported of an action on a day. Reports are added, never overwritten; the last one counts."""

    __tablename__ = "plan_progress"

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_action_id: Mapped[int] = mapped_column(ForeignKey("plan_action.id"), index=True)
    dated: Mapped[date]
    level_id: Mapped[int] = mapped_column(ForeignKey("plan_level.id"))
    done: Mapped[str] = mapped_column(Text)
    stuck: Mapped[str] = mapped_column(Text, default="")
    #: What is asked of the Executive.
    asked: Mapped[str] = mapped_column(Text, default="")
    added_at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    #: In words: a person, or the group that reported.
    by_words: Mapped[str] = mapped_column(String(200))

    level: Mapped[PlanLevel] = relationship()
    by: Mapped[Person | None] = relationship()


class DeepDive(Base):
    """A day on which a group looks closely at one priority, and what it found."""

    __tablename__ = "deep_dive"

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_priority_id: Mapped[int] = mapped_column(ForeignKey("plan_priority.id"), index=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("partnership_group.id"))
    held_on: Mapped[date]
    found: Mapped[str] = mapped_column(Text, default="")
    found_at: Mapped[datetime | None]
    #: Where it was called off: why.
    called_off_why: Mapped[str] = mapped_column(String(400), default="")

    priority: Mapped[PlanPriority] = relationship(back_populates="dives")
    group: Mapped[PartnershipGroup] = relationship()


class ReportMeeting(Base):
    """A meeting of the Executive, some of which get a highlight report."""

    __tablename__ = "report_meeting"
    __table_args__ = (UniqueConstraint("plan_id", "held_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("delivery_plan.id"))
    held_on: Mapped[date]


class HighlightReport(Base):
    """A highlight report as it went to a meeting, with the numbers it printed. Its PDF is drawn by the worker (drawing.py)."""

    __tablename__ = "highlight_report"
    __table_args__ = (
        UniqueConstraint("plan_id", "meeting_on"),
        CheckConstraint("period_until >= period_from", name="period_in_order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(40), unique=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("delivery_plan.id"))
    meeting_on: Mapped[date]
    period_from: Mapped[date]
    period_until: Mapped[date]
    #: Everything it says, as it was printed (report.py).
    document: Mapped[dict[str, Any]] = mapped_column(JSON)
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    draw_at: Mapped[datetime] = mapped_column(index=True)
    lease_token: Mapped[str | None] = mapped_column(String(32))
    attempts: Mapped[int] = mapped_column(default=0)

    plan: Mapped[DeliveryPlan] = relationship()
    made_by: Mapped[Person | None] = relationship()
    file: Mapped[StoredFile | None] = relationship()


class PlanStep(Base):
    """One change of a plan or of something in it: when, who, what and why. Added, never overwritten."""

    __tablename__ = "plan_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("delivery_plan.id"), index=True)
    plan_action_id: Mapped[int | None] = mapped_column(ForeignKey("plan_action.id"), index=True)
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    by: Mapped[str] = mapped_column(String(200))
    what: Mapped[str] = mapped_column(String(400))
    why: Mapped[str] = mapped_column(Text, default="")

    actor: Mapped[Person | None] = relationship()
