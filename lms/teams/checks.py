"""What must always be true of places without a name; `lms verify` says where it is not."""

from collections import Counter

from sqlalchemy import select

from lms.activity.models import Activity
from lms.bookings.models import Reservation
from lms.db import db
from lms.letters.models import Letter


def unnamed() -> list[str]:
    """Each place asked for is named, given back or still there; whoever asked has a letter; a cancelled session keeps none."""
    left: Counter[str] = Counter()
    lines = select(Activity.subject, Activity.details).where(Activity.subject_kind == "reservation")
    for reference, details in db.session.execute(lines.order_by(Activity.id)):
        left[reference] += int(details.get("places", 0))
    told = set(db.session.scalars(select(Letter.dedupe).where(Letter.dedupe.like("reservation:made:%"))))
    found = []
    for one in db.session.scalars(select(Reservation).order_by(Reservation.id)):
        if left[one.reference] != one.places:
            found.append(
                f"The reservation {one.reference} has {one.places} places, and its list says {left[one.reference]}."
            )
        if f"reservation:made:{one.id}" not in told and one.made_by.email:
            found.append(f"The reservation {one.reference} has no letter.")
        if one.ended_at is None and one.session.cancelled_at is not None:
            found.append(f"The reservation {one.reference} keeps places of a session that is cancelled.")
    return found
