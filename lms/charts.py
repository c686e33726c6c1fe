"""The drawings of the product: server-made SVG, the same for a page (inline) and for paper (as an image).

Each function is pure and returns only the drawing: the figures stand in a table or in the text beside it, in the
template. A drawing never stands empty: where there is nothing to draw the answer is None, and the page says so in
words. With `paper=True` classes are left out and the lettering is the PDF's own chart font. Gold is the learning,
and nothing else.
"""

import math
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Literal

from markupsafe import Markup

from lms.drawing import Pen, number

_BRACKET = {"kept": "c-keep", "faded": "c-fade", "flat": "c-flat"}


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many, with a 95% interval (two shares from 0 to 1); with no numerator, the words that say why."""

    label: str
    numerator: int | None
    denominator: int | None
    interval: tuple[float, float] | None = None
    words: str = "not asked"

    @property
    def share(self) -> float | None:
        if self.numerator is None or not self.denominator:
            return None
        return self.numerator / self.denominator

    @property
    def count(self) -> str:
        return self.words if self.share is None else f"{self.numerator:,} of {self.denominator:,}"


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a bar chart: its length, and the words at its end (the value itself where none are given).

    `before` draws a second, lighter bar under it: the same a year before.
    """

    label: str
    value: float | None
    words: str = ""
    before: float | None = None


def percent(share: float) -> str:
    """A share from 0 to 1 as people read it: 0.42 → “42%”, half a point away from zero."""
    return f"{math.floor(share * 100 + 0.5 + 1e-9)}%"


def dot_worth(largest: int) -> int:
    """How many people one dot stands for, so that the longest row of a strip stays within 200 dots."""
    for worth in (1, 5, 10, 50, 100, 500, 1000):
        if largest <= 200 * worth:
            return worth
    return 10_000


def people_dots(count: int, *, per_dot: int = 1, row: int = 20, paper: bool = False) -> Markup | None:
    """One dot, one person (or `per_dot` people), 20 to a row; a last, smaller dot stands for what is left over."""
    if per_dot < 1:
        raise ValueError("A dot stands for at least one person.")
    if count <= 0:
        return None
    full, rest = divmod(count, per_dot)
    sizes = [5.0] * full + ([max(2.0, 5.0 * math.sqrt(rest / per_dot))] if rest else [])
    pen = Pen(paper=paper)
    pen.dots("c-person", [(6 + 14.8 * (i % row), 7.2 + 14.8 * (i // row), r) for i, r in enumerate(sizes)])
    return pen.drawing(14.8 * row, 14.8 * math.ceil(len(sizes) / row))


def seat_squares(taken: int, held: int, *, paper: bool = False) -> Markup | None:
    """Places held for a sector as squares, the taken ones filled; decoration beside “5 of 6 places”."""
    if held <= 0:
        return None
    pen = Pen(paper=paper)
    for i in range(held):
        pen.box("c-taken" if i < taken else "c-seat", 0.5 + 14 * i, 1, 10, 10)
    return pen.drawing(max(150, 14 * held), 12, css="gt-fill")


def change_chart(
    waves: Sequence[Share],
    *,
    chart_id: str,
    title: str,
    desc: str = "",
    state: Literal["kept", "faded", "flat"] | None = None,
    learning_after: int | None = 0,
    paper: bool = False,
) -> Markup | None:
    """The same people before, after and later: dots with intervals, all charts on one axis from 0 to 100%.

    `learning_after` is the index of the wave the course follows; `state` draws the bracket of what is left at the
    last wave.
    """
    known = [(i, wave, wave.share) for i, wave in enumerate(waves) if wave.share is not None]
    if not known:
        return None
    pen = Pen(paper=paper)
    step = (210 - 26) / max(1, len(waves) - 1)
    places = [26 + step * i for i in range(len(waves))]

    def up(share: float) -> float:
        return 150 - 128 * share

    pen.path("c-axis", "M4 150 H232")
    if learning_after is not None and learning_after + 1 < len(waves):
        pen.path("c-gold", f"M{number(places[learning_after] + step / 2)} 149 v-14")
    base = known[0][2]
    if len(known) > 1:
        pen.path("c-base", f"M26 {number(up(base))} H222")
        pen.path(
            "c-line", " L".join(f"{number(places[i])} {number(up(share))}" for i, _, share in known).join(("M", ""))
        )
        if state:
            pen.path(_BRACKET[state], f"M223 {number(up(base))} h7 V{number(up(known[-1][2]))} h-7")
    for i, wave, share in known:
        top = up(share)
        if wave.interval:
            low, high = up(wave.interval[0]), up(wave.interval[1])
            at, left = number(places[i]), number(places[i] - 4)
            foot, head = number(low), number(high)
            pen.path("c-ci", f"M{at} {foot} V{head} M{left} {foot} h8 M{left} {head} h8")
            top = high
        pen.circle("c-dot", places[i], up(share), 5)
        pen.text("c-v", places[i], min(top - 7, up(share) - 10), percent(share), "middle")
    for x, wave in zip(places, waves, strict=True):
        pen.text("c-t", x, 168, wave.label, "middle")
        pen.text("c-t", x, 185, wave.count, "middle")
    said = "; ".join(f"{wave.label} {wave.count}" for wave in waves)
    told = desc or f"{said}. Lines show 95% intervals." + (
        " The gold mark is the course." if learning_after is not None else ""
    )
    return pen.drawing(236, 196, chart_id=chart_id, title=title, desc=told)


def _steps(highest: float, *, whole: bool) -> list[float]:
    """Two to four round axis marks from 0 to just above the highest value."""
    size: float = 10 ** math.floor(math.log10(highest)) if highest > 0 else 1
    best = next(size * f for f in (0.5, 1, 2, 5, 10) if highest <= size * f * 3)
    best = max(best, 1) if whole else best
    return [best * i for i in range(math.ceil(highest / best - 1e-9) + 1)] if highest > 0 else [0, best]


def _said(value: float, as_share: bool) -> str:
    """A value as the axis and the description write it."""
    return percent(value) if as_share else f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"


def _period_of(day: date, months: Sequence[date]) -> int | None:
    """Index of the period a day falls in; None before the first and after the last."""
    if not months or day < months[0]:
        return None
    for i, (start, following) in enumerate(pairwise(months)):
        if start <= day < following:
            return i
    last = months[-1]
    length = (last - months[-2]).days if len(months) > 1 else monthrange(last.year, last.month)[1]
    return len(months) - 1 if (day - last).days < max(length, 31) else None


def run_chart(
    months: Sequence[date],
    values: Sequence[float | None],
    *,
    chart_id: str,
    title: str,
    desc: str = "",
    as_share: bool = True,
    median: float | None = None,
    median_words: str = "earlier median",
    learning: Sequence[date] = (),
    learning_words: str = "",
    run_start: int | None = None,
    target: float | None = None,
    target_words: str = "aim",
    note: str = "",
    paper: bool = False,
) -> Markup | None:
    """A measure by month (or quarter): shows when, not why.

    `values` are shares from 0 to 1, or plain numbers with `as_share=False`; None leaves a gap. Dots are open before
    `run_start` (an index into `months`) and filled from there. Gold ticks stand at the months of the learning.
    """
    if len(months) != len(values):
        raise ValueError("Each month needs its value, or None where there is none.")
    drawn = [value for value in values if value is not None]
    if not drawn:
        return None

    marks = _steps(max([*drawn, median or 0, target or 0]), whole=not as_share)
    top = marks[-1]
    pen = Pen(paper=paper)
    left, gap = 40, 272 / max(1, len(months) - 1)

    def up(value: float) -> float:
        return 126 - 100 * value / top

    for mark in marks:
        pen.text("c-t", left - 6, up(mark) + 4, _said(mark, as_share), "end")
    pen.path("c-axis", f"M{left} 126 H312")
    levels: list[str] = []
    # The two levels are named below, where no dot can lie over the words.
    if target is not None:
        pen.path("c-axis", f"M{left} {number(up(target))} H312")
        levels.append(f"{target_words} {_said(target, as_share)}")
        pen.path("c-axis", "M204 176 h18")
        pen.text("c-t", 228, 180, levels[-1])
    if median is not None:
        levels.append(f"{median_words} {_said(median, as_share)}")
        pen.path("c-base", f"M{left} {number(up(median))} H312")
        pen.path("c-base", f"M{left} 176 h18")
        pen.text("c-t", left + 24, 180, levels[-1])
    ticks = sorted({place for day in learning if (place := _period_of(day, months)) is not None})
    for place in ticks:
        pen.path("c-gold", f"M{number(left + gap * place)} 124 v-11")
    spots = [(i, left + gap * i, up(value)) for i, value in enumerate(values) if value is not None]
    line = "".join(
        f"{'L' if n and spots[n - 1][0] == i - 1 else 'M'}{number(x)} {number(y)} " for n, (i, x, y) in enumerate(spots)
    )
    pen.path("c-line", line.strip())
    for i, x, y in spots:
        filled = run_start is not None and i >= run_start
        pen.circle("c-dot" if filled else "c-ring", x, y, 3.6 if filled else 2.8)
    if ticks and learning_words:
        middle = left + gap * (ticks[0] + ticks[-1]) / 2
        pen.text("c-t", min(max(middle, left + 30), 282), 143, learning_words, "middle")
    pen.text("c-t", 28, 162, f"{months[0]:%b %Y}")
    if len(months) > 1:
        pen.text("c-t", 314, 162, f"{months[-1]:%b %Y}", "end")
    if note:
        pen.text("c-v", 312, 13, note, "end")
    told = [
        f"From {months[0]:%B %Y} to {months[-1]:%B %Y}: lowest {_said(min(drawn), as_share)}, "
        f"highest {_said(max(drawn), as_share)}, last {_said(drawn[-1], as_share)}."
    ]
    told += [f"{words[:1].upper()}{words[1:]}." for words in levels]
    told += ["Gold marks show the learning."] if ticks else []
    return pen.drawing(320, 186 if levels else 168, chart_id=chart_id, title=title, desc=desc or " ".join(told))


def two_dots(
    rows: Sequence[Share],
    *,
    chart_id: str,
    title: str,
    desc: str = "",
    aim: float | None = None,
    aim_words: str = "aim",
    paper: bool = False,
) -> Markup | None:
    """Audit and re-audit, or the response of each wave: one dot with its interval per row, from 0 to 100%."""
    if not any(row.share is not None for row in rows):
        return None
    pen = Pen(paper=paper)
    floor = 8 + 40 * len(rows)
    for share, words in ((0.0, "0%"), (0.5, "50%"), (1.0, "100%")):
        pen.text("c-t", 34 + 270 * share, floor + 16, words, "middle")
    pen.path("c-axis", f"M34 {floor} H304")
    if aim is not None:
        x = 34 + 270 * aim
        pen.path("c-base", f"M{number(x)} 2 V{floor}")
        pen.text("c-t", min(max(x, 60), 280), floor + 32, f"{aim_words} {percent(aim)}", "middle")
    for i, row in enumerate(rows):
        y = 27 + 40 * i
        pen.text("c-t", 34, y - 15, f"{row.label}: {row.count}")
        if row.share is None:
            continue
        low, high = row.interval or (row.share, row.share)
        if row.interval:
            pen.path("c-line", f"M{number(34 + 270 * low)} {y} H{number(34 + 270 * high)}")
        x = 34 + 270 * row.share
        pen.circle("c-dot", x, y, 6)
        edge = max(34 + 270 * high, x + 6) + 8
        if edge <= 284:
            pen.text("c-v", edge, y + 5, percent(row.share))
        else:
            pen.text("c-v", min(34 + 270 * low, x - 6) - 8, y + 5, percent(row.share), "end")
    said = ". ".join(
        f"{row.label}: {row.count}"
        + (f", {percent(row.share)}" if row.share is not None else "")
        + (f", interval {percent(row.interval[0])} to {percent(row.interval[1])}" if row.interval else "")
        for row in rows
    )
    told = desc or said + "." + (f" The {aim_words} is {percent(aim)}." if aim is not None else "")
    return pen.drawing(320, floor + (38 if aim is not None else 20), chart_id=chart_id, title=title, desc=told)


def in_lines(words: str, room: int) -> list[str]:
    """A label cut into lines of at most `room` letters, at spaces; a single longer word stays whole."""
    lines = [""]
    for word in words.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > room:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def bars(
    rows: Sequence[Bar], *, chart_id: str, title: str, desc: str = "", width: int = 340, paper: bool = False
) -> Markup | None:
    """Horizontal bars from 0 with their values in words; a row without a value keeps its place and its `words`."""
    values = [value for row in rows for value in (row.value, row.before) if value is not None]
    if not values or max(values) <= 0:
        return None
    if min(values) < 0:
        raise ValueError("Bars start at nothing: a negative value cannot be drawn.")
    pen = Pen(paper=paper)
    words = [row.words or (f"{row.value:,g}" if row.value is not None else "hidden") for row in rows]
    start = width * 0.465
    longest = width - start - 14 - 7.6 * max(len(text) for text in words)
    y = 0.0
    for row, text in zip(rows, words, strict=True):
        lines = in_lines(row.label, int(start / 6.4))
        for i, line in enumerate(lines):
            pen.text("c-t", 0, y + 15 + 15 * i, line)
        middle = y + 7.5 * (len(lines) - 1)
        length, earlier = (longest * (value or 0) / max(values) for value in (row.value, row.before))
        if length:
            pen.box("c-person", start, middle + 3, max(length, 1), 14)
        if earlier:
            pen.box("c-none", start + 0.65, middle + 19, max(earlier - 1.3, 1), 5)
        end = max(length, earlier)
        pen.text("c-v" if row.value is not None else "c-t", start + (end + 7 if end else 0), middle + 15, text)
        y += (26 if row.before is None else 33) + 15 * (len(lines) - 1)
    told = desc or ", ".join(f"{row.label} {text}" for row, text in zip(rows, words, strict=True))
    return pen.drawing(width, y + 4, chart_id=chart_id, title=title, desc=told)


def kinds_of_dots(
    groups: Sequence[tuple[str, int]], *, chart_id: str, title: str, desc: str = "", row: int = 17, paper: bool = False
) -> Markup | None:
    """One dot per agency in at most three groups, filled, grey and open (shown, told us, no example), with a key."""
    total = sum(count for _, count in groups)
    if total <= 0:
        return None
    kinds = ("c-person", "c-half", "c-none")
    if len(groups) > len(kinds):
        raise ValueError("Three groups can be told apart, not more.")
    pen = Pen(paper=paper)
    place = 0
    for kind, (_, count) in zip(kinds, groups, strict=False):
        spots = [
            (10 + 18 * (i % row), 11 + 19 * (i // row), 5.8 if kind == "c-none" else 6.4)
            for i in range(place, place + count)
        ]
        if spots:
            pen.dots(kind, spots)
        place += count
    key = 28 + 19 * math.ceil(total / row)
    x = 10.0
    for kind, (label, count) in zip(kinds, groups, strict=False):
        pen.circle(kind, x, key, 5.4)
        pen.text("c-t", x + 11, key + 4, f"{count:,} {label}")
        x += 11 + 6.6 * len(f"{count:,} {label}") + 20
    told = desc or ", ".join(f"{count:,} {label}" for label, count in groups)
    return pen.drawing(max(320, x), key + 20, chart_id=chart_id, title=title, desc=told)
