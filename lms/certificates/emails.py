"""The letters about certificates. None holds one: it is fetched on the page, by the person who is signed in."""

from datetime import datetime, timedelta

from lms import dates
from lms.bookings.emails import address_of
from lms.certificates import paper, queries
from lms.certificates.models import Certificate
from lms.hooks import Gate
from lms.letters.operations import queue


def dedupe(certificate_id: int) -> str:
    """The name of the letter that says a certificate is there: one for each."""
    return f"certificate:there:{certificate_id}"


def there(one: Certificate, *, now: datetime) -> bool:
    """It is drawn: fetch it; or it is corrected; or it waits for the questions, and then the letter says the same to everybody of
    the session, so that it tells of nobody who answered. After a mass issue it waits as long as that can be undone.

    False where it was written before, or they have no address.
    """
    gate = queries.gates_of([one.booking], now).get(one.booking_id)
    key, values = _words(one, gate)
    letter = queue(key, to=one.booking.person, values=_values(one) | values, now=now, dedupe=dedupe(one.id))
    if letter is not None and one.run is not None:
        letter.due_at = max(now, one.run.undo_until)
    return letter is not None


def _words(one: Certificate, gate: Gate | None) -> tuple[str, dict[str, str]]:
    if gate is not None:
        last_day = dates.day(gate.opens_at - timedelta(seconds=1))
        return "certificate-after-questions", {"answer_until": last_day}
    code = {"verify_code": paper.in_words(one)["code"], "verify_link": paper.verify_address()}
    if one.replaces is not None:
        return "certificate-reissued", code | {"reason": one.replaces.revoked_why}
    return "certificate-ready", code | {
        "hours_line": paper.in_words(one)["hours"],
        "account_link": address_of("learning.index"),
    }


def withdrawn(one: Certificate, *, now: datetime) -> bool:
    """It no longer counts, and why."""
    letter = queue(
        "certificate-withdrawn",
        to=one.booking.person,
        values=_values(one) | {"reason": one.revoked_why},
        now=now,
        dedupe=f"certificate:withdrawn:{one.id}",
    )
    return letter is not None


def _values(one: Certificate) -> dict[str, str]:
    return {
        "course_title": one.title,
        "certificate_link": address_of("certificates.certificate", reference=one.reference),
    }
