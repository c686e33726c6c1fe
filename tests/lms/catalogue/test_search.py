"""Finding a course by words, as people type them: in a hurry, mistyped, in short forms, or with nothing that is a word."""

import doctest
import random
from collections import Counter

import pytest
import yaml
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from lms.catalogue import months, search, spelling
from lms.catalogue.models import CourseKind
from lms.catalogue.search import Entry, Found, SearchWords, find, search_words
from lms.catalogue.spelling import parts_of
from tests.factories import NOW, course, course_session

NOTHING = SearchWords()


def entry(number: int, title: str = "", code: str = "", tags: str = "", outcomes: str = "", aim: str = "") -> Entry:
    return Entry(number, title, code, tags.split(), [outcomes], [aim])


CATALOGUE = [
    entry(0, "Multi-agency neglect", "NEG", "toolkit levels_of_need", "Say what neglect is", "For Siân’s children"),
    entry(1, "Child sexual exploitation", "CSE", "exploitation", "Notice the first signs", "To act on policies"),
    entry(2, "Designated safeguarding lead", "DSL1", "supervision", "Lead a team", "To keep children’s records"),
    entry(3, "Domestic abuse and children", "DOM", "parents", "Ask about abuse", "To work with families"),
    entry(4, "Early career", "ECT", "induction", "Ask for help early", "To refer, where neglected"),
]


def found(typed: str, entries: list[Entry] = CATALOGUE, words: SearchWords = NOTHING) -> list[int]:
    """The courses that hold what was typed, the best first."""
    ranks = find(typed, entries, words).ranks
    return sorted(ranks, key=lambda one: (ranks[one], one))


@pytest.mark.parametrize(
    ("typed", "courses"),
    [
        ("neglect", [0, 4]),
        ("NEGLECT", [0, 4]),
        ("neglected", [0, 4]),
        ("negl", [0, 4]),
        ("exploited", [1]),
        ("policy", [1]),
        ("family", [3]),
        ("refers", [4]),
        ("Sian", [0]),
        ("siâns", [0]),
        ("childrens", [2]),
        ("children's records", [2]),
        ("multi agency", [0]),
        ("multi-agency", [0]),
        ("multiagency", [0]),
        ("levels of need", [0]),
        ("ne", []),
        ("cse", [1]),
        ("dsl1", [2]),
        ("abuse children", [3]),
        ("abuse neglect", []),
        ("safe guarding", [2]),
    ],
)
def test_words_are_found_in_the_ways_people_write_them(typed: str, courses: list[int]) -> None:
    assert found(typed) == courses


@pytest.mark.parametrize(
    ("typed", "read_as", "courses"),
    [
        ("neglcet", ("neglect",), [0, 4]),  # two letters swapped
        ("neglct", ("neglect",), [0, 4]),  # one missing
        ("eglect", ("neglect",), [0, 4]),  # the first one missing
        ("safegaurding", ("safeguarding",), [2]),
        ("exploitatoin", ("exploitation",), [1]),
        ("exploytaton", ("exploitation",), [1]),  # two mistakes in a long word
        ("expliot", ("exploitation",), [1]),  # mistyped, and without its ending
        ("mutli-agency", ("multi agency",), [0]),
        ("Siam", ("siân’s",), [0]),  # said with the letters of the course
    ],
)
def test_a_mistyped_word_is_read_as_the_nearest_and_that_is_said(
    typed: str, read_as: tuple[str, ...], courses: list[int]
) -> None:
    (term,) = find(typed, CATALOGUE, NOTHING).terms
    assert (term.typed, term.read_as) == (typed, read_as)
    assert found(typed) == courses
    assert find(typed, CATALOGUE, NOTHING, exact=True).ranks == {}


@pytest.mark.parametrize("typed", ["abc", "nxg", "dsl2", "12345", "xyzzyx", "neglcetxy", "dmo", "cseq"])
def test_short_words_codes_and_what_is_too_far_are_never_guessed(typed: str) -> None:
    assert found(typed) == []


def test_a_code_is_never_what_a_mistyped_word_is_read_as() -> None:
    assert found("parant", [entry(0, "Conflict", "PARENT")]) == []
    assert found("parent", [entry(0, "Conflict", "PARENT")]) == [0]


def test_a_word_that_stands_anywhere_is_right_and_brings_nothing_that_only_looks_like_it() -> None:
    alike = [entry(0, "Carers"), entry(1, "Careers advice"), entry(2, "Caring")]
    assert found("careers", alike) == [1]
    # Where nothing holds it, all that are equally near are shown, and the letter it begins with counts.
    assert find("cariers", alike, NOTHING).terms[0].read_as == ("carers", "careers") or found("cariers", alike) == [
        0,
        1,
    ]
    assert find("bother", [entry(0, "Mother"), entry(1, "Brother")], NOTHING).terms[0].read_as == ("brother",)


def test_a_word_in_the_title_comes_before_code_tag_outcome_and_text_and_ties_keep_the_catalogues_order() -> None:
    places = [
        entry(0, aim="sleep"),
        entry(1, outcomes="sleep"),
        entry(2, tags="sleep"),
        entry(3, code="SLEEP"),
        entry(4, "Sleeping well"),
        entry(5, "Sleep"),
        entry(6, "Safer sleep"),
    ]
    assert found("sleep", places) == [5, 6, 4, 3, 2, 1, 0]


def test_other_names_of_the_same_thing_are_found_side_by_side_only() -> None:
    words = SearchWords.of([["da", "domestic abuse"], ["eh", "early help"]])
    assert found("DA", words=words) == [3]
    assert found("domestic abuses", words=words) == [3]
    assert find("DA", CATALOGUE, words).terms[0].also == ("domestic abuse",)
    # The course that asks for help early is none about early help.
    assert found("eh", words=words) == []
    assert found("da families", words=words) == [3]
    # A short form is a word of its own, not the beginning of one.
    assert found("domestic abuse", [entry(0, "Dads")], words) == []
    assert found("domestic abuse", [entry(0, "DA: what to do")], words) == [0]


def test_small_words_count_only_where_there_is_nothing_else() -> None:
    words = SearchWords.of([], ["course", "about", "on"])
    assert found("course about neglect", words=words) == [0, 4]
    assert found("on", words=words) == [1]
    assert found("about", words=words) == [3]


def test_the_words_of_the_partnership_are_read_and_no_name_stands_for_two_things() -> None:
    document = yaml.safe_load(search.CONTENT.read_text(encoding="utf-8"))
    assert all(isinstance(name, str) for line in document["same"] for name in line)
    assert all(isinstance(word, str) for word in document["small"])
    keys = Counter(" ".join(parts_of(name)) for line in document["same"] for name in line)
    assert [key for key, times in keys.items() if times > 1] == []
    assert all(len(line) > 1 for line in document["same"])
    assert found("LADO", [entry(0, "Managing allegations")], search_words()) == [0]
    assert found("a course on neglect", words=search_words()) == [0, 4]


def _many(number: int) -> list[Entry]:
    """A catalogue of so many courses with about 4,000 different words."""
    draw = random.Random(3)
    words = ["".join(draw.choices("abcdefghijklmnoprstuvw", k=draw.randint(3, 12))) for _ in range(4000)]

    def some(count: int) -> str:
        return " ".join(draw.choices(words, k=count))

    return [Entry(one, some(5), f"C{one}", [some(1)], [some(12)] * 4, [some(25)]) for one in range(number)]


def test_a_thousand_courses_are_compared_letter_by_letter_only_with_what_nothing_holds() -> None:
    many = [*_many(999), entry(999, "Multi-agency neglect", aim="thresholds")]
    index = search.index_of(many)
    assert find("neglect thresholds", many, NOTHING).compared == 0
    once = find("neglcet", many, NOTHING)
    assert list(once.ranks) == [999]
    assert 0 < once.compared <= len(index.words) + len(index.stems)
    most = find(" ".join(f"qqqq{letter}zzz" for letter in "abcdefghijkl"), many, NOTHING)
    assert len(most.terms) == 8
    assert 0 < most.compared <= 8 * (len(index.words) + len(index.stems))


@given(st.text(max_size=120) | st.text(alphabet="-'’ aeﷺqxz_%", max_size=200))
def test_whatever_is_typed_is_read_without_a_fault_and_with_bounded_work(typed: str) -> None:
    came_to = find(typed, CATALOGUE)
    assert len(came_to.terms) <= spelling.MOST_WORDS
    index = search.index_of(CATALOGUE)
    # A word worth comparing has four letters, and no more than 80 are read.
    assert came_to.compared <= 20 * (len(index.words) + len(index.stems))
    assert set(came_to.ranks) <= {one.id for one in CATALOGUE}


HOSTILE = [
    "x" * 2000,
    "a-" * 1000,
    "%00",
    "\x00neg",
    "😀",
    "!!!",
    "%",
    "_",
    "\u202eمرحبا",
    "ﷺ" * 500,
    "'; DROP TABLE",
    "\ud800",
]


@pytest.mark.parametrize("typed", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("more", [{}, {"view": "month"}, {"list": "all"}], ids=["list", "month", "all"])
def test_odd_text_gets_a_page_that_says_what_to_do(
    app: Flask, client: FlaskClient, typed: str, more: dict[str, str]
) -> None:
    course_session()
    page = client.get("/courses", query_string={"q": typed.encode("utf-8", "surrogatepass"), **more})
    assert page.status_code == 200
    # What turns the direction of writing stays in the box it was typed into.
    assert page.text.count("\u202e") == typed.count("\u202e")
    if typed in {"😀", "!!!", "%", "_"}:
        assert "There is no word in this to look for." in page.text


def test_the_page_says_what_a_mistyped_word_was_read_as_and_leads_back_to_what_was_typed(
    app: Flask, client: FlaskClient
) -> None:
    course_session()
    page = client.get("/courses?q=neglcet&kind=core").text
    assert "Nothing holds ‘neglcet’. Showing courses with ‘neglect’." in page
    assert "1 session in November 2024" in page
    assert "Search for exactly ‘neglcet’" in page
    assert "/courses?q=neglcet&amp;kind=core&amp;exact=1" in page
    exactly = client.get("/courses?q=neglcet&exact=1").text
    assert "Nothing matches: “neglcet” as it is typed." in exactly
    assert "Showing courses with" not in exactly
    assert "Multi-agency neglect" not in exactly


def test_the_list_of_every_course_puts_first_what_the_words_fit_best(app: Flask, client: FlaskClient) -> None:
    course(title="Working together", aim="Neglect and more", outcomes=[], tags=[])
    course(title="A toolkit", tags=["neglect"], outcomes=[])
    course(title="Neglect")
    page = client.get("/courses?list=all&q=neglect").text
    assert page.index(">Neglect<") < page.index(">A toolkit<") < page.index(">Working together<")
    everything = client.get("/courses?list=all").text
    assert everything.index(">Working together<") < everything.index(">A toolkit<") < everything.index(">Neglect<")


def test_sessions_that_were_searched_for_stay_in_order_of_their_dates(app: Flask, client: FlaskClient) -> None:
    course_session(course(title="Neglect"), starts_at=NOW.replace(month=11, day=20))
    course_session(course(title="Working together"), starts_at=NOW.replace(month=11, day=6))
    page = client.get("/courses?q=neglect").text
    assert page.index(">Working together<") < page.index(">Neglect<")


def test_where_no_course_holds_everything_the_page_says_which_words_it_knows(app: Flask, client: FlaskClient) -> None:
    course_session()
    course(title="Safer recruitment", aim="To hire well.", audience="Governors", outcomes=[], tags=[])
    both = client.get("/courses?q=neglect+governors").text
    assert "No course holds all of these words." in both
    assert "‘governors’</a>: 1 course" in both
    assert "Nothing in the catalogue holds ‘xyzzyx’." in client.get("/courses?q=neglect+xyzzyx").text
    assert "Search without it" in client.get("/courses?q=neglect+xyzzyx").text
    other = " ".join(client.get("/courses?q=neglect&kind=week").text.split())
    assert "1 course holds what you typed, but it does not match the rest." in other


def test_the_kind_and_the_short_forms_of_the_trade_find_courses(app: Flask, client: FlaskClient) -> None:
    course(title="Domestic abuse", kind=CourseKind.E_LEARNING, modes=["e_learning"])
    course(title="Neglect")
    for typed in ("DA", "e-learning", "elearning", "domestic violence"):
        page = client.get("/courses", query_string={"q": typed}).text
        assert ">Domestic abuse<" in page, typed
        assert ">Neglect<" not in page, typed
    assert "Also looked for ‘domestic abuse’, which is the same as ‘DA’." in client.get("/courses?q=DA").text


def test_a_course_that_is_no_longer_offered_is_in_no_list_and_in_no_search(app: Flask, client: FlaskClient) -> None:
    course(title="The old way", retired_at=NOW)
    course(title="The new way")
    for address in ("/courses?list=all", "/courses?list=all&q=way"):
        page = client.get(address).text
        assert ">The new way<" in page
        assert ">The old way<" not in page
    assert "Nothing in the catalogue holds" in client.get("/courses?q=old").text


def test_the_sentences_that_explain_hold() -> None:
    for module in (search, spelling, months):
        assert doctest.testmod(module).failed == 0
    assert Found().ranks == {}
