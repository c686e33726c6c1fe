"""What an action offers people to learn from. evaluation points at lms; lms does not know."""

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from evaluation.actions.models import Action
from lms.catalogue.models import Course
from lms.db import Base
from lms.resources.models import Resource


class LearningOffer(Base):
    """A course or a resource that an action caused. evaluation points at lms; lms does not know."""

    __tablename__ = "learning_offer"
    __table_args__ = (
        CheckConstraint("(course_id IS NULL) != (resource_id IS NULL)", name="one_thing"),
        UniqueConstraint("action_id", "course_id"),
        UniqueConstraint("action_id", "resource_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    action_id: Mapped[int] = mapped_column(ForeignKey("action.id"))
    course_id: Mapped[int | None] = mapped_column(ForeignKey("course.id"), index=True)
    resource_id: Mapped[int | None] = mapped_column(ForeignKey("resource.id"), index=True)

    action: Mapped[Action] = relationship(back_populates="offers")
    course: Mapped[Course | None] = relationship()
    resource: Mapped[Resource | None] = relationship()
