"""HTML to PDF, shut in: nothing from the network, no file but those of static/paper, limits on size and time.

A template drawn here extends `templates/pdf/report.html`. The PDF is the copy and the page its accessible original: the
engine (xhtml2pdf) writes headings, language and title, but no tags. ReportLab keeps its fonts in module globals, so one
document is drawn at a time; draw long ones in the worker.
"""

import base64
import io
import logging
import re
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import current_app
from markupsafe import Markup

from lms.drawing import PAPER_FONT

PAPER = Path(__file__).parent.parent / "static" / "paper"
#: Longest a document may take to draw, in seconds, and the largest page of markup it may be drawn from, in bytes.
MAX_SECONDS, MAX_BYTES = 60, 20_000_000
FONTS = {"regular": PAPER / "source-sans-3-400.ttf", "bold": PAPER / "source-sans-3-700.ttf"}

#: Characters ("U+1F642") the last document had no letter for: they were printed as a box. Tests expect none.
missing_glyphs: list[str] = []

_drawing = threading.Lock()
_log = logging.getLogger(__name__)


class PdfError(RuntimeError):
    """The document could not be drawn; the sentence may be shown to a person, the cause is in the log."""


class _NoNames(logging.Handler):
    """Keeps what the engine says out of the log, because it quotes the text of a paragraph, and so people's names.

    A missing letter is collected by its number alone.
    """

    def emit(self, record: logging.LogRecord) -> None:
        arguments: Iterable[Any] = record.args if isinstance(record.args, tuple) else ()
        said = f"{record.msg} {' '.join(str(argument) for argument in arguments)}"
        if "No font this document has can draw" in said:
            code = said.split("(U+", 1)[1].split(")", 1)[0]
            missing_glyphs.append(f"U+{code}")


_quiet = _NoNames()
for _name in ("xhtml2pdf", "svglib", "reportlab"):
    logging.getLogger(_name).propagate = False
    logging.getLogger(_name).addHandler(_quiet)


def _register_chart_font() -> None:
    """Register the lettering of drawings, before every document: the engine empties the fonts after each.

    It has a name of its own, since a drawing in the document's font would replace that font by whatever the machine has.
    """
    from svglib.fonts import register_font

    register_font(PAPER_FONT, str(FONTS["regular"]), rlgFontName="ChartSans")
    register_font(PAPER_FONT, str(FONTS["bold"]), weight="bold", rlgFontName="ChartSans-Bold")


def _only_paper(address: str, _relative: str) -> str:
    """Every address that is not inline leads into static/paper, whatever it said before."""
    return address if address.startswith("data:") else str(PAPER / Path(urlsplit(address).path).name)


def _finished(document: bytes) -> bytes:
    """The document with its title in the window's title bar (WCAG technique PDF18), which the engine leaves out."""
    from pypdf import PdfWriter
    from pypdf.generic import BooleanObject, NameObject

    writer = PdfWriter(clone_from=io.BytesIO(document))
    writer.create_viewer_preferences()[NameObject("/DisplayDocTitle")] = BooleanObject(True)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def render_html(html: str, *, title: str, author: str = "", subject: str = "") -> bytes:
    """Draw a whole page of our own markup. Text typed by people must have been escaped, as templates do."""
    # Imported here: 0.2 s and 40 MB that a web process pays for only when somebody asks for a PDF.
    from xhtml2pdf import pisa
    from xhtml2pdf.config.resources import RenderLimitError, ResourceAccessPolicy

    policy = ResourceAccessPolicy.server(
        PAPER, allow_remote=False, max_render_seconds=MAX_SECONDS, max_document_bytes=MAX_BYTES, max_resources=200
    )
    out = io.BytesIO()
    with _drawing:
        missing_glyphs.clear()
        _register_chart_font()
        try:
            status = pisa.CreatePDF(
                html,
                dest=out,
                encoding="utf-8",
                link_callback=_only_paper,
                resource_policy=policy,
                # Kept in memory: past a size the engine would use a temporary file, which it does not close.
                capacity=-1,
                path=str(PAPER / "page.html"),
                context_meta={"title": title, "author": author, "subject": subject, "keywords": ""},
            )
        except RenderLimitError as error:
            _log.warning("A PDF went past a limit: %s", type(error).__name__)
            raise PdfError("This document is too long for a PDF. Download it as a spreadsheet instead.") from None
        except Exception as error:
            # The message of the engine may quote the document, so only its kind is written down.
            _log.error("A PDF could not be drawn: %s", type(error).__name__)
            raise PdfError("The PDF could not be made. The page itself holds everything that is in it.") from None
        if status.err:
            _log.error("A PDF could not be drawn: %d faults", status.err)
            raise PdfError("The PDF could not be made. The page itself holds everything that is in it.")
        if missing_glyphs:
            _log.warning("A PDF has no letter for %s", ", ".join(sorted(set(missing_glyphs))))
    return _finished(out.getvalue())


def chart_uri(svg: str | None) -> str:
    """A drawing of lms.charts (made with `paper=True`) as the address of an `<img>`; nothing drawn is an error here."""
    if not svg:
        raise ValueError("There is no drawing: the template says so in words instead.")
    return "data:image/svg+xml;base64," + base64.b64encode(str(svg).encode()).decode()


def chart_image(svg: str | None, width: int, alt: str) -> Markup:
    """A drawing as an `<img>` so many pixels wide (1/96 inch), its height in proportion: the engine needs both."""
    source = chart_uri(svg)
    size = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', str(svg))
    if size is None:
        raise ValueError("A drawing says its size in its viewBox.")
    height = round(width * float(size[2]) / float(size[1]))
    return Markup('<img src="{}" width="{}" height="{}" alt="{}">').format(source, width, height, alt)


def paper_theme(partnership_key: str) -> str:
    """The stylesheet with a partnership's own colours on paper, static/paper/<key>.css; empty where it has none."""
    name = f"{partnership_key}.css"
    return name if partnership_key and (PAPER / name).is_file() else ""


def render(
    template_name: str, *, title: str, author: str = "", subject: str = "", theme: str = "", **context: Any
) -> bytes:
    """Draw a template that extends `pdf/report.html`; `title` is its first heading and the name of the document, `theme` the key
    of the partnership whose colours it has."""
    # Set here rather than in create_app, so that a template of a PDF is complete wherever it is drawn.
    current_app.jinja_env.filters.update(chart_uri=chart_uri, chart_image=chart_image)
    # Not render_template: what stands around every page (menu, who is signed in) is not on paper, and asks the database.
    template = current_app.jinja_env.get_template(template_name)
    html = template.render(title=title, author=author, subject=subject, theme=paper_theme(theme), **context)
    return render_html(html, title=title, author=author, subject=subject)
