"""Texts of the log are looked through like free texts of surveys: never a child's name or case data, the learning only."""

import re
from typing import Any, ClassVar

from evaluation.surveys.screening import Finding, findings
from lms.forms import BooleanField, Form
from lms.words import listing

#: What is only a sign that somebody may be named: whoever writes decides, after having been asked.
ASKED = frozenset({"a name", "a phone number", "an address", "a postcode", "an email address"})
#: Minutes and reasons name days. A day is somebody’s birthday only where these words stand in front of it.
BIRTH = re.compile(r"\b(born|birth|birthday|d\.?o\.?b)\b", re.IGNORECASE)
#: So far in front of a day they are looked for.
NEAR = 30


class ScreenedForm(Form):
    """A form of the log. `screened` names its fields of free words.

    Numbers of pupils and patients, and dates of birth, are never taken. A name, an address, a phone number or a day is asked
    about: the box `names_nobody`, which templates draw as `form.names_nobody` where `form.asks` is true, says it is nobody's.
    """

    screened: ClassVar[tuple[str, ...]] = ()

    names_nobody = BooleanField("I have read it again: nothing here points to a child, a family or one person’s case")

    #: Is the box to be drawn?
    asks = False

    def validate(self, extra_validators: Any = None) -> bool:
        """What every form checks, and whether a text could point to somebody."""
        fine = bool(super().validate(extra_validators))
        for name in self.screened:
            if name not in self._fields:
                continue
            text = self[name].data or ""
            found = findings(text)
            asked = [one for one in found if only_asked(one, text)]
            never = [one for one in found if one not in asked]
            self.asks = self.asks or bool(asked)
            wrong = never or (asked if not self.names_nobody.data else [])
            if not wrong:
                continue
            fine = False
            seen = listing([f"“{text[one.start : one.end]}” ({_called(one, asked)})" for one in wrong[:3]])
            what_now = (
                "Take it out: only the learning is kept here"
                if never
                else "Take it out, or say under the form that it points to nobody"
            )
            self.refuse(f"This may point to somebody: {seen}. {what_now}", name)
        return fine


def only_asked(one: Finding, text: str) -> bool:
    """Is it only asked about? A day is, unless the text says that somebody was born on it."""
    if one.kind == "a date of birth":
        return not BIRTH.search(text[max(0, one.start - NEAR) : one.end])
    return one.kind in ASKED


def _called(one: Finding, asked: list[Finding]) -> str:
    return "a day" if one in asked and one.kind == "a date of birth" else one.kind
