"""E-learning: what people do, and what is kept of what a package says. Each locks the booking before it looks at anything."""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from lms.accounts.models import Person
from lms.activity.operations import record
from lms.catalogue.models import Course
from lms.db import db
from lms.elearning import queries, rules, runtime
from lms.elearning.intake import Intake
from lms.elearning.models import (
    CheckTry,
    Completion,
    Content,
    ContentFile,
    Counts,
    Enrolment,
    Kind,
    Launch,
    Progress,
    Success,
    Unit,
)
from lms.elearning.rules import Question, Stand
from lms.errors import RuleBroken

#: A content's address is worth nothing so long after the person's own page was last heard of.
KEY_HOLDS = timedelta(minutes=5)

# What officers do.


def set_rules(*, course: Course, counts: Counts, share: int, by: Person, now: datetime) -> None:
    """What a course takes for a completion, from now on; what was counted stays counted."""
    found = queries.rules_of(course)
    if found not in db.session:
        db.session.add(found)
    found.counts, found.share = counts, share
    db.session.flush()
    _note("elearning:rules_set", course.code, by, now, counts=counts.value, share=share)


def add_content(
    *, course: Course, intake: Intake, replaces: Content | None, by: Person | None, now: datetime
) -> Content:
    """Add what was looked at, at the end of the course or as the next version of what it `replaces`.

    People under way go on with the version they began. What nobody can start is kept for the officer to see, and does not push
    out a version that works.
    """
    given = {
        name: getattr(intake, name) for name in ("kind", "title", "file_name", "size", "edition", "fault", "transcript")
    }
    content = _placed(course, replaces, Content(**given), by=by, now=now)
    content.units = [Unit(position=number, **vars(part)) for number, part in enumerate(intake.parts, start=1)]
    db.session.flush()
    db.session.add_all([ContentFile(content_id=content.id, **vars(one)) for one in intake.files])
    db.session.flush()
    return content


def add_check(
    *,
    course: Course,
    title: str,
    questions: Sequence[Question],
    pass_mark: int,
    replaces: Content | None,
    by: Person | None,
    now: datetime,
) -> Content:
    """Add a knowledge check, at the end of the course or as the next version of the one it `replaces`."""
    kept = [one.document() for one in questions]
    check = Content(kind=Kind.CHECK, title=title, questions=kept, pass_mark=pass_mark, fault="")
    content = _placed(course, replaces, check, by=by, now=now)
    content.units = [Unit(position=1, title=title, length=len(questions))]
    db.session.flush()
    return content


def _placed(course: Course, replaces: Content | None, content: Content, *, by: Person | None, now: datetime) -> Content:
    """The content in its place, saved; what it replaces is withdrawn, unless nobody could start what comes instead."""
    db.session.get_one(Course, course.id, with_for_update=True)
    if replaces is not None:
        db.session.refresh(replaces)
        if replaces.course_id != course.id or replaces.withdrawn_at is not None:
            raise RuleBroken("What this was to replace is not there any more. Open the page again")
        if not content.fault:
            replaces.withdrawn_at = now
    content.course_id = course.id
    content.position = replaces.position if replaces else queries.last_position(course) + 1
    content.version = replaces.version + 1 if replaces else 1
    content.added_at, content.added_by_id = now, by.id if by else None
    db.session.add(content)
    db.session.flush()
    _note("elearning:content_added", course.code, by, now, kind=content.kind.value, version=content.version)
    return content


def withdraw(*, content: Content, by: Person, now: datetime) -> None:
    """From now on nobody new is given it; people under way keep it."""
    if content.withdrawn_at is None:
        content.withdrawn_at = now
        db.session.flush()
        _note("elearning:content_withdrawn", content.course.code, by, now, kind=content.kind.value)


def preview(*, unit: Unit, by: Person, now: datetime, heard: datetime) -> Launch:
    """An officer looks at a part as people see it; nothing of it is kept."""
    launch = Launch(preview=unit, person_id=by.id, opened_at=now, heard_at=heard)
    db.session.add(launch)
    db.session.flush()
    return launch


# What people do.


def book(*, course: Course, person: Person, now: datetime) -> Enrolment:
    """The person's booking of the course: the one that is open, or a new one. RuleBroken while there is nothing to do in it."""
    db.session.get_one(Person, person.id, with_for_update=True)
    if found := queries.open_enrolment(person, course):
        return found
    if course.retired_at is not None:
        raise RuleBroken(rules.RETIRED)
    if not queries.offered_units(course):
        raise RuleBroken(rules.NOT_OFFERED)
    booked = Enrolment(course_id=course.id, person_id=person.id, booked_at=now)
    db.session.add(booked)
    db.session.flush()
    _note("elearning:booked", course.code, person, now)
    return booked


def start(*, enrolment: Enrolment, number: int, now: datetime, heard: datetime) -> Launch:
    """Open a part, for the first time or once more; wherever it is open already it ends. `heard`: the machine's time.

    The first start of all fixes which versions this person works through. RuleBroken when the course has nothing to start.
    LookupError when it has no part of this number.
    """
    _lock(enrolment)
    if not enrolment.progress:
        _begin(enrolment)
    progress = next((one for one in enrolment.progress if one.position == number), None)
    if progress is None:
        raise LookupError(number)
    if enrolment.started_at is None:
        enrolment.started_at = now
        _note("elearning:started", enrolment.course.code, enrolment.person, now)
    progress.started_at = progress.started_at or now
    progress.seen_at = now
    ended = update(Launch).where(
        Launch.progress_id.in_([one.id for one in enrolment.progress]), Launch.ended_at.is_(None)
    )
    db.session.execute(ended.values(ended_at=now), execution_options={"synchronize_session": "fetch"})
    launch = Launch(progress=progress, person_id=enrolment.person_id, opened_at=now, heard_at=heard)
    db.session.add(launch)
    if not progress.unit.tracked:
        progress.completion = Completion.COMPLETED
    db.session.flush()
    _settle(enrolment, now)
    return launch


def _begin(enrolment: Enrolment) -> None:
    units = queries.offered_units(enrolment.course)
    if not units:
        raise RuleBroken(rules.NOT_OFFERED)
    for number, unit in enumerate(units, start=1):
        db.session.add(Progress(enrolment=enrolment, unit_id=unit.id, position=number))
    db.session.flush()
    db.session.refresh(enrolment, ["progress"])


def hear(*, launch: Launch, heard: datetime) -> None:
    """The person's page is still open, so the content's address goes on being worth something. RuleBroken when it is open
    elsewhere, or says so more often than an honest page does."""
    db.session.refresh(launch, with_for_update=True)
    if launch.ended_at is not None:
        raise RuleBroken(rules.OPENED_ELSEWHERE)
    same = launch.heard_at.replace(microsecond=0) == heard.replace(microsecond=0)
    launch.messages = launch.messages + 1 if same else 1
    launch.heard_at = heard
    if launch.messages > runtime.MOST_A_SECOND:
        raise RuleBroken("The course sends too much at once. What it sent last is not saved")
    db.session.flush()


def save(*, launch: Launch, given: Any, ended: bool = False, now: datetime, heard: datetime) -> Progress:
    """Keep what the package of a part says of itself; it is the package's word and nobody else's, and takes the place of what
    the person said in its stead. `ended`: the package has ended the visit. RuleBroken as in `hear`, and for what is not on the
    closed list."""
    progress = _of(launch)
    said = runtime.understand(progress.unit.content.kind, given)
    _lock(progress.enrolment)
    hear(launch=launch, heard=heard)
    if progress.declared_at is not None:
        progress.declared_at, progress.completion = None, Completion.UNKNOWN
    spoke(unit=progress.unit)
    for name in ("completion", "success", "location", "suspend_data", "suspended"):
        value = getattr(said, name)
        if value is not None:
            setattr(progress, name, value)
    for name, number in said.score.items():
        setattr(progress, f"score_{name}", number)
    if said.seconds is not None:
        # A page loaded anew counts its time from nothing again.
        progress.seconds += said.seconds - launch.seconds if said.seconds >= launch.seconds else said.seconds
        launch.seconds = said.seconds
    if ended:
        progress.completion, progress.success = runtime.at_the_end(progress.unit, runtime.standing_of(progress))
    return _seen(progress, now)


def spoke(*, unit: Unit) -> None:
    """The package of a part opened its connection with us, so from now on nobody says in its stead how far they got."""
    if not unit.speaks:
        unit.speaks = True
        db.session.flush()


def declare(*, enrolment: Enrolment, number: int, now: datetime) -> Progress:
    """The person says that they have gone through a part whose package says nothing. It counts as completed, and is kept as
    their own word; of how well they did it says nothing. RuleBroken unless `Progress.may_be_declared`; LookupError when there is
    no part of this number."""
    _lock(enrolment)
    progress = next((one for one in enrolment.progress if one.position == number), None)
    if progress is None:
        raise LookupError(number)
    db.session.refresh(progress.unit)
    if not progress.may_be_declared:
        raise RuleBroken(rules.NOT_TO_BE_DECLARED)
    progress.completion, progress.declared_at = Completion.COMPLETED, now
    _note("elearning:declared", enrolment.course.code, enrolment.person, now, part=number)
    return _seen(progress, now)


def save_watched(*, launch: Launch, given: Any, now: datetime, heard: datetime) -> Progress:
    """Keep which seconds of a video were watched; together with those before they make its share."""
    progress = _of(launch)
    pieces, length = rules.read_watched(given)
    _lock(progress.enrolment)
    hear(launch=launch, heard=heard)
    unit = progress.unit
    if unit.length is None:
        unit.length = length
    progress.watched = rules.joined([*progress.watched, *pieces], unit.length)
    progress.location = str(pieces[-1][1]) if pieces else progress.location
    return _share(progress, rules.share_of(progress.watched, unit.length), now)


def read_pages(*, launch: Launch, pages: int, now: datetime, heard: datetime) -> Progress:
    """Keep up to which page somebody says they have read a document; it never becomes less."""
    progress = _of(launch)
    _lock(progress.enrolment)
    hear(launch=launch, heard=heard)
    of = progress.unit.length or 1
    progress.location = str(max(min(pages, of), int(progress.location or 0)))
    return _share(progress, 100 * int(progress.location) // of, now)


def answer(
    *, launch: Launch, answers: Sequence[frozenset[int]], now: datetime, heard: datetime
) -> tuple[CheckTry, rules.Marked]:
    """Mark a try at a knowledge check and keep it. A check that was passed stays passed, however often it is tried again."""
    progress = _of(launch)
    _lock(progress.enrolment)
    hear(launch=launch, heard=heard)
    content = progress.unit.content
    questions = rules.questions_of(content.questions)
    marked = rules.mark(questions, answers, content.pass_mark or 100)
    one = CheckTry(
        progress_id=progress.id,
        number=len(progress.tries) + 1,
        at=now,
        answers={str(number): sorted(given) for number, given in enumerate(answers)},
        right_answers=marked.count,
        questions=len(questions),
        passed=marked.passed,
    )
    db.session.add(one)
    if marked.passed or progress.success is not Success.PASSED:
        progress.success = Success.PASSED if marked.passed else Success.FAILED
        # Our own check: whoever has reached the pass mark has done it.
        progress.completion = Completion.COMPLETED if marked.passed else Completion.INCOMPLETE
        progress.score_raw, progress.score_min, progress.score_max = float(marked.count), 0.0, float(len(questions))
    _seen(progress, now)
    db.session.refresh(progress, ["tries"])
    return one, marked


def _of(launch: Launch) -> Progress:
    if launch.progress is None:
        raise RuleBroken("This is a preview: nothing of it is saved")
    return launch.progress


def _lock(enrolment: Enrolment) -> None:
    db.session.execute(select(Enrolment.id).where(Enrolment.id == enrolment.id).with_for_update())
    db.session.refresh(enrolment)
    for one in enrolment.progress:
        db.session.refresh(one)


def _share(progress: Progress, share: int, now: datetime) -> Progress:
    progress.share = share
    wanted = queries.rules_of(progress.enrolment.course).share
    if progress.completion is not Completion.COMPLETED:
        progress.completion = Completion.COMPLETED if share >= wanted else Completion.INCOMPLETE
    return _seen(progress, now)


def _seen(progress: Progress, now: datetime) -> Progress:
    progress.seen_at = now
    db.session.flush()
    _settle(progress.enrolment, now)
    return progress


def _settle(enrolment: Enrolment, now: datetime) -> None:
    """Has the person done the course by now? Once done, it stays done, whatever a package says later."""
    if enrolment.completed_at is not None:
        return
    parts = [Stand(one.completion, one.success) for one in enrolment.progress]
    if rules.counts_as_done(queries.rules_of(enrolment.course).counts, parts):
        enrolment.completed_at = now
        db.session.flush()
        _note("elearning:completed", enrolment.course.code, enrolment.person, now)


# The key in a content's address.


def key_of(launch: Launch, secret: str) -> str:
    """What stands in the address of an open part: its reference and 128 bits only the secret can make."""
    return f"{launch.reference}.{_mac(launch.reference, secret)}"


def opened_by(key: str, secret: str, heard: datetime) -> Launch | None:
    """What this key opens, as long as it is open and the person's own page was heard of lately."""
    reference, _, mac = key.partition(".")
    if not hmac.compare_digest(mac.encode(), _mac(reference, secret).encode()):
        return None
    launch = queries.launch(reference)
    if launch is None or launch.ended_at is not None or heard >= launch.heard_at + KEY_HOLDS:
        return None
    return launch


def _mac(reference: str, secret: str) -> str:
    return hmac.new(secret.encode(), b"lms.elearning:launch:" + reference.encode(), hashlib.sha256).hexdigest()[:32]


def _note(verb: str, code: str, by: Person | None, now: datetime, **details: str | int) -> None:
    record(verb, actor=by, subject_kind="course", subject=code, now=now, **details)
