"""Texts of the log are looked through like free texts of surveys: never a child's name or case data, the learning only."""

from typing import Any, ClassVar

from evaluation.surveys.screening import findings
from lms.forms import BooleanField, Form
from lms.words import listing

#: What is only a sign that somebody may be named: whoever writes decides, after having been asked.
ASKED = frozenset({"a name", "a phone number", "an address", "a postcode", "an email address"})


class ScreenedForm(Form):
    """A form of the log. `screened` names its fields of free words.

    Numbers of pupils and patients, and dates of birth, are never taken. A name, an address or a phone number is asked about: the
    box `names_nobody`, which templates draw as `form.names_nobody` where `form.asks` is true, says that it is nobody's.
    """

    screened: ClassVar[tuple[str, ...]] = ()

    names_nobody = BooleanField("I have read it again: nothing here points to a child, a family or one person’s case")

    #: Is the box to be drawn?
    asks = False

    def validate(self, extra_validators: Any = None) -> bool:
        """What every form checks, and whether a text could point to somebody."""
        fine = bool(super().validate(extra_validators))
        for name in self.screened:
            found = findings(self[name].data or "")
            never = [one for one in found if one.kind not in ASKED]
            asked = [one for one in found if one.kind in ASKED]
            self.asks = self.asks or bool(asked)
            wrong = never or (asked if not self.names_nobody.data else [])
            if not wrong:
                continue
            fine = False
            text = self[name].data
            seen = listing([f"“{text[one.start : one.end]}” ({one.kind})" for one in wrong[:3]])
            what_now = (
                "Take it out: only the learning is kept here"
                if never
                else "Take it out, or say under the form that it points to nobody"
            )
            self.refuse(f"This may point to somebody: {seen}. {what_now}", name)
        return fine
