"""The question set as people meet it: pages, choices, what follows from what, and how an answer is kept."""

import pytest

from evaluation.surveys import languages, questions
from evaluation.surveys.questions import Stored
from tests.evaluation.surveys.conftest import DOCUMENT

TIMED = ("baseline", "start", "end", "w6", "m3", "m6", "manager")


def asked(key: str) -> questions.Question:
    return questions.question(DOCUMENT, key)


@pytest.mark.parametrize("course", ["NEG", "WTK"])
@pytest.mark.parametrize("wave", TIMED)
def test_every_page_of_every_wave_can_be_read(wave: str, course: str) -> None:
    found = questions.pages(DOCUMENT, wave, course)
    assert found
    for page in found:
        for item in page.questions:
            assert item.choices or item.type in questions.WORDS, item.key
            assert not item.show_if or item.show_if["question"] in questions.keys_asked(DOCUMENT, wave, course)


def test_a_course_with_questions_of_its_own_gets_those() -> None:
    assert "neg_conf_spot" in questions.keys_asked(DOCUMENT, "baseline", "NEG")
    assert "conf_notice" in questions.keys_asked(DOCUMENT, "baseline", "WTK")
    assert not questions.keys_asked(DOCUMENT, "baseline", "NEG") & questions.keys_asked(DOCUMENT, "baseline", "WTK") - {
        "ctx_contact",
        "ctx_years",
        "ctx_why",
        "ctx_hope",
    }


def test_looking_back_is_a_page_apart_and_only_on_request() -> None:
    usual = questions.pages(DOCUMENT, "end", "NEG")
    with_it = questions.pages(DOCUMENT, "end", "NEG", then_test=True)
    assert not any(page.separate for page in usual)
    extra = [page for page in with_it if page.separate]
    assert [item.key for page in extra for item in page.questions] == [
        f"then_neg_conf_{name}" for name in ("spot", "child", "parent", "toolkit", "pattern", "curious")
    ]
    own = questions.pages(DOCUMENT, "end", "WTK", then_test=True)
    assert {item.key[:9] for page in own if page.separate for item in page.questions} == {"then_conf"}


def test_what_was_asked_before_is_asked_in_the_same_words_after() -> None:
    twins = [item for item in DOCUMENT["questions"] if item.get("twin_of")]
    assert twins
    assert all(asked(item["twin_of"]).choices for item in twins)


@pytest.mark.parametrize(
    ("key", "given", "kept"),
    [
        ("neg_conf_spot", "3", Stored("neg_conf_spot", number=3)),
        ("neg_beh_day", "0", Stored("neg_beh_day", number=0)),
        ("neg_beh_day", "no_opportunity", Stored("neg_beh_day", choice="no_opportunity")),
        ("mgr_neg_beh_day", "not_seen", Stored("mgr_neg_beh_day", choice="not_seen")),
        ("neg_know_meaning", "b", Stored("neg_know_meaning", number=1, choice="b")),
        ("neg_know_meaning", "dk", Stored("neg_know_meaning", number=0, choice="dk")),
        ("ctx_why", ["role", "told"], Stored("ctx_why", choice="told,role")),
        ("quote_consent", "sector", Stored("quote_consent", choice="sector")),
        ("rea_keep", "The group work", Stored("rea_keep", text="The group work")),
        # “I already worked this way” has no place on the scale.
        ("pri_changed", "4", Stored("pri_changed", choice="4")),
    ],
)
def test_how_an_answer_is_kept(key: str, given: questions.Given, kept: Stored) -> None:
    assert questions.stored(asked(key), given) == kept


@pytest.mark.parametrize(
    ("key", "given"),
    [("neg_conf_spot", "9"), ("neg_conf_spot", ["1", "2"]), ("ctx_why", ["told", "bored"]), ("neg_know_meaning", "")],
)
def test_an_answer_that_is_not_on_the_list_is_refused(key: str, given: questions.Given) -> None:
    with pytest.raises(ValueError, match=key):
        questions.stored(asked(key), given)


def test_a_question_that_follows_from_another_counts_only_then() -> None:
    pages = questions.pages(DOCUMENT, "end", "NEG")
    given: dict[str, questions.Given] = {"rea_access": "3", "rea_access_what": "The sound", "quote_consent": "sector"}
    assert questions.kept(pages, given) == {"rea_access": "3"}
    given |= {"rea_access": "0", "quote_text": "Good"}
    assert questions.kept(pages, given) == {
        "rea_access": "0",
        "rea_access_what": "The sound",
        "quote_text": "Good",
        "quote_consent": "sector",
    }
    # A consent without a quote, and a key nobody asked for, are nothing.
    assert questions.kept(pages, {"quote_consent": "none", "mgr_know": "well"}) == {}


def test_knowledge_items_are_mixed_for_each_person_and_do_not_know_stands_last() -> None:
    item = asked("neg_know_meaning")
    orders = {tuple(choice.code for choice in questions.in_order(item, bytes([seed]))) for seed in range(60)}
    assert len(orders) > 15
    assert {order[-1] for order in orders} == {"dk"}
    assert questions.in_order(item, b"same") == questions.in_order(item, b"same")
    assert questions.in_order(asked("neg_conf_spot"), b"any") == asked("neg_conf_spot").choices


# Matrices and numbers.

WORKSHOPS = [("toolkit", "The neglect toolkit"), ("voice", "The child’s voice")]
WEEK = questions.with_options(DOCUMENT, {"sgw_which": WORKSHOPS})


def test_a_matrix_is_asked_row_by_row_and_each_row_has_a_key_of_its_own() -> None:
    page = questions.pages(WEEK, "sgw", "")[0]
    assert [item.key for item in page.questions] == ["sgw_which", "sgw_best.toolkit", "sgw_best.voice"]
    row = page.questions[1]
    assert (row.type, row.wording, row.matrix and row.matrix.key) == ("rating", "The neglect toolkit", "sgw_best")
    assert [len(items) for _, items in page.parts()] == [1, 2]
    assert questions.question(WEEK, "sgw_best.voice") == page.questions[2]
    with pytest.raises(KeyError):
        questions.question(WEEK, "sgw_best.gone")


def test_a_row_counts_only_for_what_was_chosen_and_is_kept_like_a_rating() -> None:
    pages = questions.pages(WEEK, "sgw", "")
    given: dict[str, questions.Given] = {"sgw_which": ["voice"], "sgw_best.toolkit": "1", "sgw_best.voice": "3"}
    kept = questions.kept(pages, given)
    assert kept == {"sgw_which": ["voice"], "sgw_best.voice": "3"}
    row = questions.question(WEEK, "sgw_best.voice")
    assert questions.stored(row, kept["sgw_best.voice"]) == Stored("sgw_best.voice", number=3)


def test_a_question_whose_answers_are_still_to_be_put_in_is_not_asked() -> None:
    assert "sgw_which" in {item["key"] for item in DOCUMENT["questions"]}
    assert not {"sgw_which", "sgw_best"} & {key.partition(".")[0] for key in questions.keys_asked(DOCUMENT, "sgw", "")}


NUMBER = {**DOCUMENT, "questions": [{"key": "n", "type": "number", "wording": "How many?", "least": 0, "most": 40}]}


@pytest.mark.parametrize(("given", "number"), [("0", 0), ("12", 12), ("40", 40)])
def test_a_number_is_kept_as_a_number(given: str, number: float) -> None:
    assert questions.stored(questions.question(NUMBER, "n"), given) == Stored("n", number=number)


@pytest.mark.parametrize("given", ["41", "-1", "a few", "1.5", "", ["1", "2"]])
def test_a_number_beyond_its_limits_is_no_answer(given: questions.Given) -> None:
    with pytest.raises(ValueError, match="not an answer to n"):
        questions.stored(questions.question(NUMBER, "n"), given)


# Languages.

POLISH = {
    "How ready you are now": "Jak gotowi Państwo są teraz",
    **dict.fromkeys(languages.texts_of(DOCUMENT, "conf_notice"), "Po polsku"),
    "Save and carry on": "Zapisz i dalej",
}
TOLD = {**DOCUMENT, "translations": {"pl": POLISH, "ur": {}}}


def test_a_question_is_read_whole_in_one_language_or_in_english() -> None:
    speech = languages.speech(TOLD, "pl")
    page = next(page for page in speech.pages(questions.pages(TOLD, "end", "WTK")) if page.lang)
    assert page.title == "Jak gotowi Państwo są teraz"
    first, second = page.questions[:2]
    assert (first.lang, first.wording, first.choices[0].label) == ("pl", "Po polsku", "Po polsku")
    # Its choices are there, its words are not: it stays English, choices and all.
    assert (second.lang, second.wording, second.choices) == (
        "",
        asked("conf_child").wording,
        asked("conf_child").choices,
    )


def test_keys_and_codes_know_no_language() -> None:
    english = questions.pages(TOLD, "end", "WTK")
    polish = languages.speech(TOLD, "pl").pages(english)
    codes = [
        [
            (item.key, [(choice.code, choice.number) for choice in item.choices])
            for page in pages
            for item in page.questions
        ]
        for pages in (english, polish)
    ]
    assert codes[0] == codes[1]


def test_only_languages_the_set_carries_are_offered() -> None:
    assert [one.code for one in languages.speech(TOLD, None).offered] == ["en-GB", "pl", "ur"]
    assert languages.speech(TOLD, "fr").language is languages.ENGLISH
    assert languages.speech(TOLD, "ur").language.direction == "rtl"
    assert languages.speech(DOCUMENT, "pl").offered == ()


def test_who_changes_an_english_word_takes_its_translation_away() -> None:
    changed = {**TOLD, "questions": [{**one, "wording": one["wording"] + " "} for one in TOLD["questions"]]}
    speech = languages.speech(changed, "pl")
    assert not any(
        item.lang for page in speech.pages(questions.pages(changed, "end", "WTK")) for item in page.questions
    )
