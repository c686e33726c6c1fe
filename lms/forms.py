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
from collections.abc import Callable, Iterable, Sequence
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

from lms.errors import RuleBroken
from lms.form_checks import EMAIL_SENTENCE, OurWords, cleaned, needed
from lms.form_dates import DateField, TimeField, read_time
from lms.widgets import Draw, FileBox, first_control

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
    "read_time",
]


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

    def refuse(self, why: str | RuleBroken, field: str | None = None) -> None:
        """Show why it could not be done: beside a field, or at the top of the page for the form as a whole. A rule says itself
        which field it is about; where the form has no such field it stands at the top."""
        sentence = str(why)
        if field is None and isinstance(why, RuleBroken) and why.field in self:
            field = why.field
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
            label, needed(required, [too_long, *more], validators.DataRequired), filters=(cleaned, *filters), **kwargs
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
        super().__init__(label, needed(required, more), **kwargs)


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
            label, needed(required, [*limit, *more], validators.DataRequired), filters=(cleaned,), **kwargs
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
        super().__init__(label, needed(required, [*limits, *more]), **kwargs)

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
            label, needed(required, more), choices=list(choices) if choices is not None else None, **kwargs
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
            label, needed(required, more), choices=list(choices) if choices is not None else None, **kwargs
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
            label, needed(required, more), choices=list(choices) if choices is not None else None, **kwargs
        )


class BooleanField(fields.BooleanField):
    """One box to tick: yes, or nothing said."""

    widget = Draw("checkboxes")

    def __init__(self, label: str, more: Sequence[Any] = (), *, required: str | None = None, **kwargs: Any) -> None:
        super().__init__(label, needed(required, more), **kwargs)


class FileField(fields.FileField):
    """A file to send. What is in it is checked by whoever takes it."""

    widget = FileBox()

    def __init__(self, label: str, more: Sequence[Any] = (), *, required: str | None = None, **kwargs: Any) -> None:
        super().__init__(label, needed(required, more), **kwargs)

    def process_formdata(self, valuelist: list[Any]) -> None:
        files = [value for value in valuelist if isinstance(value, FileStorage) and value.filename]
        self.raw_data = files
        self.data = files[0] if files else None
