"""How a field of a form is drawn: WTForms on one side, the macros of govuk-frontend-jinja on the other."""

import json
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from flask import current_app
from markupsafe import Markup
from wtforms import fields
from wtforms.fields.core import Field

#: Attributes of the control itself that a form or a template may set; everything else in `Draw` has a meaning of its own.
PASSED_ON = ("autocomplete", "inputmode", "spellcheck", "rows", "maxlength", "type", "pattern", "autocapitalize")

#: Components whose content is the choices of a form.
KEPT = ("checkboxes", "radios", "select")


@lru_cache(maxsize=64)
def _macro_name(component: str) -> str:
    return "govuk" + "".join(word.capitalize() for word in component.split("-"))


def draw_component(component: str, params: dict[str, Any]) -> Markup:
    """One component of the GOV.UK Design System, drawn by its own macro.

    Lists to choose from, and boxes nothing stands in, are kept as drawn: they took a third of the catalogue page. Nothing that
    somebody typed is in them; where choices reveal a field of their own there may be, and those are drawn each time.
    """
    if _holds_nothing_typed(component, params):
        return _kept(component, json.dumps(params))
    return _draw(component, params)


def _holds_nothing_typed(component: str, params: dict[str, Any]) -> bool:
    """Is it only what the form itself says? What is wrong with an answer may quote it."""
    items = params.get("items", [])
    if component in KEPT:
        return not any("conditional" in item for item in items)
    empty = not params.get("value") and not any(item["value"] for item in items)
    return component in {"input", "date-input"} and empty and "errorMessage" not in params


@lru_cache(maxsize=256)
def _kept(component: str, params: str) -> Markup:
    return _draw(component, json.loads(params))


def _draw(component: str, params: dict[str, Any]) -> Markup:
    template = current_app.jinja_env.get_template(f"govuk_frontend_jinja/components/{component}/macro.html")
    return Markup(getattr(template.module, _macro_name(component))(params))  # noqa: S704  the macro escapes its params


def first_control(field: Field) -> str:
    """The id of the control the error summary leads to: the first box that is wrong, the first of several to choose from."""
    if isinstance(field.widget, DateBoxes):
        wrong: tuple[str, ...] = getattr(field, "wrong_parts", ())
        return f"{field.id}-{wrong[0] if wrong else 'day'}"
    return str(field.id)


class Draw:
    """Draws a field whole.

    Given when the field is made or when it is drawn: `hint` (instead of the description), `label_size` (s, m, l, xl),
    `heading=True` (the label is the h1 of the page), `label_hidden=True`, `width` (2, 3, 4, 5, 10, 20, 30 characters),
    `inline=True` and `small=True` (radios and checkboxes), `prefix`, `suffix`, `only` (the value of the checkbox
    that stands last and clears the others), and the attributes of PASSED_ON.
    """

    def __init__(self, component: str, **options: Any) -> None:
        self.component = component
        self.options = options

    def __call__(self, field: Field, **given: Any) -> Markup:
        options = {**self.options, **given}
        params: dict[str, Any] = {"id": field.id, "idPrefix": field.id, "name": field.name}
        self._words(field, options, params)
        for name in PASSED_ON:
            if options.get(name) is not None:
                params[name] = options[name]
        for affix in ("prefix", "suffix"):
            if options.get(affix):
                params[affix] = {"text": options[affix]}
        if options.get("width"):
            params["classes"] = f"govuk-input--width-{options['width']}"
        self._content(field, options, params)
        return draw_component(self.component, params)

    def _words(self, field: Field, options: dict[str, Any], params: dict[str, Any]) -> None:
        """Label or legend, hint, and what is wrong."""
        label = {"text": str(field.label.text), "isPageHeading": bool(options.get("heading"))}
        grouped = self.component in {"radios", "checkboxes", "date-input"}
        part = "govuk-fieldset__legend" if grouped else "govuk-label"
        size = options.get("label_size") or ("l" if options.get("heading") else "s" if grouped else "")
        classes = [f"{part}--{size}"] if size else []
        if options.get("label_hidden"):
            classes.append("govuk-visually-hidden")
        label["classes"] = " ".join(classes)
        if not grouped:
            params["label"] = label
        elif not isinstance(field, fields.BooleanField):
            params["fieldset"] = {"legend": label}
        hint = options.get("hint", field.description)
        if hint:
            params["hint"] = {"html": hint} if isinstance(hint, Markup) else {"text": str(hint)}
        if field.errors:
            params["errorMessage"] = {"text": str(field.errors[0])}

    def _content(self, field: Any, options: dict[str, Any], params: dict[str, Any]) -> None:
        """What stands in the control."""
        if self.component in {"radios", "checkboxes"}:
            looks = [name for name in ("inline", "small") if options.get(name)]
            params["classes"] = " ".join(f"govuk-{self.component}--{look}" for look in looks)
            params["items"] = list(_items(field, options))
        elif self.component == "select":
            empty = getattr(field, "empty", None)
            first = [] if empty is None else [{"value": "", "text": empty, "selected": not field.data}]
            params["items"] = first + [
                {"value": c.value, "text": str(c.label), "selected": c.selected} for c in field.iter_choices()
            ]
        elif self.component != "password-input":
            params["value"] = field._value()


def _items(field: Any, options: dict[str, Any]) -> Iterable[dict[str, Any]]:
    """The boxes or buttons to choose from."""
    if isinstance(field, fields.BooleanField):
        yield {"value": "y", "text": str(field.label.text), "checked": bool(field.data), "id": field.id}
        return
    told = {str(choice.value): choice for choice in field.choices or []}
    only = None if options.get("only") is None else str(options["only"])
    for option in sorted(field.iter_choices(), key=lambda option: str(option.value) == only):
        choice = told.get(str(option.value))
        item: dict[str, Any] = {"value": str(option.value), "text": str(option.label), "checked": option.selected}
        if str(option.value) == only:
            yield {"divider": "or"}
            item["behaviour"] = "exclusive"
        hint, reveals = getattr(choice, "hint", ""), getattr(choice, "reveals", None)
        if hint:
            item["hint"] = {"text": hint}
        if reveals:
            item["conditional"] = {"html": field._form[reveals]()}
        yield item


class DateBoxes(Draw):
    """Three boxes for a date; the ones that are wrong are marked."""

    def __init__(self, **options: Any) -> None:
        super().__init__("date-input", **options)

    def _content(self, field: Any, options: dict[str, Any], params: dict[str, Any]) -> None:
        wrong = field.wrong_parts or ("day", "month", "year")
        params["namePrefix"] = field.name
        params["items"] = [
            {
                "name": part,
                "label": part.capitalize(),
                "value": value,
                "classes": f"govuk-input--width-{4 if part == 'year' else 2}"
                + (" govuk-input--error" if field.errors and part in wrong else ""),
            }
            for part, value in zip(("day", "month", "year"), field.typed, strict=True)
        ]


class FileBox(Draw):
    """A file to choose, or with `multiple` several; `accept` lists the kinds a browser offers."""

    def __init__(self, **options: Any) -> None:
        super().__init__("file-upload", **options)

    def _content(self, field: Any, options: dict[str, Any], params: dict[str, Any]) -> None:
        if options.get("accept"):
            params["attributes"] = {"accept": options["accept"]}
        if options.get("multiple"):
            params.setdefault("attributes", {})["multiple"] = "multiple"
