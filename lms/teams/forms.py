"""What a training lead types for their people."""

from typing import Any

from wtforms.validators import Length, ValidationError

from lms.accounts.queries import role_mailboxes
from lms.accounts.rules import check_personal
from lms.bookings.models import CancelReason
from lms.bookings.rules import MOST_UNNAMED
from lms.errors import RuleBroken
from lms.forms import (
    LARGEST,
    BooleanField,
    CheckboxesField,
    Choice,
    EmailField,
    FilterForm,
    Form,
    HiddenField,
    NumberField,
    RadiosField,
    TextAreaField,
    TextField,
)
from lms.teams.rules import NewColleague, read_colleagues

#: The reasons of a place that is cancelled, as they are said of somebody else.
REASONS = {
    CancelReason.COVER: "Nobody to cover for them",
    CancelReason.TRAVEL: "The place or time does not work for them",
    CancelReason.DONE: "They have done this learning elsewhere",
    CancelReason.JOB: "They have changed jobs",
    CancelReason.OTHER_DATE: "Another date suits them better",
}


def row_number(value: Any) -> int:
    """The number of a row, as a box sends it. ValueError for what is none."""
    number = int(value)
    if not 0 < number <= LARGEST:
        raise ValueError
    return number


class ChooseColleagues(Form):
    """Colleagues from the list, and others who are not on it."""

    q = TextField("Name, job or email address", longest=100)
    people = CheckboxesField("Colleagues", coerce=row_number, validate_choice=False)
    new_people = TextAreaField(
        "Colleagues who are not on the list",
        [Length(max=20_000, message="Enter no more than 20,000 characters")],
        rows=4,
        description="One a line: first name, last name, email address. You can paste lines from a spreadsheet.",
        render_kw={"spellcheck": False},
    )
    learned_elsewhere = BooleanField("Who has no record of it has learned it elsewhere")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.typed: list[NewColleague] = []
        self.wrong_lines: list[str] = []

    def validate_new_people(self, field: TextAreaField) -> None:
        """Read the lines; each that cannot be read has its own sentence."""
        self.typed, self.wrong_lines = read_colleagues(field.data or "")
        for one in self.typed:
            try:
                check_personal(one.email, role_mailboxes())
            except RuleBroken as why:
                self.wrong_lines.append(f"{one.first_name} {one.last_name}: {why}")
        if self.wrong_lines:
            raise ValidationError(". ".join(self.wrong_lines))

    @property
    def problems(self) -> list[tuple[str, str | None]]:
        """As in every form; the lines that cannot be read one by one."""
        said: list[tuple[str, str | None]] = []
        for sentence, control in super().problems:
            lines = self.wrong_lines if control == self.new_people.id else []
            said += [(line, control) for line in lines] or [(sentence, control)]
        return said


class BookTeam(ChooseColleagues):
    """Places for several people on one session."""

    unnamed = NumberField(
        "How many places do you want to name later?",
        most=MOST_UNNAMED,
        description="Places without a name are kept for your organisation. You say later who comes.",
    )
    #: What the page has said would happen; see plans.Plan.key.
    said = HiddenField()


class NamePlaces(ChooseColleagues):
    """Who gets kept places."""


class GiveBack(Form):
    """Kept places that are not needed."""

    places = NumberField("How many places do you give back?", least=1, required="Enter how many places you give back")


class FindSession(FilterForm):
    """Narrows the list of sessions."""

    q = TextField("Title or code of the course", longest=100)


class CancelFor(Form):
    """Why a colleague's place is cancelled."""

    reason = RadiosField(
        "What is the reason?", [Choice(one.value, REASONS.get(one, one.label)) for one in CancelReason]
    )


class AnswerFor(Form):
    """The agency's yes; or no, and why."""

    reason = TextAreaField(
        "Why not?", longest=300, rows=3, description="They will read it. Leave out anything about health."
    )


class Manager(Form):
    """A colleague's line manager."""

    manager_name = TextField("Line manager’s name", longest=200)
    manager_email = EmailField("Line manager’s email address", render_kw={"autocomplete": "off"})
