"""Two people code the same texts, and neither sees what the other found; a changed code book is a new version."""

import pytest

from evaluation.comments import coding, operations, rules, sheets
from evaluation.comments.models import CodeBook, Part
from lms.accounts.models import Person
from lms.db import db, writing
from lms.errors import RuleBroken
from tests.evaluation.comments.conftest import OVER, Written


def code(written: Written, book: CodeBook, by: Person, part: Part = Part.FIRST, **chosen: list[str]) -> int:
    with writing():
        return operations.code(
            topic=written.topic(),
            book=db.session.get_one(CodeBook, book.id),
            part=part,
            chosen={written.comment(f"week {key[1:]}.").id: keys for key, keys in chosen.items()},
            by=db.session.get_one(Person, by.id),
            now=OVER,
        )


def everything(*themes: str) -> dict[str, list[str]]:
    return {f"w{number}": list(themes) for number in range(1, 12)}


def test_progress_is_what_somebody_has_coded_of_what_is_there_for_them(written: Written, colleague: Person) -> None:
    book = written.book()
    assert code(written, book, written.officer, w1=["write_down"], w2=[]) == 2
    texts, mine = coding.to_code(written.topic(), written.officer, Part.FIRST)
    assert (len(mine), len(texts)) == (2, 11)
    # Of a text somebody else has coded first one is the second coder, and of no other.
    texts, mine = coding.to_code(written.topic(), colleague, Part.FIRST)
    assert (len(mine), len(texts)) == (0, 9)
    texts, mine = coding.to_code(written.topic(), colleague, Part.SECOND)
    assert (len(mine), len(texts)) == (0, 2)
    assert coding.to_code(written.topic(), written.officer, Part.SECOND) == ([], {})


def test_nobody_is_their_own_second_coder_or_codes_over_another(written: Written, colleague: Person) -> None:
    book = written.book()
    code(written, book, written.officer, w1=["write_down"])
    for by, part in (
        (written.officer, Part.SECOND),
        (colleague, Part.FIRST),
        (colleague, Part.SETTLED),
    ):
        with pytest.raises(RuleBroken):
            code(written, book, by, part, w1=["ask_child"])
    assert code(written, book, colleague, Part.SECOND, w1=["ask_child"]) == 1
    assert code(written, book, colleague, Part.SETTLED, w1=["ask_child"]) == 1


def test_what_waits_for_an_officer_is_not_coded(written: Written) -> None:
    book = written.book()
    with pytest.raises(RuleBroken, match="can no longer be read"), writing():
        operations.code(
            topic=written.topic(),
            book=book,
            part=Part.FIRST,
            chosen={written.comment("Qzarian").id: []},
            by=written.officer,
            now=OVER,
        )


def test_changing_the_book_after_coding_makes_a_new_version_and_the_texts_keep_theirs(written: Written) -> None:
    book = written.book()
    code(written, book, written.officer, w1=["write_down"], w2=["tell_team"])
    themes = [theme for theme in book.themes if theme["key"] != "tell_team"] + [
        {"name": "Asks for help", "belongs": "", "example": ""}
    ]
    with writing():
        newer = operations.write_book(topic=written.topic(), themes=themes, for_all=True, by=written.officer, now=OVER)
    assert (newer.version, newer.keys[0], newer.keys[-1]) == (2, "write_down", "asks_for_help")
    codings = coding.codings(written.topic())
    assert {one.book.version for parts in codings.values() for one in parts.values()} == {1}
    with pytest.raises(RuleBroken, match="has changed in the meantime"):
        code(written, book, written.officer, w3=["write_down"])
    # What was said before is still counted under its name.
    report = sheets.report(written.topic())
    assert report
    assert "tell_team" in dict(report.themes)


def test_until_something_is_coded_the_book_is_written_over(written: Written) -> None:
    book = written.book()
    with writing():
        same = operations.write_book(
            topic=written.topic(), themes=book.themes[:2], for_all=True, by=written.officer, now=OVER
        )
    assert (same.id, same.version, len(same.themes)) == (book.id, 1, 2)


@pytest.mark.parametrize("names", [[], [""], ["Time", "time"]])
def test_a_book_has_themes_with_names_of_their_own(written: Written, names: list[str]) -> None:
    with pytest.raises(RuleBroken):
        operations.write_book(
            topic=written.topic(),
            themes=[{"name": name, "belongs": "x" if not name else "", "example": ""} for name in names],
            for_all=True,
            by=written.officer,
            now=OVER,
        )


def test_the_table_to_keep_hides_what_the_page_hides(written: Written) -> None:
    book = written.book()
    code(written, book, written.officer, **everything("write_down") | {"w1": [], "w2": ["use_tool"]})
    report = sheets.report(written.topic())
    assert report
    assert report.base == "Of 11 people who wrote something."
    assert {report.words(key, "all", "") for key, _ in report.themes} == {"hidden"}
    content, _ = sheets.document(report, "csv")
    rows = [line.split(",") for line in content.decode("utf-8-sig").splitlines()]
    assert rows[0][:4] == ["Theme", "Asked", "Texts", "Of"]
    assert {row[2] for row in rows[1:]} == {"hidden"}
    assert sheets.document(report, "xlsx")[0][:2] == b"PK"


def test_agreement_and_differences_of_what_was_coded_twice(written: Written, colleague: Person) -> None:
    book = written.book()
    first = everything("write_down") | {f"w{number}": [] for number in range(1, 6)}
    code(written, book, written.officer, **first)
    code(written, book, colleague, Part.SECOND, **first | {"w1": ["write_down"]})
    coded = coding.coded(written.topic())
    found = rules.agreement(list(coded.values()), "write_down")
    assert found
    assert (found.n, found.same.numerator) == (11, 10)
    assert rules.differences(coded) == [written.comment("week 1.").id]
    code(written, book, colleague, Part.SETTLED, w1=["write_down"])
    assert rules.differences(coding.coded(written.topic())) == []
