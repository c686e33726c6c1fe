"""What somebody who looks at a chart, or has it read aloud, would notice."""

import re
from datetime import date
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from lms import charts
from lms.charts import Bar, Share
from lms.drawing import GOLD, INK, PAPER_FONT

MONTHS = [date(2022 + (3 + i) // 12, (3 + i) % 12 + 1, 1) for i in range(30)]
VALUES = [0.2 + 0.005 * i for i in range(30)]
WAVES = [
    Share("Before", 18, 43, (0.28, 0.57)),
    Share("End", None, None),
    Share("3 months", 35, 43, (0.67, 0.9)),
    Share("6 months", 33, 43, (0.62, 0.87)),
]
NASTY = '<script>alert("x")</script> & ’'


def tree(svg: Markup | None) -> ET.Element:
    assert svg is not None
    return ET.fromstring(str(svg))


def named(svg: Markup | None, tag: str) -> list[ET.Element]:
    return [element for element in tree(svg).iter() if element.tag.rpartition("}")[2] == tag]


def words(svg: Markup | None) -> list[str]:
    return [element.text or "" for element in named(svg, "text")]


def classes(svg: Markup | None, name: str) -> list[ET.Element]:
    return [element for element in tree(svg).iter() if element.get("class") == name]


def every_kind(**options: Any) -> dict[str, Markup | None]:
    kind: dict[str, Any] = {"chart_id": "one", "title": NASTY, **options}
    bare = {name: value for name, value in options.items() if name == "paper"}
    return {
        "change": charts.change_chart(WAVES, state="kept", **kind),
        "run": charts.run_chart(
            MONTHS, VALUES, median=0.21, target=0.3, learning=[date(2023, 3, 7)], note=NASTY, **kind
        ),
        "two": charts.two_dots(
            [Share(NASTY, 12, 30, (0.25, 0.58)), Share("Later", 30, 30, (0.9, 1.0))], aim=0.5, **kind
        ),
        "bars": charts.bars([Bar(NASTY, 27), Bar("Hidden", None), Bar("None", 0)], **kind),
        "kinds": charts.kinds_of_dots([("shown", 14), (NASTY, 7), ("no example", 13)], **kind),
        "people": charts.people_dots(38, **bare),
        "seats": charts.seat_squares(2, 5, **bare),
    }


@pytest.mark.parametrize("kind", every_kind())
def test_a_chart_has_a_name_and_says_its_figures_to_a_screen_reader(kind: str) -> None:
    svg = every_kind()[kind]
    root = tree(svg)
    if kind in {"people", "seats"}:
        assert root.get("aria-hidden") == "true", "decoration beside its figures is not read out"
        return
    assert root.get("role") == "img"
    ids = {element.get("id"): element.text for element in root if element.get("id")}
    assert (root.get("aria-labelledby") or "").split() == list(ids) == ["one-t", "one-d"]
    assert ids["one-t"] == NASTY
    assert re.search(r"\d", ids["one-d"] or "")


@pytest.mark.parametrize("kind", every_kind())
@pytest.mark.parametrize("paper", [True, False])
def test_what_people_typed_is_text_in_a_chart_and_never_markup(kind: str, paper: bool) -> None:
    svg = every_kind(paper=paper)[kind]
    assert "<script" not in str(svg)
    assert not named(svg, "script")


@pytest.mark.parametrize("kind", every_kind())
def test_a_chart_is_right_without_a_stylesheet(kind: str) -> None:
    for element in tree(every_kind()[kind]).iter():
        if element.get("class") in {None, "gt-fill"}:
            continue
        assert element.get("fill") or element.get("stroke")
        if element.tag == "text":
            assert float(element.get("font-size") or 0) >= 12


@pytest.mark.parametrize("kind", every_kind())
def test_paper_needs_no_class_and_has_lettering_of_its_own(kind: str) -> None:
    svg = str(every_kind(paper=True)[kind])
    assert "class=" not in svg
    assert f'font-family="{PAPER_FONT}"' in svg
    assert "opacity" not in svg
    assert 'xmlns="http://www.w3.org/2000/svg"' in svg


@pytest.mark.parametrize("kind", every_kind())
def test_gold_is_the_learning_and_nothing_else(kind: str) -> None:
    ticks = [element for element in tree(every_kind()[kind]).iter() if GOLD in element.attrib.values()]
    assert len(ticks) == (1 if kind in {"change", "run"} else 0)
    assert all(element.get("class") == "c-gold" for element in ticks)


def test_nothing_to_draw_is_no_chart() -> None:
    name = {"chart_id": "a", "title": "A"}
    assert charts.people_dots(0) is None
    assert charts.seat_squares(0, 0) is None
    assert charts.change_chart([], **name) is None
    assert charts.change_chart([Share("Before", None, None), Share("End", 0, 0)], **name) is None
    assert charts.run_chart([], [], **name) is None
    assert charts.run_chart(MONTHS[:2], [None, None], **name) is None
    assert charts.two_dots([Share("Audit", None, 30)], **name) is None
    assert charts.bars([Bar("A", None), Bar("B", 0)], **name) is None
    assert charts.kinds_of_dots([("shown", 0)], **name) is None


@pytest.mark.parametrize(
    ("count", "per_dot", "dots"), [(1, 1, 1), (38, 1, 38), (200, 1, 200), (38, 5, 8), (1035, 10, 104)]
)
def test_each_dot_is_a_person_or_as_many_as_the_caption_says(count: int, per_dot: int, dots: int) -> None:
    spots = named(charts.people_dots(count, per_dot=per_dot), "circle")
    assert len(spots) == dots
    full = [spot for spot in spots if spot.get("r") == "5"]
    assert len(full) == count // per_dot, "what is left over is a smaller dot"


def test_dots_stay_countable() -> None:
    assert [charts.dot_worth(n) for n in (3, 200, 201, 1000, 1001, 2000, 2001)] == [1, 1, 5, 5, 10, 10, 50]
    with pytest.raises(ValueError, match="at least one"):
        charts.people_dots(3, per_dot=0)


def test_a_share_is_drawn_at_its_height_and_read_as_printed() -> None:
    svg = charts.change_chart(
        [Share("Before", 0, 40), Share("End", 20, 40), Share("Later", 40, 40)], chart_id="a", title="A"
    )
    assert [float(dot.get("cy") or 0) for dot in classes(svg, "c-dot")] == [150, 86, 22]
    assert [word for word in words(svg) if word.endswith("%")] == ["0%", "50%", "100%"]
    assert "20 of 40" in words(svg)


def test_a_wave_that_was_not_asked_is_said_and_not_drawn() -> None:
    svg = charts.change_chart(WAVES, chart_id="a", title="A", state="kept")
    assert len(classes(svg, "c-dot")) == 3
    assert "not asked" in words(svg)
    hidden = charts.change_chart([WAVES[0], Share("End", None, None, words="hidden")], chart_id="a", title="A")
    assert "hidden" in words(hidden)
    assert "End hidden" in (named(hidden, "desc")[0].text or "")


@pytest.mark.parametrize(("state", "drawn"), [("kept", "c-keep"), ("faded", "c-fade"), ("flat", "c-flat"), (None, "")])
def test_the_bracket_shows_what_is_left_at_the_end(state: Any, drawn: str) -> None:
    svg = charts.change_chart(WAVES, chart_id="a", title="A", state=state)
    brackets = [name for name in ("c-keep", "c-fade", "c-flat") if classes(svg, name)]
    assert brackets == ([drawn] if drawn else [])


def test_one_wave_has_neither_line_nor_bracket() -> None:
    svg = charts.change_chart(WAVES[:1], chart_id="a", title="A", state="kept")
    assert not classes(svg, "c-line")
    assert not classes(svg, "c-keep")
    assert not classes(svg, "c-gold")


@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(1, 60), st.floats(0, 0.4)), min_size=1, max_size=6),
    st.sampled_from(["kept", "faded", "flat", None]),
)
def test_nothing_is_drawn_outside_the_picture(counts: list[tuple[int, int, float]], state: Any) -> None:
    shares = []
    for k, n, spread in counts:
        share = min(k, n) / n
        shares.append(Share("3 months", min(k, n), n, (max(0, share - spread), min(1, share + spread))))
    drawings = [
        charts.change_chart(shares, chart_id="a", title="A", state=state),
        charts.two_dots(shares, chart_id="a", title="A", aim=shares[0].share),
        charts.run_chart(
            MONTHS[: len(shares)], [row.share for row in shares], chart_id="a", title="A", median=shares[0].share
        ),
    ]
    for svg in drawings:
        root = tree(svg)
        width, height = float(root.get("width") or 0), float(root.get("height") or 0)
        for element in root.iter():
            for name, limit in (("x", width), ("cx", width), ("y", height), ("cy", height)):
                assert 0 <= float(element.get(name) or 0) <= limit, ET.tostring(element)
        for text in named(svg, "text"):
            assert float(text.get("y") or 0) >= 10, "the top of the letters would be cut off"
            if not text.get("text-anchor"):
                assert float(text.get("x") or 0) + 6 * len(text.text or "") <= width, (
                    "the end of the words would be cut off"
                )


def test_a_run_is_filled_from_its_start_and_learning_stands_in_its_month() -> None:
    svg = charts.run_chart(
        MONTHS, VALUES, chart_id="a", title="A", run_start=13, median=0.21, note="17 in a row above",
        learning=[date(2023, 3, 7), date(2023, 3, 28), date(2023, 5, 16), date(2021, 1, 1), date(2025, 1, 1)],
    )  # fmt: skip
    rings, dots = classes(svg, "c-ring"), classes(svg, "c-dot")
    assert (len(rings), len(dots)) == (13, 17)
    march, may = classes(svg, "c-gold")
    assert (march.get("d") or "").startswith(f"M{rings[11].get('cx')} ")
    assert (may.get("d") or "").startswith(f"M{dots[0].get('cx')} ")
    assert {"earlier median 21%", "17 in a row above", "Apr 2022", "Sep 2024"} <= set(words(svg))


def test_a_month_without_a_value_leaves_a_gap() -> None:
    svg = charts.run_chart(MONTHS[:5], [0.1, 0.2, None, 0.2, 0.1], chart_id="a", title="A")
    [line] = classes(svg, "c-line")
    assert (line.get("d") or "").count("M") == 2
    with pytest.raises(ValueError, match="Each month"):
        charts.run_chart(MONTHS[:2], [0.1], chart_id="a", title="A")


@pytest.mark.parametrize("highest", [0.004, 0.09, 0.36, 0.5, 1.0])
def test_the_axis_begins_at_nothing_and_ends_above_the_highest_value(highest: float) -> None:
    svg = charts.run_chart(MONTHS[:2], [0, highest], chart_id="a", title="A")
    assert "0%" in words(svg)
    assert all(float(dot.get("cy") or 0) >= 25 for dot in classes(svg, "c-ring"))


def test_plain_numbers_are_plain_on_the_axis() -> None:
    svg = charts.run_chart(MONTHS[:3], [0, 1200, 1500], chart_id="a", title="A", as_share=False, target=1000)
    assert {"0", "1,000", "aim 1,000"} <= set(words(svg))
    assert not any("%" in word for word in words(svg))


def test_bars_are_in_proportion_and_a_hidden_row_says_so() -> None:
    svg = charts.bars(
        [Bar("A", 100, "27 sessions"), Bar("B", 50), Bar("C", None), Bar("D", 0)], chart_id="a", title="A"
    )
    longest, half = named(svg, "rect")
    assert float(longest.get("width") or 0) == pytest.approx(2 * float(half.get("width") or 0), abs=0.02)
    assert {"27 sessions", "50", "hidden", "0"} <= set(words(svg))
    with pytest.raises(ValueError, match="negative"):
        charts.bars([Bar("A", 1), Bar("B", -1)], chart_id="a", title="A")


def test_the_bar_of_a_year_before_is_open_and_on_the_same_scale() -> None:
    svg = charts.bars([Bar("A", 50, "50, was 100", before=100), Bar("B", 25, before=0)], chart_id="a", title="A")
    (open_bar,) = classes(svg, "c-none")
    filled = classes(svg, "c-person")
    assert float(open_bar.get("width") or 0) + 1.3 == pytest.approx(2 * float(filled[0].get("width") or 0), abs=0.02)
    assert len(filled) == 2
    end = next(text for text in named(svg, "text") if text.text == "50, was 100")
    assert float(end.get("x") or 0) > float(open_bar.get("x") or 0) + float(open_bar.get("width") or 0)


def test_a_long_label_is_cut_into_lines_not_off() -> None:
    label = "Single-agency training in schools and early years settings"
    svg = charts.bars([Bar(label, 3), Bar("Next", 2)], chart_id="a", title="A")
    lines = [word for word in words(svg) if word in label]
    assert " ".join(lines) == label
    assert len(lines) > 1


def test_agencies_are_told_apart_by_more_than_colour() -> None:
    svg = charts.kinds_of_dots([("shown", 14), ("told us", 7), ("no example", 13)], chart_id="a", title="A")
    assert [len(group) for group in named(svg, "g")] == [14, 7, 13]
    assert {"14 shown", "7 told us", "13 no example"} <= set(words(svg))
    with pytest.raises(ValueError, match="Three"):
        charts.kinds_of_dots([("a", 1)] * 4, chart_id="a", title="A")


@pytest.mark.parametrize(
    ("share", "said"), [(0, "0%"), (0.125, "13%"), (0.285, "29%"), (1 / 3, "33%"), (0.9949, "99%"), (1, "100%")]
)
def test_shares_are_read_without_decimals(share: float, said: str) -> None:
    assert charts.percent(share) == said


def test_places_held_are_squares_and_taken_ones_are_filled() -> None:
    svg = charts.seat_squares(2, 5)
    assert [square.get("fill") == INK for square in named(svg, "rect")] == [True, True, False, False, False]
    assert len(classes(charts.seat_squares(9, 4), "c-taken")) == 4
