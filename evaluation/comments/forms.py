"""Forms of what people wrote: deciding about a text, its themes, the code book, and what is published."""

from collections.abc import Mapping, Sequence
from typing import Any

from evaluation.comments.models import CodeBook, Comment, Outcome
from lms.forms import BooleanField, CheckboxesField, Choice, Form, HiddenField, RadiosField, TextAreaField, TextField

#: The box “none of these”, which stands alone.
NONE = "none"
#: How many empty themes a code book page offers beside those there are.
MORE_THEMES = 3


class ReviewForm(Form):
    """What is to become of one text."""

    outcome = RadiosField(
        "What is to become of these words?",
        [
            Choice(Outcome.KEPT, "Keep them as they are", "Nothing in them points to a person."),
            Choice(Outcome.CUT, "Take words out", reveals="typed"),
            Choice(Outcome.OUT, "Take them out whole", "The other answers of the person stay."),
        ],
        required="Choose what is to become of these words",
    )
    typed = TextAreaField(
        "The words as they are to stand",
        description="Take out what points to a person and put […] there. What we noticed is taken out already.",
        longest=2000,
        rows=6,
    )


class BookForm(Form):
    """A code book: some themes, and a few empty ones. Fields are t1_name, t1_belongs, t1_example and so on."""

    for_all = BooleanField("For this question wherever it is asked, not only here")

    count: int

    def themes(self) -> list[dict[str, str]]:
        """What was typed, theme by theme."""
        return [
            {word: (self[f"t{number}_{word}"].data or "").strip() for word in ("name", "belongs", "example")}
            for number in range(1, self.count + 1)
        ]


def book_form(themes: Sequence[Mapping[str, str]], *, for_all: bool) -> BookForm:
    """The form of a code book with these themes and some empty ones."""
    count = len(themes) + MORE_THEMES
    fields: dict[str, Any] = {"count": count}
    data: dict[str, Any] = {"for_all": for_all}
    for number in range(1, count + 1):
        fields[f"t{number}_name"] = TextField(f"Name of theme {number}", longest=80)
        fields[f"t{number}_belongs"] = TextAreaField("What belongs in it", longest=400, rows=2)
        fields[f"t{number}_example"] = TextField("An example, made up", longest=200)
        if number <= len(themes):
            data |= {f"t{number}_{word}": themes[number - 1].get(word, "") for word in ("name", "belongs", "example")}
    made: type[BookForm] = type("BookForm", (BookForm,), fields)
    return made(data=data)


class CodingForm(Form):
    """The themes of some texts. Each text has its field: c_ and its id. `book` is the version the page was opened with."""

    book = HiddenField()

    texts: Sequence[Comment]

    def chosen(self) -> dict[str, list[str]]:
        """The themes ticked for each text where something was ticked; “none of these” is an empty list."""
        found = {}
        for text in self.texts:
            ticked = list(self[f"c_{text.id}"].data or [])
            if ticked:
                found[text.id] = [key for key in ticked if key != NONE]
        return found


def coding_form(texts: Sequence[Comment], book: CodeBook, chosen: Mapping[str, Sequence[str]]) -> CodingForm:
    """The form of a page of texts, filled with what was found in them before."""
    choices = [Choice(theme["key"], theme["name"]) for theme in book.themes]
    data: dict[str, Any] = {"book": str(book.id)}
    fields: dict[str, Any] = {"texts": texts}
    for number, text in enumerate(texts, start=1):
        fields[f"c_{text.id}"] = CheckboxesField(f"Themes of text {number}", [*choices, Choice(NONE, "None of these")])
        if text.id in chosen:
            known = [key for key in chosen[text.id] if key in book.keys]
            data[f"c_{text.id}"] = known or [NONE]
    made: type[CodingForm] = type("CodingForm", (CodingForm,), fields)
    return made(data=data)


class QuotesForm(Form):
    """Which sentences are published. Only what was ticked or unticked here is changed, so that nobody undoes another's tick."""

    quotes = CheckboxesField("Sentences to publish")
    #: The ids that were ticked when the page was opened.
    were = HiddenField()

    def ticked(self) -> set[str]:
        """The ids that are ticked now."""
        return set(self.quotes.data or ())

    def were_ticked(self) -> set[str]:
        """The ids that were ticked when the page was opened."""
        return set((self.were.data or "").split())
