"""Every letter there is, read as its reader gets it."""

import ast
import re
from pathlib import Path

import pytest
from flask import Flask

from lms.letters import links, rules
from lms.letters.words import PLACEHOLDER, Template, examples, fill, placeholders, templates, themes

LETTERS = list(templates().values())
SENT = [letter for letter in LETTERS if letter.when]
ROOT = Path(__file__).parents[3]
#: What no letter of ours says: instructions for a mouse, promises about clicks, and addresses nobody reads.
NEVER = re.compile(r"click|no-?reply|do not reply|please note|\bkindly\b|\bASAP\b|!", re.IGNORECASE)


def ids(letter: Template) -> str:
    return letter.key


@pytest.mark.parametrize("letter", LETTERS, ids=ids)
def test_a_letter_filled_in_has_no_hole_a_greeting_and_a_sign_off(letter: Template) -> None:
    subject, body = fill(letter.subject, examples()), fill(letter.body, examples())
    assert not re.search(r"[{}]", subject + body)
    assert "\n" not in subject.strip()
    assert body.startswith(("Hello Sam,\n\n", "Hello Alex Example,\n\n"))
    assert body.endswith(f"\n\n{examples()['sign_off']}\n")
    assert "\n\n\n" not in body
    assert max(len(line) for line in body.splitlines()) <= 400


@pytest.mark.parametrize("letter", LETTERS, ids=ids)
def test_a_letter_uses_exactly_the_placeholders_it_names(letter: Template) -> None:
    used = set(PLACEHOLDER.findall(letter.subject + letter.body))
    always = {"first_name", "partnership_name", "team_email", "team_phone", "sign_off"}
    assert used | always == set(letter.placeholders)
    assert letter.required <= set(PLACEHOLDER.findall(letter.body))


@pytest.mark.parametrize("letter", LETTERS, ids=ids)
def test_the_default_wording_keeps_the_rules_officers_keep(letter: Template) -> None:
    assert rules.fault(letter, letter.subject, letter.body.rstrip()) == ""
    assert letter.theme in themes()


@pytest.mark.parametrize("letter", SENT, ids=ids)
def test_an_officer_reads_who_gets_a_letter_and_when_in_plain_words(letter: Template) -> None:
    assert letter.name
    assert letter.recipient
    assert not NEVER.search(letter.subject + letter.body + letter.name + letter.when)


@pytest.mark.parametrize("letter", [one for one in LETTERS if one.calendar], ids=ids)
def test_a_letter_with_a_calendar_part_says_what_it_is_about(letter: Template) -> None:
    assert letter.calendar in {"request", "cancel"}
    assert letter.calendar == "cancel" or {"session_when", "event_when", "forum_when"} & set(letter.placeholders)


def test_letters_are_told_apart_by_their_names() -> None:
    names = [letter.name for letter in SENT]
    assert len(names) == len(set(names))


def test_every_letter_with_a_link_that_is_needed_keeps_it() -> None:
    for letter in LETTERS:
        personal = {name for name, about in letter.placeholders.items() if about.personal}
        assert personal <= letter.required, letter.key


def test_personal_links_are_those_the_application_makes(app: Flask) -> None:
    assert {kind.placeholder for kind in links.kinds.values()} == {
        name for name, about in placeholders().items() if about.personal
    }


def test_each_kind_of_link_fills_its_own_placeholder_and_what_the_first_release_wrote(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(links.kinds, "gate", links.Kind("gate_link", lambda to: f"https://x.example/{to}"))
    assert links.unmade("gate") == {"gate_link": "{{gate_link}}"}
    assert links.put_into("A {{gate_link}} {{other}}", "gate", "7") == "A https://x.example/7 {{other}}"
    assert links.put_into("A {{survey_link}}", "gate", "7") == "A https://x.example/7"


def _words_of(folder: str) -> set[str]:
    """Every text that stands in the code of a package."""
    trees = (ast.parse(path.read_text(encoding="utf-8")) for path in sorted((ROOT / folder).rglob("*.py")))
    return {
        node.value
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_no_letter_is_sent_that_officers_do_not_see() -> None:
    in_code = _words_of("lms") | _words_of("evaluation")
    assert [letter.key for letter in LETTERS if letter.key in in_code and not letter.when] == []
