"""What officers do with courses, levels and venues."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from lms.accounts.models import Person
from lms.activity.operations import record
from lms.catalogue.models import Course, Level, LevelScheme, Venue
from lms.courses import queries, rules
from lms.courses.rules import Details, Refused
from lms.dates import london
from lms.db import db
from lms.organisations.models import Priority

# Courses.


def add_course(*, code: str, said: Details, actor: Person | None, now: datetime) -> Course:
    """A new course, last in the partnership's order. Refused where the code is taken or something does not fit together."""
    code = rules.code_of(code)
    _check_code_free(code)
    rules.check(said)
    last = db.session.scalar(select(func.max(Course.position)))
    course = Course(code=code, position=0 if last is None else last + 1, **said.columns)
    db.session.add(course)
    db.session.flush()
    _set_related(course, said, now)
    _note("course:added", course, actor, now, title=rules.short(course.title))
    return course


def change_course(*, course: Course, code: str, said: Details, actor: Person | None, now: datetime) -> bool:
    """Change what is said of a course; was anything new? Refused as when adding, and where the code of a course with sessions
    would change, or a course would come before itself."""
    db.session.execute(select(Course.id).where(Course.id == course.id).with_for_update())
    before, was = _as_kept(course), course.code
    code = rules.code_of(code)
    if code != was:
        rules.check_code_may_change(queries.session_count(course))
        _check_code_free(code)
    rules.check(said)
    rules.check_no_circle(course.id, said.prerequisite_ids, queries.prerequisite_pairs())
    course.code = code
    for name, value in said.columns.items():
        setattr(course, name, value)
    _set_related(course, said, now)
    db.session.flush()
    changed = rules.changes(before, _as_kept(course))
    if changed:
        _note("course:changed", course, actor, now, **changed)
    return bool(changed)


def retire(*, course: Course, actor: Person, now: datetime) -> None:
    """Offer a course no longer. RuleBroken while sessions are to come."""
    rules.check_may_retire([one.reference for one in queries.sessions_to_come(course, now)])
    if course.retired_at is None:
        course.retired_at = now
        db.session.flush()
        _note("course:retired", course, actor, now)


def bring_back(*, course: Course, actor: Person, now: datetime) -> None:
    """Offer a course again."""
    if course.retired_at is not None:
        course.retired_at = None
        db.session.flush()
        _note("course:brought_back", course, actor, now)


def _check_code_free(code: str) -> None:
    if taken := db.session.scalar(select(Course.title).where(func.upper(Course.code) == code)):
        raise Refused("code", f"“{taken}” has this code already")


def _set_related(course: Course, said: Details, now: datetime) -> None:
    """The rows a course names. Levels that do not hold today were not on the page, so they stay."""
    kept = rules.levels_to_keep(course.levels, said.level_ids, london(now).date())
    course.levels = [*kept, *(one for one in _rows(Level, said.level_ids) if one not in kept)]
    course.prerequisites = _rows(Course, said.prerequisite_ids)
    course.priorities = _rows(Priority, said.priority_ids)
    db.session.flush()


def _rows(model: type[Any], ids: Collection[int]) -> list[Any]:
    """These rows of a table, in the order of their ids."""
    return list(db.session.scalars(select(model).where(model.id.in_(ids)).order_by(model.id)))


def _as_kept(course: Course) -> dict[str, Any]:
    """A course as the list of what people did names it: {field: value}."""
    return {
        "code": course.code,
        **{name: getattr(course, name) for name in Details.__dataclass_fields__ if not name.endswith("_ids")},
        "levels": sorted(one.name for one in course.levels),
        "prerequisites": sorted(one.code for one in course.prerequisites),
        "priorities": sorted(one.name for one in course.priorities),
    }


def _note(verb: str, course: Course, actor: Person | None, now: datetime, **details: str | None) -> None:
    record(verb, actor=actor, subject_kind="course", subject=course.code, now=now, **details)


# Levels.


def add_scheme(*, name: str, source: str, actor: Person, now: datetime) -> LevelScheme:
    """A new way of grading courses, the last of them."""
    there = queries.schemes()
    _check_scheme_name(name, there)
    scheme = LevelScheme(
        key=rules.key_of(name, {one.key for one in there}),
        name=name,
        source=source,
        position=max((one.position for one in there), default=-1) + 1,
    )
    db.session.add(scheme)
    db.session.flush()
    record("scheme:added", actor=actor, subject_kind="level_scheme", subject=scheme.key, now=now, name=name)
    return scheme


def change_scheme(*, scheme: LevelScheme, name: str, source: str, actor: Person, now: datetime) -> None:
    """Put the name of a scheme right, or where it can be read."""
    _check_scheme_name(name, [one for one in queries.schemes() if one is not scheme])
    before = scheme.name
    if (name, source) != (scheme.name, scheme.source):
        scheme.name, scheme.source = name, source
        db.session.flush()
        record(
            "scheme:changed",
            actor=actor,
            subject_kind="level_scheme",
            subject=scheme.key,
            now=now,
            before=before,
            after=name,
        )


def _check_scheme_name(name: str, others: Collection[LevelScheme]) -> None:
    if name.casefold() in {one.name.casefold() for one in others}:
        raise Refused("name", "There is a scheme of this name already")


def add_level(
    *, scheme: LevelScheme, name: str, about: str, valid_from: date, after: int | None, actor: Person, now: datetime
) -> Level:
    """A new level of a scheme from a day on, standing after another of its levels (None: first)."""
    _lock(scheme)
    _check_level_name(scheme, name, valid_from)
    level = Level(
        scheme=scheme,
        key=rules.key_of(name, {one.key for one in scheme.levels}),
        name=name,
        about=about,
        valid_from=valid_from,
    )
    others = sorted((one for one in scheme.levels if one is not level), key=lambda one: (one.position, one.id))
    place = next((number + 1 for number, one in enumerate(others) if one.id == after), 0)
    # Every form of one level shares its place.
    order = [*others[:place], level, *others[place:]]
    places = {key: number for number, key in enumerate(dict.fromkeys(one.key for one in order))}
    for one in order:
        one.position = places[one.key]
    db.session.add(level)
    db.session.flush()
    _note_level("level:added", level, actor, now, from_day=valid_from.isoformat())
    return level


def rename_level(
    *, level: Level, name: str, about: str, valid_from: date, carry: bool, actor: Person, now: datetime
) -> Level:
    """End a level on the eve of a day and begin its new form on it; with `carry` its courses have the new form from then on."""
    _lock(level.scheme)
    rules.check_not_followed(queries.follower(level))
    rules.check_begins(level, valid_from)
    if (name, about) == (level.name, level.about):
        raise Refused("name", "Change the name, or the words about it")
    _check_level_name(level.scheme, name, valid_from, besides=level)
    eve = rules.day_before(valid_from)
    level.valid_until = min(level.valid_until or eve, eve)
    new = Level(
        scheme=level.scheme,
        key=level.key,
        name=name,
        about=about,
        position=level.position,
        valid_from=valid_from,
    )
    db.session.add(new)
    db.session.flush()
    _note_level("level:renamed", level, actor, now, after=name, from_day=valid_from.isoformat())
    if carry:
        carry_over(level=level, actor=actor, now=now)
    return new


def end_level(*, level: Level, last_day: date, actor: Person, now: datetime) -> None:
    """A level holds until the end of a day; nothing follows it."""
    _lock(level.scheme)
    rules.check_not_followed(queries.follower(level))
    rules.check_ends(level, last_day)
    level.valid_until = last_day
    db.session.flush()
    _note_level("level:ended", level, actor, now, last_day=last_day.isoformat())


def carry_over(*, level: Level, actor: Person, now: datetime) -> int:
    """Give every course of a level what follows it; how many had it not yet."""
    new = queries.follower(level)
    if new is None:
        return 0
    courses = queries.left_behind(level, new)
    for course in courses:
        course.levels = [*course.levels, new]
    db.session.flush()
    if courses:
        _note_level("level:carried_over", level, actor, now, courses=", ".join(one.code for one in courses))
    return len(courses)


def remove_level(*, level: Level, actor: Person, now: datetime) -> None:
    """Take away a level that no course has or had. What it followed holds on as if it had never been."""
    _lock(level.scheme)
    rules.check_not_followed(queries.follower(level))
    rules.check_unused(queries.level_uses().get(level.id, 0), "level")
    _note_level("level:removed", level, actor, now)
    earlier = [one for one in level.scheme.levels if one.key == level.key and one is not level]
    if earlier and earlier[-1].valid_until == rules.day_before(level.valid_from):
        earlier[-1].valid_until = None
    db.session.delete(level)
    db.session.flush()


def _lock(scheme: LevelScheme) -> None:
    """Nobody else changes the levels of this scheme until this transaction ends."""
    db.session.execute(select(LevelScheme.id).where(LevelScheme.id == scheme.id).with_for_update())
    db.session.refresh(scheme, ["levels"])


def _check_level_name(scheme: LevelScheme, name: str, valid_from: date, besides: Level | None = None) -> None:
    """Two levels of a scheme that hold at the same time have different names."""
    for one in scheme.levels:
        holds_then = one.valid_until is None or one.valid_until >= valid_from
        if one is not besides and holds_then and one.name.casefold() == name.casefold():
            raise Refused("name", "There is a level of this name already")


def _note_level(verb: str, level: Level, actor: Person, now: datetime, **details: str | None) -> None:
    record(verb, actor=actor, subject_kind="level", subject=str(level.id), now=now, name=level.name, **details)


# Venues.


def add_venue(*, name: str, address: str, access_notes: str, actor: Person, now: datetime) -> Venue:
    """A new place to learn in."""
    _check_venue_name(name)
    venue = Venue(name=name, address=address, access_notes=access_notes)
    db.session.add(venue)
    db.session.flush()
    record("venue:added", actor=actor, subject_kind="venue", subject=str(venue.id), now=now, name=name)
    return venue


def change_venue(*, venue: Venue, name: str, address: str, access_notes: str, actor: Person, now: datetime) -> None:
    """Put the words about a place right. Nobody is written to: the place itself has not changed."""
    _check_venue_name(name, besides=venue)
    after = {"name": name, "address": address, "access_notes": access_notes}
    if changed := rules.changes({field: getattr(venue, field) for field in after}, after):
        venue.name, venue.address, venue.access_notes = name, address, access_notes
        db.session.flush()
        record("venue:changed", actor=actor, subject_kind="venue", subject=str(venue.id), now=now, **changed)


def remove_venue(*, venue: Venue, actor: Person, now: datetime) -> None:
    """Take away a place no session was or is in."""
    rules.check_unused(queries.venue_uses(now).get(venue.id, (0, 0))[1], "venue")
    record("venue:removed", actor=actor, subject_kind="venue", subject=str(venue.id), now=now, name=venue.name)
    db.session.delete(venue)
    db.session.flush()


def _check_venue_name(name: str, besides: Venue | None = None) -> None:
    for one in queries.venues():
        if one is not besides and one.name.casefold() == name.casefold():
            raise Refused("name", "There is a venue of this name already")
