"""What everybody sees around every page: colours that can be read, components, figures in words, and files of our own only."""

import doctest
import enum
import gzip
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import html5lib
import pytest
from flask import Flask, g, render_template_string
from flask.testing import FlaskClient
from jinja2 import nodes
from markupsafe import Markup

from lms import assets, words
from lms.db import Base
from tests.databases import ROOT
from tests.pages import HTML, faults_of
from tools import vendor_assets

STATIC, TEMPLATES = ROOT / "static", ROOT / "templates"
SHEETS = sorted(path for path in STATIC.rglob("*.css") if "paper" not in path.parts)
OUR_SHEETS = [path for path in SHEETS if "vendor" not in path.parts]
PAGES = sorted(path for path in TEMPLATES.rglob("*.html") if "pdf" not in path.parts)
COMPONENTS = sorted((TEMPLATES / "components").glob("*.html"))

#: What stands on what, and how much contrast WCAG 2.2 asks for: 4.5 for text, 3 for lines and marks that carry meaning.
PAIRS = [
    *((text, ground, 4.5) for text in ("ink", "quiet", "link", "visited") for ground in ("paper", "wash")),
    *((tone, f"{tone}-wash", 4.5) for tone in ("good", "warn", "bad", "calm", "none")),
    *((tone, "paper", 4.5) for tone in ("good", "warn", "bad", "link-hover")),
    ("brand-text", "brand", 4.5),
    ("strong-text", "strong", 4.5),
    ("strong-text", "strong-hover", 4.5),
    ("ink", "line", 4.5),
    ("gold", "paper", 3),
    ("gold", "wash", 3),
    ("edge", "paper", 3),
    ("edge", "wash", 3),
    ("strong", "paper", 3),
]


def tokens(theme: Path | None, *, dark: bool) -> dict[str, str]:
    """The colours in force: look.css, then a partnership's own; the dark ones on top of the light ones."""
    found: dict[str, str] = {}
    for path in [STATIC / "look.css", *([theme] if theme else [])]:
        css = path.read_text()
        for part in css.split("@media screen and (prefers-color-scheme: dark)")[: 2 if dark else 1]:
            found.update(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", part))
    return found


def brightness(colour: str) -> float:
    """Relative luminance by WCAG 2.2."""
    digits = colour.lstrip("#")
    digits = "".join(2 * digit for digit in digits) if len(digits) == 3 else digits
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio by WCAG 2.2, from 1 to 21."""
    low, high = sorted((brightness(one), brightness(other)))
    return (high + 0.05) / (low + 0.05)


class TestColours:
    def test_the_formula_is_that_of_wcag(self) -> None:
        assert contrast("#000", "#fff") == pytest.approx(21)
        assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)

    @pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
    @pytest.mark.parametrize(
        "theme", [None, *sorted((STATIC / "themes").glob("*.css"))], ids=lambda p: p.stem if p else ""
    )
    def test_everything_can_be_read(self, theme: Path | None, dark: bool) -> None:
        colour = tokens(theme, dark=dark)
        weak = {
            f"{front} on {ground}": round(contrast(colour[front], colour[ground]), 2)
            for front, ground, least in PAIRS
            if contrast(colour[front], colour[ground]) < least
        }
        assert weak == {}

    def test_a_partnership_changes_its_own_colours_and_never_the_thread(self) -> None:
        for path in (STATIC / "themes").glob("*.css"):
            changed = set(re.findall(r"--([a-z-]+):", path.read_text()))
            assert all(name.startswith(("brand", "strong", "link", "visited")) for name in changed)

    def test_a_partnership_has_on_paper_the_colours_of_its_pages(self) -> None:
        for theme in (STATIC / "themes").glob("*.css"):
            on_paper = (STATIC / "paper" / theme.name).read_text()
            colour = tokens(theme, dark=False)
            assert dict(re.findall(r"([^{}/]+) \{ color: (#[0-9a-f]{6}); \}", on_paper.partition("*/")[2].replace("\n", ""))) == {
                "a": colour["link"], ".org": colour["brand"], ".head .name": colour["brand"],
            }  # fmt: skip

    def test_gold_is_the_thread_and_never_text_or_ground(self) -> None:
        for path in OUR_SHEETS:
            for selector, declared in re.findall(r"([^{}]+)\{([^{}]*var\(--gold\)[^{}]*)\}", path.read_text()):
                for rule in re.findall(r"([a-z-]+):[^;]*var\(--gold\)", declared):
                    assert rule.startswith(("border", "stroke")) or (rule == "background" and "gt-stage" in selector), (
                        f"{path.name}: {selector.strip()} uses gold for {rule}"
                    )


class TestFilesOfOurOwn:
    @pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.name)
    def test_a_stylesheet_loads_only_from_here_and_by_content(self, path: Path) -> None:
        css = path.read_text()
        assert "@import" not in css
        for address in re.findall(r"url\(([^)]*)\)", css):
            name, _, version = address.strip("\"'").partition("?v=")
            assert not name.startswith(("/", "http", "data:")), address
            there = path.parent / name
            assert hashlib.sha256(there.read_bytes()).hexdigest()[:12] == version, f"{name} has another version now"

    def test_a_script_imports_only_from_here_and_by_content(self) -> None:
        for path in STATIC.glob("*.js"):
            for address in re.findall(r"from \"([^\"]+)\"", path.read_text()):
                name, _, version = address.partition("?v=")
                there = path.parent / name
                assert hashlib.sha256(there.read_bytes()).hexdigest()[:12] == version, f"{name} has another version now"

    def test_what_others_made_is_as_they_made_it_with_its_licence(self) -> None:
        assert vendor_assets.differences() == []
        texts = [path.read_text() for path in STATIC.rglob("*LICENSE*")]
        assert any("MIT License" in text for text in texts)
        assert sum("SIL OPEN FONT LICENSE" in text.upper() for text in texts) >= 3
        assert doctest.testmod(vendor_assets).failed == 0

    def test_nothing_that_only_govuk_may_use_is_here(self) -> None:
        for path in SHEETS:
            assert not re.search(r"GDS Transport|crest|/assets/", path.read_text())

    @pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(TEMPLATES)))
    def test_a_template_needs_no_inline_script_or_style_and_no_other_host(self, path: Path) -> None:
        text = re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.DOTALL)
        assert not re.search(r"\sstyle\s*=|<style", text)
        assert not re.search(r"<[^>]*\son[a-z]+\s*=", text)
        assert not re.search(r"<script(?![^>]*\ssrc=)", text)
        assert not re.search(
            r"<(?:script|link|img|source|iframe|video|audio)[^>]*(?:src|href)=[\"'](?:https?:)?//", text
        )
        assert not re.search(r"tabindex=[\"'][1-9]", text)
        assert "|safe" not in text.replace(" ", ""), "text is marked as safe in Python, beside what makes it so"

    def test_a_file_is_kept_for_a_year_under_the_address_of_its_content(self, app: Flask, client: FlaskClient) -> None:
        with app.test_request_context():
            address = assets.static_url("look.css")
        assert re.fullmatch(r"/static/look\.css\?v=[0-9a-f]{12}", address)
        answer = client.get(address, buffered=True, headers={"Accept-Encoding": "gzip"})
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert gzip.decompress(answer.data) == (STATIC / "look.css").read_bytes()
        assert "Accept-Encoding" in answer.headers["Vary"]
        plain = client.get(address, buffered=True)
        assert plain.data == (STATIC / "look.css").read_bytes()
        assert "Content-Encoding" not in plain.headers
        wrong = client.get("/static/look.css?v=000000000000", buffered=True)
        assert "immutable" not in wrong.headers["Cache-Control"]
        again = client.get(address, buffered=True, headers={"If-None-Match": plain.headers["ETag"]})
        assert again.status_code == 304

    def test_nobody_reaches_files_outside(self, client: FlaskClient) -> None:
        for path in ("../config.py", "..%2fconfig.py", "vendor/../../config.py"):
            assert client.get(f"/static/{path}").status_code == 404


#: One of everything. A test below sees to it that nothing is missing.
EVERYTHING = """{% extends "layout.html" %}
{% from "components/back_link.html" import back_link %}
{% from "components/button.html" import button, link_button, post_button %}
{% from "components/details.html" import details %}
{% from "components/empty.html" import empty %}
{% from "components/error_summary.html" import error_summary %}
{% from "components/facts.html" import facts, facts_list, fact %}
{% from "components/form.html" import post_form %}
{% from "components/notice.html" import notice, flashed %}
{% from "components/pagination.html" import pagination %}
{% from "components/panel.html" import panel %}
{% from "components/progress.html" import progress %}
{% from "components/signoff.html" import signoff %}
{% from "components/table.html" import table %}
{% from "components/tag.html" import tag %}
{% from "components/todo.html" import todo, todo_item %}
{% from "components/why.html" import why %}
{% block title %}Fish & chips <small>today</small>{% endblock %}
{% block back %}{{ back_link("/courses", "All courses") }}{% endblock %}
{% block content %}
{{ error_summary([("Enter a date", "there"), ("The session is full", none)]) }}<p id="there">Here</p>
{{ flashed() }}
{{ link_button("Download", "/x", secondary=true) }} {{ post_button("Leave", "/x", fields={"why": hostile}) }}
{{ post_button("Stay", "/x", look="link") }}
{% call details("See the figures") %}<p>33 of 43</p>{% endcall %}
{{ empty("No session has a date.", "/x", "Ask for one") }}
{{ facts([("Place", hostile), ("State", tag("booked", kind="BookingStatus")), ("Nothing", "")]) }}
{% call facts_list(two=true) %}{% call fact("Place") %}<a href="/x">there</a>{% endcall %}{% endcall %}
<form method="post">{{ button("Send", name="do", value=hostile) }}
<input type="hidden" name="csrf_token" value="{{ csrf_token() }}"></form>
{% call notice("Saved at 2:14pm.") %}Nobody else has it open.{% endcall %}
{{ pagination(4, 9) }}
{% call panel("6 places left", id="book") %}<p>3 are open to you.</p>{% endcall %}
{{ progress(31, 60, "31 of 60 standards answered") }}
{{ signoff([("The lead completes it.", hostile), ("The head agrees.", "")], 0) }}
{{ table("Sessions", ["Session", "Came"], [[hostile, 20], ["16 May", 21]], numbers=[1], total=["All", 41], stack=true) }}
{{ table("Hidden", ["Session", "Came"], [["7 March", 20]], hidden_caption=true) }}
{% call todo() %}{{ todo_item("/x", hostile, "Due.", tag("slipping", "Overdue by 8 days", "ActionState", "bad")) }}{% endcall %}
{{ why("Because a review found that neglect was recognised too late.", "/x") }}
{% endblock %}"""
HOSTILE = "<script>alert(1)</script>\"'"


@pytest.fixture
def everything(app: Flask) -> Iterator[str]:
    with app.test_request_context("/courses?page=4&q=neglect"):
        g.csrf_valid = True
        yield EVERYTHING


class TestComponents:
    def test_the_page_of_all_has_all(self) -> None:
        used = set(re.findall(r"\{[%{] ?(?:call )?(\w+)\(", EVERYTHING)) | set(re.findall(r"tag(?=\()", EVERYTHING))
        used |= {"post_form", "grouped_boxes"}  # they need fields: tests/test_forms.py, tests/lms/courses/
        made = set()
        for path in COMPONENTS:
            made |= set(re.findall(r"\{% macro ([a-z]\w*)\(", path.read_text()))
        assert made <= used

    def test_each_says_first_how_it_is_used(self) -> None:
        for path in COMPONENTS:
            comment = path.read_text().split("#}")[0]
            assert comment.startswith("{#"), path.name
            for macro in re.findall(r"\{% macro ([a-z]\w*)\(", path.read_text()):
                assert macro in comment, f"{path.name} does not explain {macro}"

    def test_all_together_are_a_valid_page(self, everything: str) -> None:
        html = render_template_string(everything, hostile=HOSTILE)
        assert list(faults_of(SimpleNamespace(text=html, headers={}))) == []  # type: ignore[arg-type]
        assert "<title>Fish &amp; chips today – Golden Thread – " in html

    def test_what_people_typed_never_becomes_markup(self, everything: str) -> None:
        html = render_template_string(everything, hostile=HOSTILE)
        assert "<script>alert" not in html
        assert Markup.escape(HOSTILE) in html

    def test_everything_that_can_be_done_can_be_done_by_keyboard(self, everything: str) -> None:
        tree = html5lib.parse(render_template_string(everything, hostile=HOSTILE))
        main = next(tree.iter(f"{HTML}main"))
        for element in main.iter():
            tag = str(element.tag).removeprefix(HTML)
            if tag == "a":
                assert element.get("href")
            assert element.get("tabindex") is None
            assert element.get("role") not in {"button", "link", "tab", "checkbox"}, "a native element does that better"
        done = [e for e in main.iter() if str(e.tag).removeprefix(HTML) in {"button", "summary"}]
        assert len(done) == 4

    def test_the_first_thing_a_keyboard_meets_is_the_way_past_the_menu(self, everything: str) -> None:
        tree = html5lib.parse(render_template_string(everything, hostile=""))
        first = next(e for e in tree.iter() if str(e.tag) in {f"{HTML}a", f"{HTML}button", f"{HTML}input"})
        assert first.get("href") == "#main"
        assert next(tree.iter(f"{HTML}main")).get("id") == "main"

    def test_other_pages_of_a_list_keep_what_it_was_narrowed_to(self, everything: str) -> None:
        html = render_template_string(everything, hostile="")
        assert "/courses?page=5&amp;q=neglect" in html or "/courses?q=neglect&amp;page=5" in html


class TestWords:
    def test_the_examples_in_the_code_are_true(self) -> None:
        assert doctest.testmod(words).failed == 0

    def test_every_state_people_see_has_its_word_and_its_colour(self) -> None:
        kinds = {kind for kind, _ in words.TAGS}
        columns = [c for table in Base.metadata.sorted_tables for c in table.columns]
        enums = {e for c in columns if isinstance(e := getattr(c.type, "enum_class", None), enum.EnumMeta)}
        shown = [e for e in enums if e.__name__ in kinds]
        assert {e.__name__ for e in shown} >= {"BookingStatus", "Mark", "ActionState"}
        silent = [f"{e.__name__}.{s.value}" for e in shown for s in e if (e.__name__, s.value) not in words.TAGS]
        assert silent == []
        assert {tag.tone for tag in words.TAGS.values()} <= {"good", "warn", "bad", "calm", "none"}

    def test_a_state_is_told_by_its_word_and_not_by_its_colour_alone(self) -> None:
        for kind in {kind for kind, _ in words.TAGS}:
            said = [tag.word for (k, _), tag in words.TAGS.items() if k == kind]
            assert len(said) == len(set(said))


def test_every_template_can_be_read(app: Flask) -> None:
    for path in TEMPLATES.rglob("*.html"):
        assert isinstance(app.jinja_env.parse(path.read_text()), nodes.Template)
