"""The form every form extends, and its fields. A field draws itself whole: label, hint, what is wrong, and the control.

    class BookForColleague(Form):
        email = EmailField("Work email address", required="Enter your colleague’s work email address")
        starts = DateField("First day", called="the first day", required="Enter the first day")

    {{ form.email }}                      in a template: everything of the field
    {{ form.email(label_size="l") }}      words of `lms.widgets.Draw` change how it is drawn

`required=` is the sentence a person reads when nothing was typed; a field without it may stay empty. The error summary at the
top of the page is drawn by the layout from the variable `form`.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from datetime import date, time
from typing import Any

from flask import request
from flask_wtf import FlaskForm
from markupsafe import Markup
from werkzeug.datastructures import FileStorage
from wtforms import fields, validators
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # new in WTForms 3.3; its stubs are older
from wtforms.fields.core import Field
from wtforms.form import BaseForm
from wtforms.widgets import HiddenInput

from lms.widgets import DateBoxes, Draw, FileBox, first_control

__all__ = [
    "BooleanField",
    "CheckboxesField",
    "Choice",
    "DateField",
    "EmailField",
    "FileField",
    "FilterForm",
    "Form",
    "HiddenField",
    "NumberField",
    "PasswordField",
    "RadiosField",
    "SelectField",
    "TextAreaField",
    "TextField",
    "TimeField",
]

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


class Form(FlaskForm):
    """Every form that changes something. Rules that refuse add their sentence with `refuse`."""

    class Meta(FlaskForm.Meta):
        def get_translations(self, form: BaseForm) -> OurWords:
            return OurWords()

        def render_field(self, field: Field, render_kw: dict[str, Any]) -> Any:
            # A browser’s own messages are not in our words: `required`, `maxlength` and the like stay on the server.
            if not isinstance(field.widget, Draw):
                return super().render_field(field, render_kw)
            return field.widget(field, **{**(field.render_kw or {}), **render_kw})

    def hidden_tag(self, *names: str) -> Markup:
        """The token and the other unseen fields, without ids: a page may hold several forms."""
        return Markup("\n").join(field(id=False) for field in self if isinstance(field.widget, HiddenInput))

    def refuse(self, sentence: str, field: str | None = None) -> None:
        """Show why it could not be done: beside a field, or at the top of the page for the form as a whole."""
        if field is None:
            self.form_errors.append(sentence)
        else:
            self[field].errors = [*self[field].errors, sentence]

    @property
    def problems(self) -> list[tuple[str, str | None]]:
        """What is wrong, in the order of the page: the sentence, and the id of the control it is about (None: the form)."""
        said: list[tuple[str, str | None]] = [(sentence, None) for sentence in self.form_errors]
        return said + list(_problems(self))


def _problems(form: BaseForm) -> Iterable[tuple[str, str | None]]:
    for field in form:
        if isinstance(field, fields.FormField):
            yield from _problems(field.form)
        elif isinstance(field, fields.FieldList):
            for entry in field.entries:
                yield from _problems(entry.form) if isinstance(entry, fields.FormField) else _first_problem(entry)
        else:
            yield from _first_problem(field)


def _first_problem(field: Field) -> Iterable[tuple[str, str | None]]:
    if field.errors:
        yield str(field.errors[0]), first_control(field)


class FilterForm(Form):
    """A form that only narrows a list: sent with GET, read from the address, without a token, never an error page."""

    class Meta(Form.Meta):
        csrf = False

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(formdata=request.args, **kwargs)


def _needed(required: str | None, more: Sequence[Any], check: type = validators.InputRequired) -> list[Any]:
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


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


class HiddenField(fields.HiddenField):
    """Something the page sends along unseen. Whoever reads it checks it: anybody can change it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__("", filters=(cleaned,), **kwargs)


class TextField(fields.StringField):
    """One line of text; spaces around it are dropped."""

    widget = Draw("input", type="text")

    def __init__(
        self,
        label: str,
        more: Sequence[Any] = (),
        *,
        required: str | None = None,
        longest: int = 200,
        filters: Sequence[Callable[[Any], Any]] = (),
        **kwargs: Any,
    ) -> None:
        too_long = validators.Length(max=longest, message=f"Enter no more than {longest} characters")
        super().__init__(
            label, _needed(required, [too_long, *more], validators.DataRequired), filters=(cleaned, *filters), **kwargs
        )


class EmailField(TextField):
    """An email address, kept in small letters."""

    widget = Draw("input", type="email", autocomplete="email", spellcheck=False)

    def __init__(self, label: str = "Email address", more: Sequence[Any] = (), **kwargs: Any) -> None:
        super().__init__(label, [validators.Email(EMAIL_SENTENCE), *more], longest=254, filters=(_lower,), **kwargs)


class PasswordField(fields.PasswordField):
    """A password; never sent back to the page. `new=True` where one is chosen."""

    widget = Draw("password-input")

    def __init__(
        self,
        label: str = "Password",
        more: Sequence[Any] = (),
        *,
        required: str | None = None,
        new: bool = False,
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("render_kw", {"autocomplete": "new-password" if new else "current-password"})
        super().__init__(label, _needed(required, more), **kwargs)


class TextAreaField(fields.TextAreaField):
    """Several lines. With `longest` the page counts along, and nothing typed beyond it is cut off."""

    def __init__(
        self,
        label: str,
        more: Sequence[Any] = (),
        *,
        required: str | None = None,
        longest: int | None = None,
        rows: int = 5,
        **kwargs: Any,
    ) -> None:
        limit = (
            [validators.Length(max=longest, message=f"Enter no more than {longest:,} characters")] if longest else []
        )
        super().__init__(
            label, _needed(required, [*limit, *more], validators.DataRequired), filters=(cleaned,), **kwargs
        )
        self.widget = Draw("character-count", maxlength=longest, rows=rows) if longest else Draw("textarea", rows=rows)


#: The largest whole number a column of the database holds.
LARGEST = 2**31 - 1


class NumberField(fields.IntegerField):
    """A whole number from `least` to `most`; 1,058 and 1 058 are read as people write them."""

    widget = Draw("input", type="text", inputmode="numeric", spellcheck=False, width=5)

    def __init__(
        self,
        label: str,
        more: Sequence[Any] = (),
        *,
        required: str | None = None,
        least: int = 0,
        most: int = LARGEST,
        **kwargs: Any,
    ) -> None:
        limits = [validators.NumberRange(least, most)]
        if most == LARGEST:
            limits = [validators.NumberRange(least), validators.NumberRange(max=most, message="Enter a smaller number")]
        kwargs.setdefault("invalid_value_message", "Enter a whole number, like 20")
        super().__init__(label, _needed(required, [*limits, *more]), **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata([re.sub(r"(?<=\d)[,\s](?=\d)", "", value.strip()) for value in valuelist])


class Choice(SelectChoice):
    """One answer to choose: the value sent, the words read, and a hint under them where they need one."""

    hint: str
    reveals: str | None

    def __init__(self, value: Any, label: str, hint: str = "", reveals: str | None = None) -> None:
        super().__init__(value=value, label=label)
        self.hint = hint
        #: The name of a field of the same form that shows when this answer is chosen.
        self.reveals = reveals


class SelectField(fields.SelectField):
    """One answer of many, in a list that opens. `empty` is the first entry, chosen until another is."""

    widget = Draw("select")

    def __init__(
        self,
        label: str,
        choices: Iterable[SelectChoice] | None = None,
        more: Sequence[Any] = (),
        *,
        required: str | None = None,
        empty: str | None = None,
        **kwargs: Any,
    ) -> None:
        self.empty = empty
        kwargs.setdefault("invalid_choice_message", required)
        kwargs.setdefault("invalid_value_message", required)
        super().__init__(
            label, _needed(required, more), choices=list(choices) if choices is not None else None, **kwargs
        )


class RadiosField(fields.RadioField):
    """One answer of a few, all in sight."""

    widget = Draw("radios")

    def __init__(
        self,
        label: str,
        choices: Iterable[SelectChoice] | None = None,
        more: Sequence[Any] = (),
        *,
        required: str | None = None,
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("invalid_choice_message", required)
        kwargs.setdefault("invalid_value_message", required)
        super().__init__(
            label, _needed(required, more), choices=list(choices) if choices is not None else None, **kwargs
        )


class CheckboxesField(fields.SelectMultipleField):
    """Any number of answers."""

    widget = Draw("checkboxes")

    def __init__(
        self,
        label: str,
        choices: Iterable[SelectChoice] | None = None,
        more: Sequence[Any] = (),
        *,
        required: str | None = None,
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("invalid_choice_message", "Select only answers from the list")
        super().__init__(
            label, _needed(required, more), choices=list(choices) if choices is not None else None, **kwargs
        )


class BooleanField(fields.BooleanField):
    """One box to tick: yes, or nothing said."""

    widget = Draw("checkboxes")

    def __init__(self, label: str, more: Sequence[Any] = (), *, required: str | None = None, **kwargs: Any) -> None:
        super().__init__(label, _needed(required, more), **kwargs)


MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
PARTS = ("day", "month", "year")


def read_date(typed: Sequence[str], called: str) -> date:
    """A date from the three boxes as typed. ValueError with the sentence to show, and the boxes it is about.

    >>> read_date(["5", "November", "2024"], "the first day")
    datetime.date(2024, 11, 5)
    >>> read_date(["31", "2", "2024"], "the first day")
    Traceback (most recent call last):
    ValueError: ('Enter a day that exists for the first day', ('day', 'month', 'year'))
    """
    missing = tuple(part for part, value in zip(PARTS, typed, strict=True) if not value)
    if missing:
        raise ValueError(f"Enter {called} with a {' and a '.join(missing)}", missing)
    day, month, year = typed
    if month.lower()[:3] in MONTHS and month.isalpha():
        month = str(MONTHS.index(month.lower()[:3]) + 1)
    if not re.fullmatch(r"[0-9]{4}", year):
        raise ValueError(f"Enter {called} with a year of four numbers, like 2024", ("year",))
    numbers = [int(value) if re.fullmatch(r"[0-9]{1,2}", value) else 0 for value in (day, month)]
    if not 1 <= numbers[1] <= 12:
        raise ValueError(f"Enter {called} with a month from 1 to 12", ("month",))
    try:
        return date(int(year), numbers[1], numbers[0])
    except ValueError:
        raise ValueError(f"Enter a day that exists for {called}", PARTS) from None


class DateField(Field):
    """A date in three boxes, sent as name-day, name-month and name-year. `called` is how sentences name it."""

    widget = DateBoxes()

    def __init__(
        self,
        label: str,
        more: Sequence[Any] = (),
        *,
        called: str = "the date",
        required: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(label, _needed(required, more), **kwargs)
        self.called = called
        self.typed: list[str] = ["", "", ""]
        self.wrong_parts: tuple[str, ...] = ()
        self.data: date | None

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        """Read the three boxes, or the date the form was opened with."""
        self.process_errors = []
        default = self.default() if callable(self.default) else self.default
        self.data = data if isinstance(data, date) else default
        self.object_data = self.data
        self.raw_data = []
        if self.data:
            self.typed = [str(self.data.day), str(self.data.month), str(self.data.year)]
        names = [f"{self.name}-{part}" for part in PARTS]
        if formdata is None or not any(name in formdata for name in names):
            if formdata is not None:
                self.data = None
            return
        self.typed = [formdata.get(name, "").strip() for name in names]
        self.data = None
        self.raw_data = [" ".join(self.typed).strip()]
        if self.raw_data[0]:
            try:
                self.data = read_date(self.typed, self.called)
            except ValueError as problem:
                sentence, self.wrong_parts = problem.args
                self.process_errors.append(sentence)


def read_time(typed: str) -> time:
    """A time of day as people write it. ValueError if it is none, or could be morning or evening.

    >>> [read_time(t).isoformat("minutes") for t in ("9:30am", "9.30", "13:00", "1 pm", "noon", "12am")]
    ['09:30', '09:30', '13:00', '13:00', '12:00', '00:00']
    """
    text = typed.strip().lower().replace(" ", "")
    if text in {"noon", "midday", "12noon"}:
        return time(12)
    found = re.fullmatch(r"(\d{1,2})(?:[:.](\d{2}))?(am|pm|a\.m\.?|p\.m\.?)?", text)
    if not found or (found[2] is None and found[3] is None):
        raise ValueError
    hour, minute = int(found[1]), int(found[2] or 0)
    if found[3]:
        if not 1 <= hour <= 12:
            raise ValueError
        hour = hour % 12 + (12 if found[3].startswith("p") else 0)
    return time(hour, minute)


class TimeField(Field):
    """A time of day in one box, written as people write it: 9:30am, 13:00, midday."""

    widget = Draw("input", type="text", width=5, spellcheck=False)

    def __init__(self, label: str, more: Sequence[Any] = (), *, required: str | None = None, **kwargs: Any) -> None:
        super().__init__(label, _needed(required, more), **kwargs)
        self.data: time | None

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        if not self.data:
            return ""
        minutes = f":{self.data:%M}" if self.data.minute else ""
        return f"{self.data.hour % 12 or 12}{minutes}{'am' if self.data.hour < 12 else 'pm'}"

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        if valuelist and valuelist[0].strip():
            try:
                self.data = read_time(valuelist[0])
            except ValueError:
                raise ValueError("Enter a time, like 9:30am or 1pm") from None


class FileField(fields.FileField):
    """A file to send. What is in it is checked by whoever takes it."""

    widget = FileBox()

    def __init__(self, label: str, more: Sequence[Any] = (), *, required: str | None = None, **kwargs: Any) -> None:
        super().__init__(label, _needed(required, more), **kwargs)

    def process_formdata(self, valuelist: list[Any]) -> None:
        files = [value for value in valuelist if isinstance(value, FileStorage) and value.filename]
        self.raw_data = files
        self.data = files[0] if files else None
