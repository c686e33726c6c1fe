"""The letters about new dates and about sessions asked for."""

from datetime import datetime

from lms.bookings.emails import address_of, place_of, when_of
from lms.catalogue.models import CourseSession
from lms.demand.models import DeliveryRequest, Interest
from lms.letters.operations import queue


def new_date(interest: Interest, session: CourseSession, *, now: datetime) -> None:
    """There is a new date for a course somebody would come to. No place is held for them."""
    queue(
        "interest-new-date",
        to=interest.person,
        values={
            "course_title": session.course.title,
            "session_when": when_of(session),
            "session_place": place_of(session),
            "booking_link": address_of("catalogue.session", reference=session.reference),
        },
        now=now,
        dedupe=f"interest:{session.id}:{interest.id}",
    )


def _about(request: DeliveryRequest) -> dict[str, str]:
    return {
        "course_title": request.course.title,
        "organisation": request.organisation.name if request.organisation else request.outside_name,
        "booking_link": address_of("demand.request_page", reference=request.reference),
        "reason": request.answer,
        "session_when": when_of(request.session) if request.session else "",
        "session_place": place_of(request.session) if request.session else "",
    }


def request_received(request: DeliveryRequest, *, now: datetime) -> None:
    """We have your request."""
    queue(
        "delivery-request-received",
        to=request.asked_by,
        values=_about(request),
        now=now,
        dedupe=f"delivery:received:{request.id}",
    )


def request_answered(request: DeliveryRequest, *, agreed: bool, now: datetime) -> None:
    """Your session is on the programme; or it cannot be, and why."""
    queue(
        "delivery-request-agreed" if agreed else "delivery-request-declined",
        to=request.asked_by,
        values=_about(request),
        now=now,
        dedupe=f"delivery:answered:{request.id}",
    )
