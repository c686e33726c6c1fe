"""A value made of dataclasses as a document of JSON and back. Pure."""

import dataclasses
import types
from datetime import date
from functools import cache
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

Value = TypeVar("Value")


def write(value: Any) -> Any:
    """A value as JSON can hold it: dataclasses as objects, tuples as lists, days as text."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: write(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, list | tuple):
        return [write(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


def read(kind: type[Value], document: Any) -> Value:
    """The value a document was written from. Fields it does not know yet take their default; KeyError where there is none."""
    found: Value = _read(kind, document)
    return found


def _read(kind: Any, document: Any) -> Any:
    origin, of = get_origin(kind), get_args(kind)
    if origin is Literal or document is None:
        return document
    if origin in (Union, types.UnionType):
        return _read(next(one for one in of if one is not type(None)), document)
    if origin is tuple:
        if of[-1] is Ellipsis:
            return tuple(_read(of[0], one) for one in document)
        return tuple(_read(one, part) for one, part in zip(of, document, strict=True))
    if dataclasses.is_dataclass(kind):
        hints = _hints(kind)  # type: ignore[arg-type]
        given = {
            field.name: _read(hints[field.name], document[field.name])
            for field in dataclasses.fields(kind)
            if field.name in document or _is_needed(field)
        }
        made: Any = kind
        return made(**given)
    return date.fromisoformat(document) if kind is date else document


@cache
def _hints(kind: type) -> dict[str, Any]:
    """What a class says of its fields. Asked once: a report holds thousands of the same few classes."""
    return get_type_hints(kind)


def _is_needed(field: "dataclasses.Field[Any]") -> bool:
    return field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
