"""Taking what a device has kept while it had no network."""

from collections.abc import Sequence
from datetime import datetime

from lms.accounts.models import Person
from lms.attendance import operations as attendance
from lms.attendance.models import Mark
from lms.attendance.rules import AlreadyThere, MarkGiven, MarksRefused, ReasonMissing
from lms.bookings.operations import lock_session
from lms.catalogue.models import SessionDate
from lms.db import apart
from lms.errors import RuleBroken
from lms.offline import queries, rules
from lms.offline.rules import Answer, Answered, Sent


def receive(date: SessionDate, *, sent: Sequence[Sent], by: Person, now: datetime) -> dict[str, Answered]:
    """Keep each mark and each walk-in by itself, in this order; one that is refused stops none of the others. What has been
    sent before is kept once. Returns the answer to each, by the device's own name of it."""
    lock_session(date.session_id)  # whoever else sends the same things waits here
    known = queries.kept(one.key for one in sent)
    answers: dict[str, Answered] = {}
    for one in sent:
        if one.key in known:
            fits = known[one.key] == date.id
            answers[one.key] = Answered(Answer.KEPT) if fits else Answered(Answer.REFUSED, rules.TAKEN)
        else:
            answers[one.key] = _receive(date, one, by=by, now=now)
            known[one.key] = date.id
    return answers


def _receive(date: SessionDate, one: Sent, *, by: Person, now: datetime) -> Answered:
    if isinstance(one.what, str):
        return Answered(Answer.REFUSED, one.what)
    try:
        with apart():
            _keep(date, one, by=by, now=now)
    except MarksRefused as broken:
        if broken.differ:
            return Answered(Answer.DIFFERS)
        return Answered(Answer.REFUSED, str(broken))
    except AlreadyThere as broken:
        return Answered(Answer.THERE, str(broken))
    except ReasonMissing:
        return Answered(Answer.REFUSED, rules.LOCKED)
    except RuleBroken as broken:
        return Answered(Answer.REFUSED, str(broken))
    return Answered(Answer.KEPT)


def _keep(date: SessionDate, one: Sent, *, by: Person, now: datetime) -> None:
    if isinstance(one.what, MarkGiven):
        attendance.record_marks(date, given=[one.what], by=by, now=now)
    elif not isinstance(one.what, str):
        attendance.add_walk_in(
            date,
            first_name=one.what.first_name,
            last_name=one.what.last_name,
            email=one.what.email,
            organisation_id=one.what.organisation_id,
            by=by,
            now=now,
            stayed=MarkGiven(0, Mark.ATTENDED, device_key=one.key, made_at=one.made_at),
        )
