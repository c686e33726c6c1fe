"""A page as one file that needs no server: its stylesheets and drawings are in it, and it asks nobody for anything."""

import re
from pathlib import Path
from typing import Any

from flask import current_app, render_template
from markupsafe import Markup

#: What every page of a report needs.
STYLES = ("vendor/govuk.css", "look.css", "thread.css", "pages.css")


def single_page(template: str, **context: Any) -> bytes:
    """A template with our stylesheets inside, and the one for paper. `template` prints `{{ styles }}` in its head.

    Fonts of our own are left out: they would be addresses, so the reader's own take their place.
    """
    static = Path(current_app.static_folder or "")
    sheet = "\n".join((static / name).read_text(encoding="utf-8") for name in STYLES)
    sheet += f"\n@media print {{ {(static / 'print.css').read_text(encoding='utf-8')} }}"
    sheet = re.sub(r"@font-face\s*{[^}]*}", "", sheet)
    inside = Markup(f"<style>{sheet}</style>")  # noqa: S704 - our own stylesheets
    return render_template(template, styles=inside, **context).encode()
