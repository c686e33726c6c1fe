"""What a trainer fills in: one form, with a row for each person and the few questions about somebody who walked in."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from flask import request

from lms import dates
from lms.attendance.models import AttendanceMark, Mark, MarkedHow
from lms.attendance.queries import RegisterLine
from lms.attendance.rules import AlreadyThere, MarkGiven, MarksRefused, ReasonMissing
from lms.catalogue.models import SessionDate
from lms.errors import RuleBroken
from lms.forms import Choice, EmailField, Form, SelectField, TextField, read_time
from lms.organisations.models import Organisation
from lms.words import listing, plural, tag_of

#: The buttons of a row, in the order they are drawn.
BUTTONS = (
    (Mark.ATTENDED, "Came"),
    (Mark.LEFT_EARLY, "Left early"),
    (Mark.APOLOGY, "Apology"),
    (Mark.NO_SHOW, "Not here"),
)
WORDS = dict(BUTTONS)
#: Up to so many people who are left to mark are named.
NAMED = 3
MARKS = {mark.value: mark for mark in WORDS}


class WalkInForm(Form):
    """The fewest questions about somebody who is not on the list."""

    first_name = TextField("First name", required="Enter the first name", longest=100)
    last_name = TextField("Last name", required="Enter the last name", longest=100)
    organisation = SelectField("Where they work", required="Select where they work", empty="Select an agency or school")
    email = EmailField(
        "Work email address, if they give one",
        description="With it they get the questions and, later, their certificate",
    )

    def __init__(self, organisations: Iterable[Organisation], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.organisation.choices = [Choice(value=str(one.id), label=one.name) for one in organisations]

    @property
    def filled_in(self) -> bool:
        """Is somebody to be added: was the button pressed, or a name typed and another button pressed?"""
        typed = self.first_name.data or self.last_name.data or self.email.data
        return self.is_submitted() and bool(typed or request.form.get("do") == "walk-in")


class RegisterForm(Form):
    """The marks of a register, read row by row. In `typed` are, by the booking's reference REF:

    mark-REF    the button that is down
    until-REF   the time of leaving early
    seen-REF    the id of the mark that stood there when the page was opened (0: none), so that a button nobody touched never
                takes back what a colleague has marked since
    mine-REF, theirs-REF   which of two marks stays; the value is the id of the colleague's
    """

    reason = TextField("Why is the register changed after it was locked?", longest=300)

    def __init__(self, lines: Sequence[RegisterLine], date: SessionDate, organisations: Iterable[Organisation]) -> None:
        super().__init__()
        self.lines = lines
        self.date = date
        self.walk_in = WalkInForm(organisations)
        self.typed: dict[str, str] = request.form.to_dict() if self.is_submitted() else {}
        #: The sentence beside a row, by the booking's reference.
        self.wrong: dict[str, str] = {}
        #: The mark of a colleague that differs from what was pressed, by the booking's reference.
        self.differ: dict[str, AttendanceMark] = {}

    @property
    def problems(self) -> list[tuple[str, str | None]]:
        """What is wrong, with the control each sentence is about."""
        rows: list[tuple[str, str | None]] = []
        for line in self.lines:
            reference = line.booking.reference
            if reference in self.wrong:
                rows.append((self.wrong[reference], f"until-{reference}"))
            if reference in self.differ:
                rows.append((f"Select which mark of {line.booking.person.name} stays", f"mine-{reference}"))
        return super().problems + rows + self.walk_in.problems

    def chosen(self, line: RegisterLine) -> str:
        """The button that is down in this row: what was just pressed, else what the register says."""
        return self.typed.get(f"mark-{line.booking.reference}", line.mark.mark.value if line.mark else "")

    def until(self, line: RegisterLine) -> str:
        """The time of leaving as it stands in its box."""
        known = f"{dates.london(line.mark.until_at):%H:%M}" if line.mark and line.mark.until_at else ""
        return self.typed.get(f"until-{line.booking.reference}", known)

    def seen(self, line: RegisterLine) -> str:
        """The mark the person decides upon."""
        return self.typed.get(f"seen-{line.booking.reference}", str(line.mark.id if line.mark else 0))

    def pressed(self, line: RegisterLine) -> str:
        """What was pressed, in a sentence about two marks."""
        mark = MARKS[self.chosen(line)]
        return WORDS[mark].lower() + (f" at {self.until(line)}" if mark is Mark.LEFT_EARLY else "")

    def validate(self, extra_validators: object = None) -> bool:
        """Is everything readable, in the rows and about somebody who walked in?"""
        fine = super().validate(extra_validators)
        walk_in_fine = not self.walk_in.filled_in or self.walk_in.validate()
        return fine and walk_in_fine and not self.wrong

    def read(self) -> list[MarkGiven]:
        """The marks somebody decided upon. What cannot be read is in `wrong`, and then nothing is to be kept."""
        return [given for line in self.lines if (given := self._read(line))]

    def _read(self, line: RegisterLine) -> MarkGiven | None:
        reference = line.booking.reference
        if self.typed.pop(f"theirs-{reference}", None):
            self._forget(reference)
            return None
        if decided := self.typed.pop(f"mine-{reference}", None):
            self.typed[f"seen-{reference}"] = decided
        mark = MARKS.get(self.typed.get(f"mark-{reference}", ""))
        if mark is None:
            return None
        until_at = None
        if mark is Mark.LEFT_EARLY:
            try:
                until_at = read_leaving(self.typed.get(f"until-{reference}", ""), self.date)
            except ValueError:
                name = line.booking.person.name
                self.wrong[reference] = f"Enter the time at which {name} left, such as 11:15"
                return None
        seen = self.typed.get(f"seen-{reference}", "")
        if any(str(one.id) == seen and one.says(mark, until_at) for one in line.marks):
            self._forget(reference)  # untouched: whatever the register says by now stands
            return None
        return MarkGiven(line.booking.id, mark, until_at, seen=int(seen) if seen.isdecimal() else None)

    def _forget(self, reference: str) -> None:
        for name in ("mark", "until", "seen"):
            self.typed.pop(f"{name}-{reference}", None)

    def refuse_marks(self, broken: MarksRefused, now: Sequence[RegisterLine]) -> None:
        """Show what is wrong beside each row. `now` is the register as it has become meanwhile."""
        self.lines = now
        for line in now:
            if line.booking.id in broken.wrong:
                self.wrong[line.booking.reference] = broken.wrong[line.booking.id]
            if line.booking.id in broken.differ and line.mark:
                self.differ[line.booking.reference] = line.mark

    def refuse_rule(self, broken: RuleBroken) -> None:
        """Show a rule's sentence beside what it is about, or at the top of the page."""
        if isinstance(broken, AlreadyThere):
            self.walk_in.refuse(str(broken), "email" if self.walk_in.email.data else "last_name")
        else:
            self.refuse(str(broken), "reason" if isinstance(broken, ReasonMissing) else None)


def read_leaving(typed: str, date: SessionDate) -> datetime:
    """The moment somebody left, as people type it on a phone: 11:15, 11.15, 1115, 1:15pm. ValueError if it is no time.

    Without “am” or “pm”, 1:15 is the one that falls into the hours of the date.
    """
    digits = re.fullmatch(r"\s*(\d{1,2})(?:[\s:.,]*(\d{2}))?\s*", typed)
    clock = read_time(f"{digits[1]}:{digits[2] or '00'}" if digits else typed)
    day = dates.london(date.starts_at).date()
    found = dates.from_london(day, clock.hour, clock.minute)
    if digits and clock.hour < 12 and not date.starts_at <= found <= date.ends_at:
        later = dates.from_london(day, clock.hour + 12, clock.minute)
        return later if date.starts_at <= later <= date.ends_at else found
    return found


def said(mark: AttendanceMark, starts_at: datetime) -> str:
    """A mark in words, with who made it and when: “Left early at 11:15am, marked at 11:20am by Tom Ashworth”."""
    words = tag_of(mark.mark).word + (f" at {dates.time(mark.until_at)}" if mark.until_at else "")
    same_day = dates.london(mark.marked_at).date() == dates.london(starts_at).date()
    at = f"at {dates.time(mark.marked_at)}" if same_day else dates.day_time(mark.marked_at)
    if mark.how is MarkedHow.CHECK_IN:
        return f"{words}, checked in {at}"
    return f"{words}, marked {at}" + (f" by {mark.marked_by.name}" if mark.marked_by else "")


def saved(new: int, *, added: str, left: Sequence[str], finishing: bool) -> str:
    """What was just done and what is left: “Saved 3 marks. Left to mark: Dev Patel and Ellie Marsden.”"""
    sentences = [f"Saved {plural(new, 'mark')}." if new else "", f"{added} is on the register." if added else ""]
    if finishing:
        sentences.append("The register is not finished.")
    elif not new and not added:
        sentences.append("Nothing has changed.")
    if not left:
        sentences.append("Everybody is marked.")
    elif len(left) <= NAMED:
        sentences.append(f"Left to mark: {listing(left)}.")
    else:
        sentences.append(f"{plural(len(left), 'person is', 'people are')} left to mark.")
    return " ".join(filter(None, sentences))
