"""What people search the outbox with, and the words of a letter."""

from lms.forms import FilterForm, Form, HiddenField, TextAreaField, TextField
from lms.letters.rules import LONGEST_BODY, LONGEST_SUBJECT


class OutboxForm(FilterForm):
    """The field above the list of letters."""

    q = TextField("Name, address or subject", longest=120)

    def words(self) -> list[str]:
        """What was typed, word by word."""
        return (self.q.data or "")[:120].split()


class WordingForm(Form):
    """A letter's subject and text. `seen` is the wording they began from, so that nobody overwrites what they have not read."""

    seen = HiddenField(default="0")
    subject = TextField("Subject", required="Enter a subject", longest=LONGEST_SUBJECT)
    body = TextAreaField("Letter", required="Enter the letter", longest=LONGEST_BODY, rows=18)

    def begun_from(self) -> int:
        """The id of that wording; 0: the default."""
        seen = self.seen.data or ""
        return int(seen) if seen.isdecimal() and len(seen) < 12 else 0
