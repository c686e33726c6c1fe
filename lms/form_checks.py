"""What all fields share: our sentences in place of WTForms’ own, the check that something was typed, and clean text."""

import unicodedata
from collections.abc import Sequence
from typing import Any

from wtforms import validators

#: WTForms’ own sentences in ours, for a field whose author gave none. %(…)s stands where WTForms puts a value.
SENTENCES = {
    "Not a valid choice.": "Select one of the answers in the list",
    "Invalid Choice: could not coerce.": "Select one of the answers in the list",
    "'%(value)s' is not a valid choice for this field.": "Select only answers from the list",
    "'%(value)s' are not valid choices for this field.": "Select only answers from the list",
    "Invalid choice(s): one or more data inputs could not be coerced.": "Select only answers from the list",
    "This field is required.": "Enter an answer",
    "Invalid input.": "Enter this in the form the hint shows",
    "Not a valid integer value.": "Enter a whole number, like 20",
    "Number must be at least %(min)s.": "Enter a number of %(min)s or more",
    "Number must be at most %(max)s.": "Enter a number of %(max)s or less",
    "Number must be between %(min)s and %(max)s.": "Enter a number from %(min)s to %(max)s",
    "Field must be equal to %(other_name)s.": "Enter the same twice",
    "Field must be at least %(min)d character long.": "Enter at least %(min)d character",
    "Field must be at least %(min)d characters long.": "Enter at least %(min)d characters",
    "Field cannot be longer than %(max)d character.": "Enter no more than %(max)d character",
    "Field cannot be longer than %(max)d characters.": "Enter no more than %(max)d characters",
    "Field must be exactly %(max)d character long.": "Enter exactly %(max)d character",
    "Field must be exactly %(max)d characters long.": "Enter exactly %(max)d characters",
    "Field must be between %(min)d and %(max)d characters long.": "Enter %(min)d to %(max)d characters",
    "Invalid email address.": "Enter an email address in the correct format, like name@example.org.uk",
    "Invalid URL.": "Enter a web address, like https://www.example.org.uk",
    "CSRF token missing.": "Go back to the form and send it again",
}
EMAIL_SENTENCE = SENTENCES["Invalid email address."]


class OurWords:
    """Gives WTForms our sentences where it would use its own."""

    def gettext(self, sentence: str) -> str:
        return SENTENCES.get(sentence, sentence)

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        return self.gettext(singular if number == 1 else plural)


def needed(required: str | None, more: Sequence[Any], check: type = validators.InputRequired) -> list[Any]:
    """The check that something was typed, before all others; without it an empty field is in order."""
    return [check(required) if required else validators.Optional(), *more]


def cleaned(value: Any) -> Any:
    """Text as it is kept: composed letters, plain line ends, no control characters, no space around it.

    >>> cleaned("  Sia\\u0302n\\r\\nMorgan\\x00 ")
    'Siân\\nMorgan'
    """
    if not isinstance(value, str):
        return value
    text = unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) != "Cc").strip()
