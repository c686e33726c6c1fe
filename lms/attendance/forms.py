"""What a trainer fills in. The register itself is one form of as many rows as there are people."""

from datetime import datetime

from lms import dates
from lms.attendance.models import Mark
from lms.attendance.queries import RegisterLine
from lms.attendance.rules import MarkGiven
from lms.errors import RuleBroken
from lms.forms import EmailField, Form, SelectField, TextField, read_time

#: The buttons of a row, in the order they are drawn.
BUTTONS = (
    (Mark.ATTENDED, "Came"),
    (Mark.LEFT_EARLY, "Left early"),
    (Mark.APOLOGY, "Apology"),
    (Mark.NO_SHOW, "Not here"),
)


class RegisterForm(Form):
    """The marks of a register, read row by row. `wrong` holds the sentence beside a row, by the booking's reference."""

    reason = TextField("Why is a locked register changed?", longest=300)

    def __init__(self, lines: list[RegisterLine], starts_at: datetime) -> None:
        super().__init__()
        self.lines = lines
        self.starts_at = starts_at
        self.wrong: dict[str, str] = {}

    @property
    def problems(self) -> list[tuple[str, str | None]]:
        """What is wrong, with the control each sentence is about."""
        return super().problems + [(sentence, f"until-{reference}") for reference, sentence in self.wrong.items()]

    def chosen(self, line: RegisterLine, typed: dict[str, str]) -> str:
        """The button that is down in this row: what was just pressed, else what the register says."""
        known = line.mark.mark.value if line.mark else ""
        return typed.get(f"mark-{line.booking.reference}", known)

    def until(self, line: RegisterLine, typed: dict[str, str]) -> str:
        """The time of leaving as it stands in its box."""
        known = dates.time(line.mark.until_at) if line.mark and line.mark.until_at else ""
        return typed.get(f"until-{line.booking.reference}", known)

    def read(self, typed: dict[str, str]) -> list[MarkGiven]:
        """The marks that were pressed. What cannot be read is in `wrong`, and then nothing is to be kept."""
        found: list[MarkGiven] = []
        for line in self.lines:
            pressed = typed.get(f"mark-{line.booking.reference}", "")
            if pressed not in [mark.value for mark, _ in BUTTONS]:
                continue
            until_at = None
            if pressed == Mark.LEFT_EARLY:
                try:
                    until_at = self._at(typed.get(f"until-{line.booking.reference}", ""))
                except ValueError:
                    self.wrong[line.booking.reference] = (
                        f"Enter the time at which {line.booking.person.name} left, such as 11:15"
                    )
                    continue
            found.append(MarkGiven(line.booking.id, Mark(pressed), until_at))
        return found

    def _at(self, typed: str) -> datetime:
        clock = read_time(typed)
        return dates.from_london(dates.london(self.starts_at).date(), clock.hour, clock.minute)

    def refuse_mark(self, broken: RuleBroken) -> None:
        """Show a rule's sentence beside the row it names, or at the top of the page."""
        for line in self.lines:
            if line.booking.person.name in str(broken):
                self.wrong[line.booking.reference] = str(broken)
                return
        self.refuse(str(broken))


class WalkInForm(Form):
    """The fewest questions about somebody who is not on the list."""

    first_name = TextField("First name", required="Enter the first name", longest=100)
    last_name = TextField("Last name", required="Enter the last name", longest=100)
    organisation = SelectField("Where they work", required="Select where they work", empty="Select an agency or school")
    email = EmailField(
        "Work email address, if they give one",
        description="With it they get the questions and, later, their certificate",
    )
