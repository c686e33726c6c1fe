"""What is typed to pass a place on or to move it."""

from collections.abc import Sequence

from lms.accounts.models import Person
from lms.forms import BooleanField, Choice, EmailField, Form, HiddenField, SelectField

NO_COLLEAGUE = "Select a colleague"


class SwapForm(Form):
    """Who has the place instead. One of the two fields is taken away: a practitioner types an address, others have a list."""

    email = EmailField(
        "Your colleague’s work email address",
        required="Enter your colleague’s work email address",
        render_kw={"autocomplete": "off"},
    )
    colleague = SelectField("Colleague", empty="Choose somebody", required=NO_COLLEAGUE)
    learned_elsewhere = BooleanField("They have learned this elsewhere")
    #: For whom everything there is to say has been said.
    sure = HiddenField()

    def __init__(self, colleagues: Sequence[Person] | None) -> None:
        """`colleagues` to choose from; None: one is named by address."""
        super().__init__()
        if colleagues is None:
            del self.colleague
        else:
            del self.email
            self.colleague.choices = [
                Choice(str(person.id), f"{person.name}, {person.job}" if person.job else person.name)
                for person in colleagues
            ]

    @property
    def chosen(self) -> str:
        """The address that was typed, or the number of who was chosen."""
        return str((self.email.data if "email" in self else self.colleague.data) or "")

    @property
    def field(self) -> str:
        """The field a sentence about the colleague stands beside."""
        return "email" if "email" in self else "colleague"


class MoveForm(Form):
    """To which date."""

    to = HiddenField()
