"""A question set in another language. Pure.

`document["translations"]` holds, for each language, English words and what is said for them: {"pl": {"Yes": "Tak"}}.
So a translation belongs to the words and not to a place: who changes an English word takes its translation away with it, and a
page never shows the translation of something else. Keys and codes of answers know no language, so the figures stay the same.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from evaluation.surveys import questions
from evaluation.surveys.questions import Document, Page, Question


@dataclass(frozen=True)
class Language:
    """A language a set may carry: its name in English, in itself, and the way it is written."""

    code: str
    name: str
    own_name: str
    right_to_left: bool = False

    @property
    def direction(self) -> str:
        """The `dir` of what is written in it."""
        return "rtl" if self.right_to_left else "ltr"


ENGLISH = Language("en-GB", "English", "English")
#: Languages people of the partnerships work and live in. The words of a set are English; these may be added to it.
LANGUAGES = {
    one.code: one
    for one in (
        Language("ar", "Arabic", "العربية", True),
        Language("bn", "Bengali", "বাংলা"),
        Language("cs", "Czech", "Čeština"),
        Language("fa", "Persian", "فارسی", True),
        Language("fr", "French", "Français"),
        Language("gu", "Gujarati", "ગુજરાતી"),
        Language("hu", "Hungarian", "Magyar"),
        Language("ckb", "Kurdish (Sorani)", "کوردی", True),
        Language("lt", "Lithuanian", "Lietuvių"),
        Language("ps", "Pashto", "پښتو", True),
        Language("pl", "Polish", "Polski"),
        Language("pt", "Portuguese", "Português"),
        Language("pa", "Punjabi", "ਪੰਜਾਬੀ"),
        Language("ro", "Romanian", "Română"),
        Language("ru", "Russian", "Русский"),
        Language("sk", "Slovak", "Slovenčina"),
        Language("so", "Somali", "Soomaali"),
        Language("es", "Spanish", "Español"),
        Language("tr", "Turkish", "Türkçe"),
        Language("uk", "Ukrainian", "Українська"),
        Language("ur", "Urdu", "اردو", True),
        Language("cy", "Welsh", "Cymraeg"),
    )
}
#: Words of the page around the questions that a set may say in its own language; the others stay English.
PHRASES = (
    "Start",
    "Carry on",
    "Save and carry on",
    "Save and check my answers",
    "Check your answers",
    "Change",
    "Not answered",
    "Now send them",
    "Send my answers",
    "If this does not apply to you, leave it out.",
    "This one needs an answer.",
    "Optional. This page looks back: it is kept and reported apart from all other answers.",
    "You can send once. After that your answers cannot be changed or taken out, because nobody can tell which ones are yours.",
)


def carried(document: Document) -> list[Language]:
    """The languages a set carries, by their English name."""
    codes = document.get("translations", {})
    return sorted((LANGUAGES[code] for code in codes if code in LANGUAGES), key=lambda one: one.name)


@dataclass(frozen=True)
class Speech:
    """The words of a set in one language: English where `language` is English, and wherever words are missing."""

    language: Language
    words: Mapping[str, str]
    offered: tuple[Language, ...] = ()

    @property
    def lang(self) -> str:
        """What the address of a page carries; nothing for English."""
        return "" if self.language is ENGLISH else self.language.code

    def has(self, *texts: str) -> bool:
        """Are all of these words there?"""
        return bool(self.lang) and all(self.words.get(text) for text in texts)

    def say(self, text: str) -> str:
        """These words in the language, or as they are."""
        return (self.words.get(text) or text) if self.lang else text

    def pages(self, pages: Sequence[Page]) -> list[Page]:
        """The pages as they are asked in the language. A question is in one language whole: words and answers, or English."""
        return [
            replace(
                page,
                title=self.say(page.title),
                lang=self.lang if self.has(page.title) else "",
                questions=tuple(self._question(item) for item in page.questions),
            )
            for page in pages
        ]

    def _question(self, item: Question) -> Question:
        if not self.has(*texts_asked(item)):
            return item
        above = item.matrix
        return replace(
            item,
            wording=self.say(item.wording),
            help=self.say(item.help),
            choices=tuple(replace(choice, label=self.say(choice.label)) for choice in item.choices),
            reason=self.say(item.reason),
            matrix=above and replace(above, wording=self.say(above.wording), help=self.say(above.help)),
            lang=self.lang,
        )


def speech(document: Document, lang: str | None) -> Speech:
    """How a set speaks to somebody who asks for this language."""
    offered = carried(document)
    language = next((one for one in offered if one.code == lang), ENGLISH)
    words = document["translations"][language.code] if language is not ENGLISH else {}
    return Speech(language, words, (ENGLISH, *offered) if offered else ())


def texts_asked(item: Question) -> list[str]:
    """All words of a question that somebody who is asked it reads."""
    above = [item.matrix.wording, item.matrix.help] if item.matrix else []
    found = [*above, item.wording, item.help, *(choice.label for choice in item.choices), item.reason]
    return list(dict.fromkeys(filter(None, found)))


def texts_of(document: Document, key: str) -> list[str]:
    """All words of a question of a document, with those of all rows of a matrix."""
    asked = questions.as_asked(document, key) or [questions.question(document, key)]
    return list(dict.fromkeys(text for item in asked for text in texts_asked(item)))


def texts_around(document: Document) -> list[str]:
    """The words around the questions: what waves say first, the titles of pages, and the phrases of the page itself."""
    return list(dict.fromkeys([*_texts_of_waves(document), *PHRASES]))


def _texts_of_waves(document: Document) -> Iterator[str]:
    for wave in document["waves"]:
        if wave.get("intro"):
            yield wave["intro"]
    for wave in document["waves"]:
        for pages in (wave["pages"], *wave.get("variant_pages", {}).values()):
            yield from (page["title"] for page in pages)
