"""`lms report`: reports as files. Data goes to stdout or into a file, words about it to stderr."""

from collections.abc import Callable, Sequence
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from evaluation.impact.formats import TYPES, document
from evaluation.impact.thread import thread
from evaluation.improvement import queries
from lms import dates
from lms.pdf import PdfError

formats_option = click.option(
    "--format",
    "formats",
    metavar="FORMATS",
    default="",
    help="One or more of html, pdf, xlsx, csv and json, with commas between them; otherwise what --out ends in, or html.",
)
out_option = click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write; with several formats each gets its own ending. Otherwise it goes to stdout.",
)


@click.group("report")
def report() -> None:
    """Reports as files: pages, PDF, spreadsheets, CSV and JSON."""


@report.command("thread")
@click.argument("reference")
@formats_option
@out_option
@with_appcontext
def thread_command(reference: str, formats: str, out: Path | None) -> None:
    """The thread of one recommendation, such as CSPR-2022-1.2, as it stands now."""
    kinds = wanted(formats, out)
    recommendation = queries.recommendation(reference)
    if recommendation is None:
        raise click.ClickException(f"There is no recommendation “{reference}”.")
    found = thread(recommendation, as_at=dates.now())
    hand_over(kinds, out, lambda kind: document(found, kind).content)


def wanted(formats: str, out: Path | None) -> list[str]:
    """The formats somebody asked for, each once. Wrong usage where one is not known, or several would share stdout."""
    ending = out.suffix.removeprefix(".").lower() if out else ""
    asked = formats or (ending if ending in TYPES else "html")
    kinds = list(dict.fromkeys(kind.strip().lower() for kind in asked.split(",")))
    for kind in kinds:
        if kind not in TYPES:
            raise click.UsageError(f"“{kind}” is not a format. Choose from {', '.join(TYPES)}.")
    if len(kinds) > 1 and out is None:
        raise click.UsageError("Several formats need a file: name it with --out.")
    return kinds


def hand_over(kinds: Sequence[str], out: Path | None, make: Callable[[str], bytes]) -> None:
    """Make each format, as if our own address had been asked for it, and write it to its file or to stdout."""
    for kind in kinds:
        with current_app.test_request_context(base_url=current_app.config["PUBLIC_URL"]):
            try:
                content = make(kind)
            except PdfError as error:
                raise click.ClickException(str(error)) from error
        if out is None:
            click.echo(content, nl=False)
            continue
        file = out if len(kinds) == 1 else out.with_suffix(f".{kind}")
        try:
            file.write_bytes(content)
        except OSError as error:
            raise click.ClickException(f"{file} cannot be written: {error.strerror or error}.") from error
        click.echo(f"{file}: {len(content):,} bytes.", err=True)
