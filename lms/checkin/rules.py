"""Codes that change, and who may check in when. Nothing is ever locked: whoever cannot check in is told why and what to do."""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from lms import dates
from lms.attendance.models import MarkedHow
from lms.attendance.rules import OPENS_BEFORE
from lms.bookings.models import BookingStatus
from lms.errors import RuleBroken

#: A code is shown for so long; the one before counts for as long again (settled question 18).
STEP = timedelta(seconds=20)
#: Codes that were shown in this time are recognised, to say that they have changed.
REMEMBERED_STEPS = 30
#: Once a code was scanned in time, the button on the page it led to works for so long.
PRESSED_WITHIN = timedelta(minutes=5)
#: Wrong codes somebody may type; after that each further one waits until the code has changed. Nobody is ever locked out.
TRIES, WAIT = 6, STEP
#: No vowels and nothing that looks like something else: what is read from a wall is typed right, and makes no words.
LETTERS = "23456789BCDFGHJKMNPQRSTVWXYZ"
LENGTH = 6

ASK_TRAINER = "If it does not work, tell the trainer: they can mark you."
CHANGED = (
    "This code has changed since you scanned or read it: there is a new one every 20 seconds. "
    f"Scan the one that is shown now, or type its six characters below. {ASK_TRAINER}"
)
NO_CODE = f"This is not a code that is shown now. Type the six characters that stand under the picture. {ASK_TRAINER}"
TOO_LONG_AGO = f"You scanned the code more than 5 minutes ago. Scan the one that is shown now. {ASK_TRAINER}"


class CodeState(StrEnum):
    """What a code is worth at a moment."""

    GOOD = "good"
    CHANGED = "changed"


def step_at(moment: datetime) -> int:
    """Which code is shown at a moment: they are counted through."""
    return int(moment.timestamp() // STEP.total_seconds())


def changes_in(moment: datetime) -> float:
    """In how many seconds the code changes."""
    return STEP.total_seconds() - moment.timestamp() % STEP.total_seconds()


def state_of(step: int, now: datetime) -> CodeState:
    """Does the code of this step still count? The one before the one that is shown does."""
    return CodeState.GOOD if 0 <= step_at(now) - step <= 1 else CodeState.CHANGED


def short_code(secret: str, date_id: int, step: int) -> str:
    """The six characters of a date at a step. They follow from the secret, so nothing is stored.

    >>> short_code("secret", 7, 1) == short_code("secret", 7, 1) != short_code("secret", 7, 2)
    True
    """
    number = int.from_bytes(hmac.digest(secret.encode(), f"check-in:{date_id}:{step}".encode(), "sha256"))
    return "".join(LETTERS[number // len(LETTERS) ** place % len(LETTERS)] for place in range(LENGTH))


def typed_code(typed: str) -> str:
    """A code as people type it: small letters, with spaces or a dash.

    >>> typed_code(" k7m-4px ")
    'K7M4PX'
    """
    return "".join(character for character in typed.upper() if character in LETTERS)


def find_code(typed: str, date_ids: Iterable[int], *, secret: str, now: datetime) -> tuple[int, int] | None:
    """Which date's code this is, and of which step; None if none of these dates has shown it lately."""
    code, this_step, dates_shown = typed_code(typed), step_at(now), list(date_ids)
    for step in range(this_step, this_step - REMEMBERED_STEPS, -1):
        for date_id in dates_shown:
            if hmac.compare_digest(short_code(secret, date_id, step), code):
                return date_id, step
    return None


def check_time(*, starts_at: datetime, ends_at: datetime, now: datetime, cancelled: bool) -> None:
    """Checking in opens with the register and ends with the date."""
    opens_at = starts_at - OPENS_BEFORE
    if cancelled:
        raise RuleBroken("This session was cancelled, so nobody checks in.")
    if now < opens_at:
        raise RuleBroken(
            f"Checking in opens on {dates.day_time(opens_at)}, an hour before the start. Scan the code again then."
        )
    if now > ends_at:
        raise RuleBroken(
            f"This ended on {dates.day_time(ends_at)}, so checking in is over. "
            "If you were there, tell the trainer: they can mark you."
        )


@dataclass(frozen=True)
class Marked:
    """What the register says of somebody already: how, in words, and by whom (empty: nobody is known)."""

    how: MarkedHow
    came: bool
    said: str


def check_booking(status: BookingStatus | None, marked: Marked | None) -> None:
    """Only who is on the register checks in, and only once; a trainer's mark is changed by a trainer."""
    if status is None:
        raise RuleBroken("You have no booking for this session. Tell the trainer: they can add you to the register.")
    if status is BookingStatus.CANCELLED:
        raise RuleBroken("Your booking for this session has ended. If you are here all the same, tell the trainer.")
    if status is not BookingStatus.BOOKED:
        raise RuleBroken("You have no place on this session yet. If you are here all the same, tell the trainer.")
    if marked and marked.how is MarkedHow.CHECK_IN:
        raise RuleBroken(f"You have checked in already. The register says: {marked.said}.")
    if marked and marked.came:
        raise RuleBroken(f"You are on the register as having come. It says: {marked.said}.")
    if marked:
        raise RuleBroken(f"The register says: {marked.said}. If that is wrong, tell the trainer: they can change it.")
