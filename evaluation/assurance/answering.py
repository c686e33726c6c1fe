"""What an agency writes about an action: a draft that is kept, and versions that are sent and never change."""

from datetime import date, datetime

from sqlalchemy import select

from evaluation.assurance import rules
from evaluation.assurance.models import Answered, Ask, Shown
from evaluation.assurance.operations import step
from lms import dates, files
from lms.accounts.models import Person
from lms.db import db
from lms.errors import RuleBroken
from lms.files import Upload


def save(
    *,
    asked: Ask,
    statement: str,
    nothing_yet: bool,
    about_on: date | None,
    url: str = "",
    upload: Upload | None = None,
    send: bool,
    actor: Person,
    now: datetime,
) -> Answered:
    """Keep what was written, with one more piece of evidence where one came along; with `send` the panel gets it as a version
    of its own, and what was sent before stays. RuleBroken where it cannot be sent as it is."""
    rules.check_can_answer(asked)
    answer = begin(asked=asked, actor=actor, now=now)
    answer.statement, answer.nothing_yet, answer.saved_at, answer.saved_by = statement, nothing_yet, now, actor
    if url or upload:
        if about_on is None:
            raise RuleBroken("Enter the date the evidence is about", "about_on")
        rules.check_about(about_on, dates.london(now).date())
        _show(answer, about_on, url, upload, actor, now)
    if send:
        rules.check_statement(statement, nothing_yet=nothing_yet, evidence=len(answer.evidence))
        _send(answer, actor, now)
    db.session.flush()
    return answer


def begin(*, asked: Ask, actor: Person, now: datetime) -> Answered:
    """The draft to write in: the one there is, or a new one that begins with what was sent last."""
    db.session.execute(select(Ask.id).where(Ask.id == asked.id).with_for_update())
    db.session.refresh(asked, ["answers"])
    found = rules.draft(asked)
    if found is not None:
        return found
    last = rules.sent(asked)
    answer = Answered(
        version=max((one.version for one in asked.answers), default=0) + 1,
        statement=last.statement if last else "",
        nothing_yet=bool(last and last.nothing_yet),
        saved_at=now,
        saved_by=actor,
        late=False,
        evidence=[
            Shown(about_on=one.about_on, added_at=one.added_at, url=one.url, file=one.file)
            for one in (last.evidence if last else ())
        ],
    )
    asked.answers.append(answer)
    db.session.flush()
    return answer


def _show(answer: Answered, about_on: date, url: str, upload: Upload | None, actor: Person, now: datetime) -> None:
    if url:
        rules.check_link(url)
        answer.evidence.append(Shown(about_on=about_on, added_at=now, url=url))
    if upload:
        stored = files.keep(upload, now=now, by=actor)
        answer.evidence.append(Shown(about_on=about_on, added_at=now, file=stored))


def _send(answer: Answered, actor: Person, now: datetime) -> None:
    asked = answer.ask
    event, agency = asked.agency.event, asked.agency
    answer.sent_at, answer.late = now, now >= rules.deadline(event)
    words = "there is nothing to show yet" if answer.nothing_yet else "evidence"
    said = f"{agency.organisation.name} sent about {asked.action.reference}: {words}, version {answer.version}"
    step(
        event,
        said + (", late" if answer.late else ""),
        actor=actor,
        now=now,
        by=f"{actor.name}, {agency.organisation.name}",
    )


def take_off(*, asked: Ask, shown_id: int, actor: Person, now: datetime) -> None:
    """Take a piece of evidence off what is being written. What was sent keeps it."""
    rules.check_can_answer(asked)
    answer = begin(asked=asked, actor=actor, now=now)
    last = rules.sent(asked)
    chosen = next((one for one in answer.evidence if one.id == shown_id), None)
    if chosen is None and last is not None:
        # It was ticked on the page of what was sent: the draft has a copy of it.
        was = next((one for one in last.evidence if one.id == shown_id), None)
        chosen = next(
            (
                one
                for one in answer.evidence
                if was and (one.url, one.file_id, one.about_on) == (was.url, was.file_id, was.about_on)
            ),
            None,
        )
    if chosen is None:
        raise RuleBroken("This evidence is not there any more.")
    answer.evidence.remove(chosen)
    answer.saved_at, answer.saved_by = now, actor
    db.session.flush()


def discard(*, asked: Ask) -> bool:
    """Throw away what is written and not sent. False where there is nothing."""
    found = rules.draft(asked)
    if found is None:
        return False
    asked.answers.remove(found)
    db.session.delete(found)
    db.session.flush()
    return True
