"""The drawings of a course's results, for a page or for paper. Pure: nothing is computed, and where there is nothing to draw the
drawing is None and the page says so in words. Every figure drawn stands in a table beside it."""

from collections.abc import Iterator, Sequence
from math import ceil, floor

from markupsafe import Markup

from evaluation.results import printed as said
from evaluation.results import sentences
from evaluation.results.report import ItemResult, Results, ScaleResult, TrendPoint
from lms import charts
from lms.charts import in_lines
from lms.drawing import Pen, number
from lms.statistics import Interval

#: So many years or sessions are all named under their marks; of more, the first and the last.
FEW = 4


def draw(results: Results, *, paper: bool = False) -> dict[str, Markup]:
    """Every drawing there is, by its key; one that would be empty is not in it."""
    found = {
        "response": charts.two_dots(
            [
                charts.Share(
                    said.short(one.wave, one.name),
                    one.answered.numerator if one.answered else None,
                    one.answered.denominator if one.answered else None,
                    one.answered.interval() if one.answered else None,
                    said.HIDDEN,
                )
                for one in results.response
            ],
            chart_id="response",
            title="Who answered, of those asked, wave by wave",
            aim=0.5,
            aim_words="at least half",
            paper=paper,
        ),
        "years": trend(results.by_year, "years", "Change from before the course, year by year", paper=paper),
        "sessions": trend(
            results.by_session_trend, "sessions", "Change from before the course, session by session", paper=paper
        ),
    }
    for scale in (*results.scales, *results.looking_back):
        found[f"waves-{scale.key}"] = waves(scale, paper=paper)
        found[f"moved-{scale.key}"] = moved(scale, paper=paper)
    # On paper the table of a question stands open beside its words, and says the same in less room.
    for item in () if paper else results.items:
        found[f"item-{item.key}"] = choices(item, paper=paper)
    return {key: drawing for key, drawing in found.items() if drawing}


def waves(scale: ScaleResult, *, paper: bool = False) -> Markup | None:
    """Means wave by wave: filled dots and a line for the same people, open rings with intervals for all who answered."""
    asked = scale.waves
    if not any(one.mean_of_all is not None or one.mean_of_matched is not None for one in asked):
        return None
    pen = Pen(paper=paper)
    step = (312 - 56) / max(1, len(asked) - 1)

    def up(value: float) -> float:
        return 168 - 148 * value / scale.highest

    for mark in range(0, scale.highest + 1, ceil(scale.highest / 6)):
        pen.text("c-t", 22, up(mark) + 4, str(mark), "end")
        pen.path("c-axis", f"M26 {number(up(mark))} h4")
    pen.path("c-axis", "M28 168 H336")
    if len(asked) > 1:
        pen.path("c-gold", f"M{number(56 + step / 2)} 167 v-14")
    spots = [
        (56 + step * i - 6, up(one.mean_of_matched)) for i, one in enumerate(asked) if one.mean_of_matched is not None
    ]
    if len(spots) > 1:
        pen.path("c-base", f"M50 {number(spots[0][1])} H336")
        pen.path("c-line", " L".join(f"{number(x)} {number(y)}" for x, y in spots).join(("M", "")))
    for i, one in enumerate(asked):
        x = 56 + step * i
        if one.mean_of_all is not None:
            if one.interval_of_all:
                pen.path("c-ci", _whisker(x + 6, up(one.interval_of_all[0]), up(one.interval_of_all[1])))
            pen.circle("c-ring", x + 6, up(one.mean_of_all), 4)
        if one.mean_of_matched is not None:
            pen.circle("c-dot", x - 6, up(one.mean_of_matched), 5)
            above = min(up(one.mean_of_matched), up(one.interval_of_all[1]) if one.interval_of_all else 168)
            pen.text("c-v", x - 6, above - 9, said.value(one.mean_of_matched), "middle")
        pen.text("c-t", x, 186, said.short(one.wave, one.name), "middle")
        pen.text("c-t", x, 203, f"{said.count(one.answered)}", "middle")
    told = "; ".join(
        f"{said.short(one.wave, one.name)}: {said.value(one.mean_of_matched)} among the same people, "
        f"{said.value(one.mean_of_all)} among all {said.count(one.answered)} who answered"
        for one in asked
    )
    return pen.drawing(
        340,
        210,
        chart_id=f"waves-{scale.key}",
        title=f"{scale.name}: mean on a scale of 0 to {scale.highest}, wave by wave",
        desc=f"{told}. Under each wave stands how many answered it.",
    )


def moved(scale: ScaleResult, *, paper: bool = False) -> Markup | None:
    """Improved, same and worse as one bar, with their numbers; None where one of them is hidden."""
    if scale.improved is None or scale.same is None or scale.worse is None or not scale.matched:
        return None
    pen = Pen(paper=paper)
    x = 1.0
    counts = (scale.improved, scale.same, scale.worse)
    for kind, count in zip(("c-person", "c-half", "c-none"), counts, strict=True):
        width = 336 * count / scale.matched
        if count:
            pen.box(kind, x, 2, max(1, width - 2), 20)
        x += width
    x = 2.0
    for kind, count, word in zip(
        ("c-person", "c-half", "c-none"), counts, ("improved", "the same", "worse"), strict=True
    ):
        pen.box(kind, x, 33, 11, 11)
        pen.text("c-v", x + 17, 43, str(count))
        pen.text("c-t", x + 20 + 8.4 * len(str(count)), 43, word)
        x += 116
    return pen.drawing(
        340, 50, chart_id=f"moved-{scale.key}", title=f"{scale.name}: who moved which way", desc=sentences.moved(scale)
    )


def choices(item: ItemResult, *, paper: bool = False) -> Markup | None:
    """Each worded answer with one bar a wave, all from 0 to 100% of those who answered that wave."""
    rows = item.waves[0].choices if item.waves else ()
    if not any(choice.count is not None for one in item.waves for choice in one.choices if not choice.apart):
        return None
    pen, y = Pen(paper=paper), 0.0
    for row in rows:
        for line in in_lines(row.label, 52):
            y += 15
            pen.text("c-t", 0, y, line)
        y += 5
        for one in item.waves:
            found = next((choice for choice in one.choices if choice.code == row.code), None)
            part = said.part_of(found, one) if found else None
            pen.text("c-t", 58, y + 10, said.short(one.wave, one.name), "end")
            width = 210 * (part.value or 0) if part else 0.0
            if width:
                pen.box("c-person", 64, y + 1, max(1, width), 10)
            known = found is not None and found.count is not None
            pen.text("c-v" if known else "c-t", 70 + width if width else 66, y + 10.5, said.chosen(one, row.code))
            y += 15
        y += 5
    told = ". ".join(
        f"{row.label}: "
        + ", ".join(f"{said.short(one.wave, one.name).lower()} {said.chosen(one, row.code)}" for one in item.waves)
        for row in rows
    )
    return pen.drawing(340, y + 2, chart_id=f"item-{item.key}", title=f"Answers to: {item.wording}", desc=f"{told}.")


def trend(points: Sequence[TrendPoint], key: str, title: str, *, paper: bool = False) -> Markup | None:
    """Changes with their intervals in order of time; the dashed line is no change. One point alone is no trend."""
    known = [one for one in points if one.difference is not None]
    if len(known) < 2:
        return None
    ends = list(_ends(known))
    low, high = min(0.0, *ends), max(0.0, *ends)
    unit = 0.5 if high - low <= 3 else 1.0 if high - low <= 8 else ceil((high - low) / 6)
    first, last = floor(low / unit - 1e-9), ceil(high / unit + 1e-9)
    pen = Pen(paper=paper)
    step = (336 - 46) / len(points)

    def up(value: float) -> float:
        return 14 + 150 * (last * unit - value) / ((last - first) * unit)

    for mark in range(first, last + 1):
        value = mark * unit
        pen.text("c-t", 36, up(value) + 4, f"{'+' if value > 0 else '−' if value < 0 else ''}{abs(value):g}", "end")
        pen.path("c-base" if not mark else "c-axis", f"M42 {number(up(value))} {'H336' if not mark else 'h4'}")
    for i, one in enumerate(points):
        x = 46 + step * (i + 0.5)
        if one.difference is None:
            continue
        if one.interval:
            pen.path("c-ci", _whisker(x, up(one.interval[0]), up(one.interval[1])))
        pen.circle("c-dot", x, up(one.difference), 5 if len(points) < 20 else 3.5)
    if len(points) <= FEW:
        for i, one in enumerate(points):
            pen.text("c-t", 46 + step * (i + 0.5), 190, one.name.partition(",")[0], "middle")
    else:
        pen.text("c-t", 46, 190, points[0].name.partition(",")[0])
        pen.text("c-t", 336, 190, points[-1].name.partition(",")[0], "end")
    told = "; ".join(
        f"{one.name} {said.signed(one.difference)}"
        + (f", interval {said.ends(one.interval, sign=True)}" if one.interval else "")
        for one in points
    )
    return pen.drawing(340, 200, chart_id=key, title=title, desc=f"{told}. The dashed line is no change.")


def _ends(points: Sequence[TrendPoint]) -> Iterator[float]:
    for one in points:
        interval: Interval | None = one.interval
        if one.difference is not None:
            yield one.difference
        yield from interval or ()


def _whisker(x: float, low: float, high: float) -> str:
    """A 95% interval, upright, with its two short ends."""
    at, left = number(x), number(x - 4)
    return f"M{at} {number(low)} V{number(high)} M{left} {number(low)} h8 M{left} {number(high)} h8"
