"""The letters about yearly training returns."""

from datetime import date, datetime

from evaluation.training_needs.models import AgencyReturn, TrainingReturn
from lms import dates
from lms.accounts.models import Person
from lms.bookings.emails import address_of
from lms.letters.models import Letter
from lms.letters.operations import queue
from lms.words import plural


def _values(found: TrainingReturn, one: AgencyReturn) -> dict[str, str]:
    return {
        "audit_title": f"Training return {found.year}",
        "audit_due": dates.day(found.deadline),
        "audit_link": address_of("training_needs.own_return", year=found.year),
        "organisation": one.organisation.name,
    }


def opened(found: TrainingReturn, one: AgencyReturn, person: Person, *, now: datetime) -> Letter | None:
    """A round is open."""
    return queue(
        "training-return-opened",
        to=person,
        values=_values(found, one),
        now=now,
        dedupe=f"training-return:opened:{one.id}:{person.id}",
    )


def reminded(found: TrainingReturn, one: AgencyReturn, person: Person, *, today: date, now: datetime) -> Letter | None:
    """Nothing has come in yet."""
    return queue(
        "training-return-reminder",
        to=person,
        values=_values(found, one) | {"days_left": plural((found.deadline - today).days, "day")},
        now=now,
        dedupe=f"training-return:{today.isoformat()}:{one.id}:{person.id}",
    )
