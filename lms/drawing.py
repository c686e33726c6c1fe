"""Ink, pen and paper of the charts: the looks of lines and lettering, and the shapes of one SVG collected in order.

The colours are those of the stylesheet's light theme. Every shape carries its own, so a drawing is right without a
stylesheet; the class beside them lets the stylesheet theme it.
"""

from collections.abc import Sequence

from markupsafe import Markup, escape

INK, QUIET, EDGE, PAPER, GOLD = "#17212b", "#4b5762", "#707b83", "#ffffff", "#b07d0a"
GOOD, WARN, WASH = "#0f5a38", "#8a3410", "#ebedec"
#: The family lms.pdf registers for lettering in drawings; a name of its own, or it would displace the document's font.
PAPER_FONT = "Chart Sans"

LOOK = {
    "c-t": f'font-size="12.5" fill="{QUIET}"',
    "c-v": f'font-size="14" font-weight="bold" fill="{INK}"',
    "c-axis": f'stroke="{EDGE}" stroke-width="1" fill="none"',
    "c-base": f'stroke="{EDGE}" stroke-width="1.5" stroke-dasharray="3 4" fill="none"',
    "c-line": f'stroke="{INK}" stroke-width="2" stroke-linejoin="round" fill="none"',
    "c-ci": f'stroke="{INK}" stroke-width="1.5" opacity="0.55" fill="none"',
    "c-dot": f'fill="{INK}" stroke="{PAPER}" stroke-width="1.5"',
    "c-ring": f'fill="{PAPER}" stroke="{INK}" stroke-width="2"',
    "c-person": f'fill="{INK}"',
    "c-half": f'fill="{EDGE}"',
    "c-none": f'fill="none" stroke="{EDGE}" stroke-width="1.3"',
    "c-gold": f'stroke="{GOLD}" stroke-width="4" stroke-linecap="round" fill="none"',
    "c-keep": f'stroke="{GOOD}" stroke-width="2.5" fill="none"',
    "c-fade": f'stroke="{WARN}" stroke-width="2.5" fill="none"',
    "c-flat": f'stroke="{EDGE}" stroke-width="2.5" fill="none"',
    "c-taken": f'fill="{INK}"',
    "c-seat": f'fill="{WASH}" stroke="{EDGE}" stroke-width="1"',
}
#: On paper an opacity is mixed with the white beforehand: some printers turn transparent ink into a bitmap.
PAPER_LOOK = {"c-ci": 'stroke="#7f868c" stroke-width="1.5" fill="none"'}


def number(value: float) -> str:
    """A coordinate: at most two decimals, no trailing zeros."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


class Pen:
    """Collects the shapes of one drawing, in the order they are laid down."""

    def __init__(self, *, paper: bool) -> None:
        self.paper = paper
        self.parts: list[str] = []

    def _style(self, kind: str) -> str:
        if self.paper:
            return PAPER_LOOK.get(kind, LOOK[kind])
        return f'class="{kind}" {LOOK[kind]}'

    def path(self, kind: str, d: str) -> None:
        self.parts.append(f'<path {self._style(kind)} d="{d}"/>')

    def circle(self, kind: str, x: float, y: float, r: float) -> None:
        self.parts.append(f'<circle {self._style(kind)} cx="{number(x)}" cy="{number(y)}" r="{number(r)}"/>')

    def dots(self, kind: str, spots: Sequence[tuple[float, float, float]]) -> None:
        shapes = "".join(f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(r)}"/>' for x, y, r in spots)
        self.parts.append(f"<g {self._style(kind)}>{shapes}</g>")

    def box(self, kind: str, x: float, y: float, width: float, height: float) -> None:
        self.parts.append(
            f'<rect {self._style(kind)} x="{number(x)}" y="{number(y)}" '
            f'width="{number(width)}" height="{number(height)}"/>'
        )

    def text(self, kind: str, x: float, y: float, words: str, anchor: str = "") -> None:
        where = f' text-anchor="{anchor}"' if anchor else ""
        self.parts.append(f'<text {self._style(kind)} x="{number(x)}" y="{number(y)}"{where}>{escape(words)}</text>')

    def drawing(
        self, width: float, height: float, *, chart_id: str = "", title: str = "", desc: str = "", css: str = ""
    ) -> Markup:
        """The finished SVG: with a title an image that has a name, without one decoration beside its figures."""
        size = f'viewBox="0 0 {number(width)} {number(height)}" width="{number(width)}" height="{number(height)}"'
        name = escape(chart_id)
        if self.paper:
            opening = f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="{PAPER_FONT}">'
        elif title:
            opening = f'<svg {size} role="img" aria-labelledby="{name}-t {name}-d" focusable="false">'
        else:
            shown = f'class="{css}" ' if css else ""
            opening = f'<svg {shown}{size} aria-hidden="true" focusable="false">'
        if title:
            opening += f'<title id="{name}-t">{escape(title)}</title><desc id="{name}-d">{escape(desc)}</desc>'
        # Every text above is escaped.
        return Markup(opening + "".join(self.parts) + "</svg>")  # noqa: S704
