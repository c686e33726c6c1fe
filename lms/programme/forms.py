"""The form of a session, and the few others of the programme."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from wtforms import fields

from lms.accounts.models import Person
from lms.catalogue.models import Course, CourseSession, Mode, SessionGroup, Venue
from lms.dates import from_london, london, month
from lms.forms import (
    BooleanField,
    CheckboxesField,
    Choice,
    DateField,
    FilterForm,
    Form,
    HiddenField,
    NumberField,
    RadiosField,
    SelectField,
    TextAreaField,
    TextField,
    TimeField,
)
from lms.organisations.models import Organisation, Sector
from lms.programme import rules
from lms.programme.rules import Details, Held
from lms.working_days import last_day

SHOWN = {
    "": "To come, and drafts",
    "attention": "To come, with something to do",
    "drafts": "Drafts",
    "past": "Over",
    "cancelled": "Cancelled",
}


class DiaryForm(FilterForm):
    """Which sessions to show."""

    show = SelectField("Show", [Choice(value, label) for value, label in SHOWN.items()])
    course = SelectField("Course", empty="Every course")
    month = SelectField("Month", empty="Every month")

    def offer(self, courses: Iterable[Course], months: Iterable[date]) -> None:
        """What there is to choose from."""
        self.course.choices = [Choice(one.code, one.title) for one in courses]
        self.month.choices = [Choice(f"{one:%Y-%m}", month(one)) for one in months]


class Row(Form):
    """A few fields that stand beside each other, several times in a form; without a token of its own."""

    class Meta(Form.Meta):
        csrf = False


class DateRow(Row):
    """One date of a session. A row with nothing in it is left out."""

    day = DateField("Date", called="the date")
    starts = TimeField("From")
    ends = TimeField("Until")

    @property
    def empty(self) -> bool:
        """Was nothing typed?"""
        return not any([*self.day.typed, *(self.starts.raw_data or []), *(self.ends.raw_data or [])])

    def validate(self, extra_validators: Any = None) -> bool:
        """Is the row whole, and its end after its start?"""
        if self.empty:
            return True
        fine = super().validate(extra_validators)
        for field, sentence in (
            (self.day, "Enter the date"),
            (self.starts, "Enter when it starts, like 9:30am"),
            (self.ends, "Enter when it ends, like 1pm"),
        ):
            if field.data is None and not field.errors:
                field.errors = [sentence]
                fine = False
        if self.starts.data and self.ends.data and self.ends.data <= self.starts.data:
            self.ends.errors = ["Enter an end that is after the start"]
            fine = False
        return bool(fine)

    def said(self) -> tuple[datetime, datetime]:
        """From when until when. ValueError if the row is not whole."""
        day, starts, ends = self.day.data, self.starts.data, self.ends.data
        if day is None or starts is None or ends is None:
            raise ValueError("a date has a day, a start and an end")
        return from_london(day, starts.hour, starts.minute), from_london(day, ends.hour, ends.minute)


class HoldRow(Row):
    """Places for one sector or organisation. A row with nothing in it is left out."""

    whose = SelectField("For", empty="Nobody")
    places = NumberField("Places", least=1, most=1000)
    release = DateField("Released on", called="the day of release")

    def validate(self, extra_validators: Any = None) -> bool:
        """Is the row whole?"""
        if not self.whose.data:
            if self.places.data or any(self.release.typed):
                self.whose.errors = ["Select for whom the places are, or clear the row"]
                return False
            return True
        fine = super().validate(extra_validators)
        for field, sentence in (
            (self.places, "Enter how many places"),
            (self.release, "Enter from which day anybody can have them"),
        ):
            if field.data is None and not field.errors:
                field.errors = [sentence]
                fine = False
        return bool(fine)


class SessionForm(Form):
    """Everything an officer says of a session."""

    #: The version of the session that was on the page.
    seen = HiddenField()
    dates = fields.FieldList(fields.FormField(DateRow, "Date"), min_entries=1, max_entries=rules.MOST_DATES)

    mode = RadiosField(
        "How it is held",
        [Choice(mode.value, mode.label) for mode in Mode],
        required="Select how it is held",
        default=Mode.CLASSROOM.value,
    )
    venue = SelectField(
        "Venue", empty="Not set yet", description="Not needed online. People see how to get in; add a venue below."
    )
    venue_name = TextField("Name of the new venue", longest=200)
    venue_address = TextField("Address", longest=300)
    venue_access = TextField(
        "How to get in",
        longest=500,
        description="Steps, lift, hearing loop, parking, the nearest bus: whatever people would otherwise ask.",
    )
    joining_link = TextField(
        "Link to join online (optional)",
        longest=500,
        description="People with a place see it from 7 days before. It can be added later.",
        render_kw={"spellcheck": "false"},
    )

    capacity = NumberField("Number of places", required="Enter the number of places", least=1, most=5000, default=20)
    reason = TextField(
        "Why there are fewer places than people",
        longest=300,
        description="Only where more people have a place than you enter above. Nobody loses a place.",
    )
    minimum = NumberField(
        "Fewest people to hold it (optional)", most=5000, description="The programme says while it needs more."
    )
    opens = DateField(
        "Booking opens on (optional)",
        called="the day booking opens",
        description="At the beginning of this day. Left empty, as soon as it is published.",
    )
    closes = DateField(
        "Last day to book (optional)",
        called="the last day to book",
        description="Until the end of this day. Left empty, until it starts.",
    )
    holds = fields.FieldList(fields.FormField(HoldRow, "Held places"))

    trainers = CheckboxesField("Trainers")
    audience = TextField(
        "For whom, if for fewer than the course (optional)", longest=300, description="Such as “Health visitors”."
    )
    host = SelectField(
        "Only for one organisation (optional)",
        empty="For everybody",
        description="It is then not in the list of courses, and counts as held at one place.",
    )
    bring = TextAreaField("What to bring or do before (optional)", longest=500, rows=2)
    asks_access = BooleanField("Ask people what they need to take part", default=True)
    asks_diet = BooleanField("Ask people what they eat, because there is food")
    group = SelectField("Series or bundle (optional)", empty="No series or bundle")

    def __init__(
        self,
        *,
        venues: Iterable[Venue],
        trainers: Iterable[Person],
        organisations: Sequence[Organisation],
        sectors: Iterable[Sector],
        groups: Iterable[SessionGroup],
        session: CourseSession | None = None,
        **given: Any,
    ) -> None:
        super().__init__(data=(_as_typed(session) if session else {}) | given)
        self.session = session
        self.venue.choices = [Choice(str(one.id), one.name) for one in venues]
        self.trainers.choices = [Choice(str(one.id), one.name, one.organisation.name) for one in trainers]
        self.host.choices = [Choice(str(one.id), one.name) for one in organisations]
        self.group.choices = [Choice(str(one.id), one.title) for one in groups]
        self._whose = [Choice(f"sector:{one.id}", f"Sector: {one.name}") for one in sectors]
        self._whose += [Choice(f"organisation:{one.id}", one.name) for one in organisations]
        if not self.is_submitted() or not self.holds.entries:
            self.holds.append_entry()
        self._offer_whose()

    def _offer_whose(self) -> None:
        for row in self.holds.entries:
            row.form.whose.choices = self._whose

    def more(self, rows: str) -> None:
        """Add an empty row of dates or of held places, as its button asks, while there are not too many."""
        field = {"date": self.dates, "hold": self.holds}.get(rows)
        if field is not None and len(field.entries) < rules.MOST_DATES:
            field.append_entry()
            self._offer_whose()

    def validate(self, extra_validators: Any = None) -> bool:
        """Is every field right by itself? What belongs together is checked by the rules."""
        fine = super().validate(extra_validators)
        if not any(not row.form.empty for row in self.dates.entries):
            self.dates.entries[0].form.day.errors = ["Enter at least one date"]
            fine = False
        return bool(fine)

    def give_back(self, no: rules.Refused) -> None:
        """Show why it could not be kept, beside what it is about."""
        if no.field == "dates":
            self.dates.entries[0].form.day.errors = [str(no)]
        elif no.field == "holds":
            self.holds.entries[0].form.places.errors = [str(no)]
        else:
            self.refuse(str(no), no.field)

    def said(self, *, venue_id: int | None) -> Details:
        """What was typed, as values; `venue_id` is the venue that was chosen or added. Only after it was found right."""
        online = self.mode.data == Mode.VIRTUAL.value
        session = self.session
        return Details(
            dates=tuple(row.form.said() for row in self.dates.entries if not row.form.empty),
            mode=Mode(self.mode.data),
            venue_id=None if online else venue_id,
            joining_link=self.joining_link.data or "",
            capacity=self.capacity.data or 0,
            minimum=self.minimum.data or None,
            trainer_ids=frozenset(int(one) for one in self.trainers.data or ()),
            opens_at=_opens(self.opens.data, session.booking_opens_at if session else None),
            closes_at=self._closes(),
            holds=tuple(self._held()),
            audience=self.audience.data or "",
            host_organisation_id=_row(self.host.data),
            bring=self.bring.data or "",
            asks_access=bool(self.asks_access.data),
            asks_diet=bool(self.asks_diet.data),
            group_id=_row(self.group.data),
        )

    def _closes(self) -> datetime | None:
        """The end of the last day to book, or the start where that is earlier; a moment shown as this day stays as it was."""
        before = self.session.booking_closes_at if self.session else None
        if self.closes.data is None:
            return None
        if before is not None and last_day(before) == self.closes.data:
            return before
        starts = [row.form.said()[0] for row in self.dates.entries if not row.form.empty]
        first, ends = min(starts), from_london(self.closes.data + timedelta(days=1))
        return first if self.closes.data == london(first).date() else ends

    def _held(self) -> Iterable[Held]:
        before = {
            (one.sector_id, one.organisation_id): one.release_at
            for one in (self.session.holds if self.session else [])
            if one.released_at is None
        }
        for row in self.holds.entries:
            kind, _, row_id = (row.form.whose.data or "").partition(":")
            if not row_id:
                continue
            sector, organisation = (int(row_id), None) if kind == "sector" else (None, int(row_id))
            at = _opens(row.form.release.data, before.get((sector, organisation)))
            if at is not None:
                yield Held(row.form.places.data or 0, at, sector, organisation)


def _opens(day: date | None, before: datetime | None) -> datetime | None:
    """The beginning of a day; a moment that was shown as this day stays as it was."""
    if day is None or (before is not None and london(before).date() == day):
        return None if day is None else before
    return from_london(day)


def _row(chosen: str | None) -> int | None:
    return int(chosen) if chosen else None


def _as_typed(session: CourseSession) -> dict[str, Any]:
    """A session as its form shows it."""
    return {
        "dates": [
            {
                "day": london(one.starts_at).date(),
                "starts": london(one.starts_at).time(),
                "ends": london(one.ends_at).time(),
            }
            for one in session.dates
        ],
        "mode": session.mode.value,
        "venue": str(session.venue_id or ""),
        "joining_link": session.joining_link,
        "capacity": session.capacity,
        "minimum": session.minimum,
        "opens": session.booking_opens_at and london(session.booking_opens_at).date(),
        "closes": session.booking_closes_at and last_day(session.booking_closes_at),
        "holds": [
            {
                "whose": f"sector:{one.sector_id}" if one.sector_id else f"organisation:{one.organisation_id}",
                "places": one.places,
                "release": london(one.release_at).date(),
            }
            for one in session.holds
            if one.released_at is None
        ],
        "trainers": [str(one.id) for one in session.trainers],
        "audience": session.audience,
        "host": str(session.host_organisation_id or ""),
        "bring": session.bring,
        "asks_access": session.asks_access,
        "asks_diet": session.asks_diet,
        "group": str(session.group_id or ""),
    }


class ConfirmForm(Form):
    """A button that does what the page says."""
