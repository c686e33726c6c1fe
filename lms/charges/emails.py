"""The letter about a charge, to the organisation's training leads."""

from datetime import datetime

from lms import dates
from lms.charges.models import Charge
from lms.charges.queries import contacts_of
from lms.charges.rules import pounds
from lms.letters.operations import queue
from lms.working_days import in_working_days

#: How many working days an organisation has to say that there was a good reason.
ANSWER_DAYS = 10


def charge_notice(charge: Charge, *, now: datetime) -> int:
    """Say what is charged and why; how many people got the letter."""
    booking, enrolment = charge.booking, charge.enrolment
    course = booking.session.course if booking else enrolment.course if enrolment else None
    when = dates.when(booking.session.starts_at, booking.session.ends_at) if booking else "e-learning"
    people = contacts_of(charge.organisation)
    for person in people:
        queue(
            "charge-notice",
            to=person,
            values={
                "charge_line": f"{charge.organisation.name} is charged {pounds(charge.pence)}.",
                "course_title": course.title if course else "",
                "session_when": when,
                "reason": charge.kind.label.lower(),
                "answer_until": dates.day(in_working_days(now, ANSWER_DAYS)),
            },
            now=now,
            dedupe=f"charge:{charge.id}:{person.id}",
        )
    return len(people)
