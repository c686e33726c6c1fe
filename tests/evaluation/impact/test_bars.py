"""Every sum and share that a report should print is what the chapter prints, and every contradiction found is flagged where
its table is printed, or listed with its rule."""

import csv
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from demo.figures import figures_of
from evaluation.costs.models import BudgetColumn, BudgetSide
from evaluation.costs.rules import money
from evaluation.costs.sentences import share
from evaluation.impact import annual_effect
from evaluation.impact.annual import Annual, annual
from evaluation.impact.annual_effect import EffectRow, YouSaid
from evaluation.impact.annual_published import PRINTED
from evaluation.impact.annual_sections import sections
from evaluation.impact.annual_tables import Part, Table, figure_words
from evaluation.impact.models import Contradiction
from lms.catalogue.models import CountedBy
from lms.db import db
from lms.organisations.queries import partnership
from lms.roles import Role
from lms.words import MINUS, percent
from tests.databases import ROOT
from tests.evaluation.impact.annual_demo import TODAY, browser, opened, published_kirklees

PUBLISHED = ROOT.parent / "shared" / "data" / "published"
WAKEFIELD = {"first": date(2022, 4, 1), "last": date(2023, 3, 31)}


def rows_of(name: str) -> list[dict[str, str]]:
    source: Path = PUBLISHED / name
    if not source.exists():
        pytest.skip(f"{name} lies in ../shared/data/published, which is not here")
    with source.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def table(chapter: Annual, key: str) -> Table:
    return next(one for section in sections(chapter) for one in section.tables if one.key == key)


def cells(chapter: Annual, key: str, line: str) -> list[str]:
    """The words of one line of a table."""
    of = table(chapter, key)
    found = next(one for one in of.all_lines if one.key == line)
    return [figure_words(figure, measure) for figure, measure in zip(found.figures, of.measures, strict=True)]


def part(chapter: Annual, key: str, name: str) -> Part:
    return next(one for one in table(chapter, key).parts if one.key == name)


def of_part(words: str) -> str:
    """The percentage of a share as it is said."""
    return words.rpartition("(")[2].rstrip(")")


def wakefield_2022() -> Annual:
    return annual("2022-23", today=TODAY)


def kirklees_2023() -> Annual:
    return annual("2023-24", today=TODAY)


def _bulletin() -> dict[str, str]:
    chapter = wakefield_2022()
    now, before, change = cells(chapter, "ebulletin_sector", "total")
    most = part(chapter, "ebulletin_sector", "largest-education")
    health = cells(chapter, "ebulletin_sector", "health")[2]
    notes = " ".join(table(chapter, "ebulletin_sector").notes)
    fell = re.search(rf"Health, {MINUS}18 of 73 \((.*?)\)", notes)
    share_of_stated = re.search(r"Education would be (.*?)\. The", notes)
    assert fell
    assert share_of_stated
    return {
        "Wakefield e-bulletin: sum of sectors 2023": now.replace(",", ""),
        "Wakefield e-bulletin: sum of sectors 2022": before,
        "Wakefield e-bulletin: sum of sector changes": change.removeprefix("+"),
        "Wakefield e-bulletin: Education share of 1058": of_part(most.words),
        "Wakefield e-bulletin: Education share of 1035": share_of_stated[1],
        "Wakefield e-bulletin: Health change": f"{health} ({fell[1]})".replace(MINUS, "-"),
    }


def _website() -> dict[str, str]:
    chapter = wakefield_2022()
    said = re.search(r"([\d.]+) page views for each user", " ".join(table(chapter, "website").notes))
    assert said
    return {
        "Wakefield website: unique/page views": of_part(part(chapter, "website", "unique_share").words),
        "Wakefield website: page views per user": said[1],
        "Wakefield website: top five pages": f"{cells(chapter, 'website_top_pages', 'total')[0]}%",
    }


def _schools() -> dict[str, str]:
    chapter = wakefield_2022()
    open_ = [row.sessions for row in chapter.in_unit(CountedBy.SESSIONS)]
    hosted = [row.schools for row in chapter.in_unit(CountedBy.SCHOOLS)]
    assert cells(chapter, "education_training_sessions", "total")[0] == str(sum(open_))
    return {
        "Wakefield education training: sessions": f"{sum(open_)} ({'+'.join(map(str, open_))})",
        "Wakefield education training: school bookings": f"{sum(hosted)} ({'+'.join(map(str, hosted))}), schools may be the "
        "same ones",
    }


def _core() -> dict[str, str]:
    chapter = published_kirklees()
    sizes = [cells(chapter, "core_training", row.code)[3] for row in chapter.taught.rows]
    sessions, delegates, _, each = cells(chapter, "core_training", "total")
    return {
        "Kirklees core training: courses": sessions,
        "Kirklees core training: delegates": delegates,
        "Kirklees core training: delegates per course": f"{'; '.join(sizes)}; all {each}",
    }


def _elearning() -> dict[str, str]:
    chapter = published_kirklees()
    booked = [row.booked for row in chapter.elearning if row.code in ("PC2", "PCM", "PCO", "PC3")]
    return {
        "Kirklees e-learning: bookings": cells(chapter, "elearning_bookings", "total")[0].replace(",", ""),
        "Kirklees e-learning: Awareness of Child Abuse and Neglect share": of_part(
            part(chapter, "elearning_bookings", "largest-ACN").words
        ),
        "Kirklees e-learning: parental conflict courses together": f"{sum(booked)} ({'+'.join(map(str, booked))})",
    }


def _budget() -> dict[str, str]:
    chapter = kirklees_2023()
    (budget,) = chapter.money.budgets
    total = budget.total(BudgetSide.EXPENSE, BudgetColumn.ACTUAL) or 0
    printed = {one.key: int(one.value) * 100 for one in figures_of("kirklees", "budget")}
    assert total == sum(pence for key, pence in printed.items() if key != "income")
    assert cells(chapter, "budget_2023-24", "expense-total") == [money(total)]
    assert all(figure.agrees is not False for line in table(chapter, "budget_2023-24").lines for figure in line.figures)
    assert of_part(part(chapter, "budget_2023-24", "share-3").words) == share(budget, "Training", BudgetColumn.ACTUAL)
    return {
        "Kirklees budget: expenses": str(total // 100),
        "Kirklees budget: balance": cells(chapter, "budget_2023-24", "balance")[0].removeprefix("£"),
        "Kirklees budget: training share": share(budget, "Training", BudgetColumn.ACTUAL),
    }


def _referrals() -> dict[str, str]:
    rate = part(kirklees_2023(), "referrals", "rereferral_rate")
    return {"Kirklees re-referral rate": f"{of_part(rate.words)} of {rate.denominator}"}


def _funding() -> dict[str, str]:
    chapter = annual("2024-25", today=TODAY)
    return {"Wakefield MASA funding: total": cells(chapter, "funding", "total")[0].lstrip("£").replace(",", "")}


CHECKS: tuple[tuple[str, Callable[[], dict[str, str]]], ...] = (
    *(("wakefield", one) for one in (_bulletin, _website, _schools, _funding)),
    *(("kirklees", one) for one in (_core, _elearning, _budget, _referrals)),
)


def test_all_rows_of_the_derived_checks_hold(loaded_wakefield: Flask, loaded_kirklees: Flask) -> None:
    wanted = {row["figure"]: row["value"] for row in rows_of("derived_checks.csv")}
    found: dict[str, str] = {}
    for which, loaded in (("wakefield", loaded_wakefield), ("kirklees", loaded_kirklees)):
        with opened(loaded):
            for of, check in CHECKS:
                if of == which:
                    found |= check()
    assert found == wanted


def test_each_contradiction_is_flagged_where_its_table_is_printed_and_the_rest_are_listed(
    loaded_wakefield: Flask, loaded_kirklees: Flask
) -> None:
    wanted = {row["id"] for row in rows_of("contradictions.csv")}
    known: set[str] = set()
    for loaded, chapters in (
        (loaded_wakefield, (wakefield_2022,)),
        (loaded_kirklees, (published_kirklees, kirklees_2023)),
    ):
        with opened(loaded) as app:
            made = [make() for make in chapters]
            flagged = {
                (flag.stated, flag.rule)
                for chapter in made
                for section in sections(chapter)
                for one in section.tables
                for flag in one.flags
            }
            page = re.sub(r"\s+", " ", browser(app, Role.SCRUTINEER).get("/reports/contradictions").text)
            for one in db.session.scalars(db.select(Contradiction)):
                number = re.match(r"C\d+", one.reference)
                assert number
                known.add(number[0])
                assert f'<th scope="row">{one.reference}</th>' in page
                if one.table in PRINTED:
                    assert (one.stated, one.rule) in flagged, one.reference
            reports = browser(app, Role.SCRUTINEER).get("/reports").text
            assert 'href="/reports/contradictions"' in reports
    assert known == wanted


def test_a_table_of_another_period_names_its_own(kirklees: Flask) -> None:
    assert table(published_kirklees(), "budget_2023-24").caption == "Budget by heading, 1 April 2023 to 31 March 2024"
    assert (
        table(published_kirklees(), "referrals").caption == "Referrals, as published for 1 April 2023 to 31 March 2024"
    )
    # A chapter whose days do not hold the end of the year has neither.
    later = annual("2024-25", today=TODAY)
    assert not {"referrals", "budget_2023-24"} & {one.key for section in sections(later) for one in section.tables}


def test_how_sessions_were_held_is_counted_session_by_session(kirklees: Flask) -> None:
    chapter = published_kirklees()
    assert [cells(chapter, "delivery_mode", key)[0] for key in ("classroom", "virtual", "total")] == ["31", "31", "62"]
    assert "does not say which of the 62" in table(chapter, "delivery_mode").flags[0].counted


def test_what_was_found_carries_its_base_and_what_was_done_its_reference(
    wakefield: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = (
        EffectRow("NEG", "Neglect", "Skill", "m6", "Better", 40, 30, 6, 4),
        EffectRow("SAF", "Safer", "Skill", "m6", "Not enough evidence", None, None, None, None),
    )
    said = YouSaid("VOC-1", "Tell us who you are.", ("Cards with a name (LDA-9).",))
    monkeypatch.setattr(annual_effect, "effects", lambda _: rows)
    monkeypatch.setattr(annual_effect, "you_said", [lambda *_: [said]])
    monkeypatch.setattr(annual_effect, "quotes", lambda *_: ("I ask who is at home.",))
    chapter = wakefield_2022()
    assert cells(chapter, "effect", "NEG") == ["40", "30", "6", "4"]
    assert cells(chapter, "effect", "SAF") == ["hidden"] * 4
    assert [one.words for one in table(chapter, "effect").parts] == [
        "Neglect, stood higher: 30 of 40 people (75%), interval 60 to 86"
    ]
    page = browser(wakefield, Role.LD_GROUP).get("/reports/annual/2022-23").text
    files = {
        kind: browser(wakefield, Role.LD_GROUP).get(f"/reports/annual/2022-23.{kind}").text for kind in ("csv", "json")
    }
    for words in (
        "You said: Tell us who you are. (VOC-1). We did: Cards with a name (LDA-9).",
        "“I ask who is at home.”",
    ):
        for content in (page, *files.values()):
            assert words in content
    assert percent(30, 40) == "75%"
    assert partnership()
