"""`lms import schools`: the national file, with its links file."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from lms.errors import RuleBroken
from lms.imports import Result, Whole
from lms.organisations.queries import partnership
from lms.schools import operations, queries, rules
from lms.schools.gias import MOST_BYTES


def take(data: bytes, name: str, options: Mapping[str, str], now: datetime) -> Result:
    """Take the schools of the partnership's area; `--area` says which the first time."""
    here = partnership()
    areas = rules.areas_of(options["area"]) if "area" in options else queries.areas(here)
    extract, links = operations.read_file(
        data=data,
        links=_links(options.get("links")),
        name=name,
        areas=areas,
        known=queries.known_numbers(),
        newest=queries.newest_extract(),
    )
    report = operations.take_at_once(extract=extract, links=links, name=name, areas=areas, by=None, now=now)
    return report.as_result()


def _links(path: str | None) -> bytes | None:
    if path is None:
        return None
    try:
        with Path(path).open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError:
        raise RuleBroken(f"The links file “{path}” cannot be read.") from None


KIND = Whole(
    "schools",
    "all establishments of the national register, any year; --links FILE its links file, --area 384 the local authority.",
    ("links", "area"),
    take,
)
