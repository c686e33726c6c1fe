"""What `lms verify` checks of marks that were made without a network."""

from sqlalchemy import or_, select

from lms.attendance.models import AttendanceMark
from lms.db import db


def problems() -> list[str]:
    """A mark of a device reached us after it was made, and never without the name the device gave it."""
    wrong = or_(AttendanceMark.received_at < AttendanceMark.marked_at, AttendanceMark.device_key.is_(None))
    found = select(AttendanceMark.id).where(AttendanceMark.received_at.is_not(None), wrong).order_by(AttendanceMark.id)
    return [f"mark {mark_id} reached us before it was made" for mark_id in db.session.scalars(found)]
