"""The upload, and the page on which a report is looked at before it goes on the register."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import request

from lms import dates
from lms.accounts.models import Person
from lms.attendance.forms import read_clock
from lms.attendance.models import Mark
from lms.attendance.queries import RegisterLine
from lms.attendance.rules import MarkGiven, MarksRefused
from lms.catalogue.models import SessionDate
from lms.errors import RuleBroken
from lms.form_checks import EMAIL_SENTENCE
from lms.forms import FileField, Form, TextField
from lms.meetings import rules, sheets
from lms.meetings.operations import WalkIn
from lms.meetings.reports import Attendee, Report
from lms.meetings.rules import Booked, Found, Match, Proposed
from lms.organisations.models import Organisation
from lms.widgets import FileBox
from lms.words import hours_words

#: What somebody can be marked as here, in the order of the buttons.
BUTTONS = ((Mark.ATTENDED, "Came"), (Mark.PART, "In part"), (Mark.LEFT_EARLY, "Left early"))
KEEP, LEAVE, WALK_IN = "keep", "leave", "walk-in"
MOST_FILES = 5
HOW = {Match.EMAIL: "by email address", Match.NAME: "by name"}


class UploadForm(Form):
    """The files somebody downloaded after the meeting."""

    file = FileField(
        "The report, as it was downloaded",
        description="A CSV file or an Excel workbook, up to 2 MB. Was the meeting started again? Then choose all its reports.",
        widget=FileBox(accept=".csv,.xlsx", multiple=True),
    )

    def given(self) -> list[tuple[str, bytes]]:
        """The names and bytes of the files. RuleBroken where there is none, or there are too many."""
        chosen = list(self.file.raw_data or [])
        if not chosen:
            raise RuleBroken("Choose the report of the meeting")
        if len(chosen) > MOST_FILES:
            raise RuleBroken(f"Choose no more than {MOST_FILES} files")
        return [((one.filename or "")[:200], one.stream.read(sheets.MOST_BYTES + 1)) for one in chosen]


@dataclass(frozen=True)
class Question:
    """A row of the report of which nobody knows for certain who it is, and who it may be."""

    place: int
    person: Attendee
    found: Found
    suggested: Sequence[RegisterLine]
    others: Sequence[RegisterLine]
    #: Somebody with this address has an account, and had not booked.
    known: Person | None

    @property
    def name(self) -> str:
        """The control’s name."""
        return f"who-{self.place}"


@dataclass(frozen=True)
class Group:
    """What goes on the register of one person: of a booking, or of somebody who walks in."""

    key: str
    places: tuple[int, ...]
    people: Sequence[Attendee]
    how: str
    proposed: Proposed
    line: RegisterLine | None = None
    known: Person | None = None

    @property
    def name(self) -> str:
        """Who it is."""
        return self.line.booking.person.name if self.line else self.people[0].name

    @property
    def rows(self) -> str:
        """The rows it is made of, as the page sends them back: other rows are other minutes, to be looked at again."""
        return ",".join(map(str, self.places))

    @property
    def differs(self) -> bool:
        """Does the register say something else already?"""
        return bool(self.line and self.line.mark and not self.unchanged)

    @property
    def unchanged(self) -> bool:
        """Does the register say just this already?"""
        mark = self.line.mark if self.line else None
        if mark is None or self.proposed.mark is None:
            return False
        from_at, until_at = self.proposed.given(0, self.proposed.mark).times
        return mark.says(self.proposed.mark, until_at, from_at)


class PreviewForm(Form):
    """A report beside the register. The rows are read from what was typed. By the key KEY of a person (a booking’s reference, or
    new-N for somebody who walks in) there are mark-KEY, from-KEY, until-KEY, seen-KEY and rows-KEY, and of walk-ins first-KEY,
    last-KEY, email-KEY and works-KEY; by the row N of the report who-N; by the booking’s reference REF not-here-REF.
    """

    reason = TextField("Why is the register changed after it was locked?", longest=300)

    def __init__(
        self,
        report: Report,
        date: SessionDate,
        lines: Sequence[RegisterLine],
        known: Mapping[str, Person],
        organisations: Iterable[Organisation],
    ) -> None:
        super().__init__()
        self.report, self.date, self.lines, self.known = report, date, lines, known
        self.organisations = {str(one.id): one for one in organisations}
        self.typed: dict[str, str] = request.form.to_dict() if self.is_submitted() else {}
        #: The sentence beside a control, by its id.
        self.wrong: dict[str, str] = {}
        trainers = [Booked(0, one.name, one.email or "") for one in date.session.trainers]
        self.teaching = rules.teaching(report.people, trainers)
        self.people = [one for one in report.people if one not in self.teaching]
        self._arrange()

    def _arrange(self) -> None:
        """Who is whose row, by what is known for certain and by what the person has said."""
        by_id = {line.booking.id: line for line in self.lines}
        booked = [Booked(key, line.booking.person.name, line.booking.person.email or "") for key, line in by_id.items()]
        found = rules.matched(self.people, booked)
        sure = {one.booking_id for one in found if one.match.sure}
        free = [line for key, line in by_id.items() if key not in sure]
        self.questions = [
            self._question(place, one, by_id, free) for place, one in enumerate(found) if not one.match.sure
        ]
        rows: dict[str, list[int]] = {}
        how: dict[str, str] = {}
        for place, one in enumerate(found):
            if one.match.sure and one.booking_id is not None:
                key = by_id[one.booking_id].booking.reference
                rows.setdefault(key, []).append(place)
                how[key] = HOW[one.match]
        references = {line.booking.reference: line for line in self.lines}
        for question in self.questions:
            said = self.who(question)
            key = f"new-{question.place}" if said == WALK_IN else said
            if said == WALK_IN or said in references:
                rows.setdefault(key, []).append(question.place)
                how.setdefault(key, "as you said")
        self.groups = [self._group(key, tuple(places), how[key], references.get(key)) for key, places in rows.items()]
        self.groups.sort(key=lambda one: (one.unchanged, one.line is None, one.name.casefold()))
        self.missing = [line for line in self.lines if line.booking.reference not in rows]
        absent = [Attendee(one.name, one.email) for one in self.report.absent]
        #: The bookings of those the report lists as not having been there.
        self.said_absent = {one.booking_id for one in rules.matched(absent, booked) if one.booking_id}

    def _question(
        self, place: int, found: Found, by_id: Mapping[int, RegisterLine], free: Sequence[RegisterLine]
    ) -> Question:
        person = self.people[place]
        suggested = [by_id[one] for one in found.suggested]
        known = self.known.get(person.email) or self.known.get(person.upn)
        return Question(place, person, found, suggested, [one for one in free if one not in suggested], known)

    def _group(self, key: str, places: tuple[int, ...], how: str, line: RegisterLine | None) -> Group:
        people = [self.people[place] for place in places]
        said = rules.proposed(
            people,
            starts_at=self.date.starts_at,
            ends_at=self.date.ends_at,
            minimum_share=self.date.session.course.minimum_share,
        )
        known = None if line else self.known.get(people[0].email) or self.known.get(people[0].upn)
        return Group(key, places, people, how, said, line, known)

    # What the page shows.

    def who(self, question: Question) -> str:
        """What was said of a row: a booking’s reference, walk-in or leave; nothing where a suggestion waits for an answer."""
        return self.typed.get(question.name, "" if question.suggested else LEAVE)

    def seen_before(self, group: Group) -> bool:
        """Had the person these rows together, and the mark that is there, before their eyes when they sent the page?"""
        typed = self.typed.get(f"rows-{group.key}"), self.typed.get(f"seen-{group.key}")
        return typed == (group.rows, self.seen(group))

    def chosen(self, group: Group) -> str:
        """The button that is down: what was pressed, else what is proposed where the register says nothing else."""
        if self.seen_before(group):
            return self.typed.get(f"mark-{group.key}", "")
        return "" if group.differs or group.proposed.mark is None else group.proposed.mark.value

    def seen(self, group: Group) -> str:
        """The mark the person decides upon; 0 where there is none."""
        return str(group.line.mark.id if group.line and group.line.mark else 0)

    def clock(self, name: str, group: Group) -> str:
        """A time as it stands in its box: from or until."""
        moment = group.proposed.from_at if name == "from" else group.proposed.until_at
        said = f"{dates.london(moment):%H:%M}" if moment else ""
        return self.typed.get(f"{name}-{group.key}", said) if self.seen_before(group) else said

    def text(self, name: str, group: Group) -> str:
        """What is known of somebody who walks in: first, last, email, works."""
        person, known = group.people[0], group.known
        first, _, last = (person.names[-1] if "," in person.name else person.name).rpartition(" ")
        email = known.email if known else person.email or person.upn
        usual = {
            "first": known.first_name if known else first or last,
            "last": known.last_name if known else last if first else "",
            "email": email,
            "works": str(known.organisation_id) if known else "",
        }
        return self.typed.get(f"{name}-{group.key}", usual[name] or "")

    def stayed(self, group: Group) -> str:
        """What the report says of somebody, the share with its base: “Joined 9:02am, left 12pm, 2½ hours of 3 hours (83%)”."""
        person = rules.together(group.people)
        seconds = group.proposed.seconds
        words = [f"Joined {dates.time(person.first_join)}" if person.first_join else ""]
        words.append(f"left {dates.time(person.last_leave)}" if person.last_leave else "")
        if seconds is not None:
            length = int((self.date.ends_at - self.date.starts_at).total_seconds())
            # Cut off, never rounded: 79.9% must not read like the share that is enough.
            words.append(f"{hours_words(seconds // 60)} of {hours_words(length // 60)} ({seconds * 100 // length}%)")
        words.append("with time away in between" if person.away else "")
        said = ", ".join(filter(None, words)) or "No times"
        return said[0].upper() + said[1:]

    @property
    def problems(self) -> list[tuple[str, str | None]]:
        """What is wrong, with the control each sentence is about."""
        return super().problems + [(sentence, control) for control, sentence in self.wrong.items()]

    @property
    def to_look_at(self) -> list[Group]:
        """Who was added or changed by what was just said, so that nobody has seen the mark yet."""
        return [one for one in self.groups if not self.seen_before(one)]

    # What it makes of the page.

    def read(self) -> tuple[list[MarkGiven], list[WalkIn]]:
        """The marks and walk-ins somebody decided upon. What cannot be read is in `wrong`, and then nothing is to be kept."""
        for question in self.questions:
            if not self.who(question):
                self.wrong[question.name] = f"Select who {question.person.name} is"
        marks: list[MarkGiven] = []
        walk_ins: list[WalkIn] = []
        for group in self.groups:
            given = self._mark(group)
            if given is None:
                continue
            if group.line:
                marks.append(given)
            elif walk_in := self._walk_in(group, given):
                walk_ins.append(walk_in)
        ticked = [line for line in self.missing if not line.mark and f"not-here-{line.booking.reference}" in self.typed]
        return [*marks, *(MarkGiven(line.booking.id, Mark.NO_SHOW, seen=0) for line in ticked)], walk_ins

    def _mark(self, group: Group) -> MarkGiven | None:
        chosen, key = self.chosen(group), group.key
        if chosen == KEEP:
            return None
        marks = {mark.value: mark for mark, _ in BUTTONS}
        if chosen not in marks:
            self.wrong[f"mark-{key}"] = f"Select what the register says of {group.name}"
            return None
        mark = marks[chosen]
        from_at = until_at = None
        if mark is Mark.PART:
            from_at = self._time("from", group, group.proposed.from_at)
        if mark in {Mark.PART, Mark.LEFT_EARLY}:
            until_at = self._time("until", group, group.proposed.until_at)
        minutes = None if group.proposed.seconds is None else group.proposed.seconds // 60
        booking_id = group.line.booking.id if group.line else 0
        return MarkGiven(booking_id, mark, until_at, int(self.seen(group)), from_at, minutes)

    def _time(self, name: str, group: Group, proposed: datetime | None) -> datetime | None:
        typed = self.clock(name, group)
        if proposed and typed == f"{dates.london(proposed):%H:%M}":
            return proposed
        try:
            return read_clock(typed, self.date)
        except ValueError:
            word = "came" if name == "from" else "left"
            self.wrong[f"{name}-{group.key}"] = f"Enter the time at which {group.name} {word}, such as 11:15"
            return None

    def _walk_in(self, group: Group, given: MarkGiven) -> WalkIn | None:
        first, last, email, works = (self.text(name, group).strip() for name in ("first", "last", "email", "works"))
        missing = {
            "first": (not first or len(first) > 100, "Enter the first name"),
            "last": (not last or len(last) > 100, "Enter the last name"),
            "works": (works not in self.organisations, "Select where they work"),
            "email": (bool(email) and not _is_email(email), EMAIL_SENTENCE),
        }
        for name, (wrong, sentence) in missing.items():
            if wrong:
                self.wrong[f"{name}-{group.key}"] = f"{sentence}: {group.name}"
        return None if any(wrong for wrong, _ in missing.values()) else WalkIn(first, last, email, int(works), given)

    def refuse_marks(self, broken: MarksRefused, now: Sequence[RegisterLine]) -> None:
        """Show what is wrong beside each row. `now` is the register as it has become meanwhile: there both marks are shown."""
        self.lines = now
        for line in now:
            key = line.booking.reference
            if line.booking.id in broken.differ:
                self.typed.pop(f"rows-{key}", None)
                self.wrong[f"mark-{key}"] = (
                    f"Somebody has marked {line.booking.person.name} meanwhile. Select which mark stays"
                )
            if line.booking.id in broken.wrong:
                self.wrong[f"until-{key}"] = broken.wrong[line.booking.id]
        self._arrange()


def _is_email(text: str) -> bool:
    from email_validator import EmailNotValidError, validate_email

    try:
        validate_email(text, check_deliverability=False)
    except EmailNotValidError:
        return False
    return True
