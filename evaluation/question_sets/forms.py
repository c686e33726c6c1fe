"""What is typed on the pages of question sets. Every form of a draft carries the revision it was opened at."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from evaluation.question_sets import writing
from evaluation.question_sets.rules import Item
from lms.forms import (
    CheckboxesField,
    Choice,
    FilterForm,
    Form,
    HiddenField,
    NumberField,
    RadiosField,
    SelectField,
    TextAreaField,
    TextField,
)


class DraftForm(Form):
    """A step in a draft."""

    revision = HiddenField()

    @property
    def seen(self) -> int:
        """The revision that was seen; no revision is like this where none was sent."""
        text = str(self.revision.data or "")
        return int(text) if text.isdecimal() else -1


class NewSet(Form):
    """A set to begin."""

    title = TextField("What is it called?", required="Enter a name, such as “Neglect course 2025”", longest=80)
    begin = RadiosField(
        "Begin with",
        [
            Choice("library", "Everything in the library", "Change it and take out what you do not need."),
            Choice("empty", "Nothing", "Add waves, and take in questions one by one."),
        ],
        required="Choose what to begin with",
    )


class NameSet(DraftForm):
    """What officers call a set."""

    title = TextField("What is it called?", required="Enter a name", longest=80)


class Publish(DraftForm):
    """The sentence that stands beside a version."""

    changed = TextField(
        "What changes with this version, in one sentence",
        required="Say in one sentence what changes",
        longest=300,
        description="It stands beside the version from then on.",
    )


class PageTitle(DraftForm):
    """A page of a wave."""

    title = TextField("Title of the page", required="Enter a title, such as “How ready you are”", longest=80)


class OwnPages(DraftForm):
    """A course that is asked pages of its own."""

    course = SelectField("Course", required="Choose a course", empty="Choose a course")

    def offer(self, courses: Iterable[tuple[str, str]]) -> None:
        """Which courses there are: code and title."""
        self.course.choices = [Choice(code, f"{title} ({code})") for code, title in courses]


class WaveForm(DraftForm):
    """When a wave opens, reminds and closes, whom it asks, and what people read first."""

    name = TextField("Name", required="Enter a name, such as “6 to 8 weeks after”", longest=80)
    called = TextField(
        "What letters call it",
        longest=60,
        required="Enter what letters call it, such as “6-week questions”",
        description="As in “your 6-week questions are open until …”.",
    )
    asks = RadiosField(
        "Who is asked?",
        [Choice(value, words) for value, words in writing.ASKS.items()],
    )
    opens = SelectField("It opens", [Choice(value or "officer", words) for value, words in writing.OPENS.items()])
    opens_count = NumberField("How many", least=-600, most=600)
    closes = SelectField("It closes", [Choice(value, words) for value, words in writing.CLOSES.items()])
    closes_count = NumberField("How many", least=0, most=600)
    first_when = SelectField("First reminder", [Choice(value, words) for value, words in writing.REMINDS.items()])
    first = NumberField("Days", least=0, most=600)
    second_when = SelectField("Second reminder", [Choice(value, words) for value, words in writing.REMINDS.items()])
    second = NumberField("Days", least=0, most=600)
    minutes = NumberField("Minutes it takes", required="Enter how many minutes it takes", least=1, most=60)
    intro = TextAreaField(
        "What people read first",
        required="Write why they are asked and what is known of them",
        longest=1500,
        rows=8,
        description=Markup("<code>{{course_title}}</code> stands for the title of the course."),
    )

    def fill(self, wave: Item) -> None:
        """Show a wave as it is."""
        opens, closes = wave.get("opens_rule") or {}, wave.get("closes_rule") or {}
        self.opens.data, self.opens_count.data = _moment(opens) if opens else ("officer", None)
        if closes:
            self.closes.data, self.closes_count.data = _moment(closes)
        elif not opens:
            self.closes.data = "days_after_open"
        reminders = [next(iter(one.items())) for one in wave.get("reminders", [])][:2]
        for (name, days), when, count in zip(
            reminders, (self.first_when, self.second_when), (self.first, self.second), strict=False
        ):
            when.data, count.data = name, days

    def wave(self, old: Item | None) -> dict[str, Any]:
        """What was typed, as the document has it; None takes a word away."""
        moment = "" if self.opens.data == "officer" else str(self.opens.data)
        opens = writing.rule_from(moment, self.opens_count.data or 0, closes=False) if moment else None
        typed = self.closes_count.data is not None
        closes = writing.rule_from(str(self.closes.data), self.closes_count.data or 0, closes=True) if typed else None
        said = old or {}
        return {
            "name": self.name.data,
            "called": self.called.data,
            "asks": self.asks.data or None,
            "opens": writing.rule_words(opens) if opens else said.get("opens", "set by the officer"),
            "opens_rule": opens,
            "closes": writing.rule_words(closes) if closes else said.get("closes", "set by the officer"),
            "closes_rule": closes,
            "reminders": [
                {str(when.data): count.data}
                for when, count in ((self.first_when, self.first), (self.second_when, self.second))
                if count.data
            ],
            "minutes": self.minutes.data,
            "intro": self.intro.data,
        }

    def validate(self, extra_validators: Any = None) -> bool:
        """Does it close after it opens, and is every number there that is needed?"""
        fine = bool(super().validate(extra_validators))
        if self.opens.data not in ("officer", "place_confirmed") and self.opens_count.data is None:
            self.refuse("Enter how many", "opens_count")
            fine = False
        if self.opens.data != "officer":
            if self.closes_count.data is None:
                self.refuse("Enter how many", "closes_count")
                fine = False
            if not self.asks.data:
                self.refuse("Choose who is asked", "asks")
                fine = False
            if self.closes.data == "days_after_open":
                self.refuse("Choose a moment counted from the session, as it opens by itself", "closes")
                fine = False
        return fine


def _moment(rule: Mapping[str, Any]) -> tuple[str, int | None]:
    if rule.get("place_confirmed"):
        return "place_confirmed", None
    return next((name, int(rule[name])) for name in rule if name != "at")


class OnlyAfter(DraftForm):
    """After which answers a question is asked."""

    answers = CheckboxesField("After which answers?")


class WordsForm(DraftForm):
    """English words beside the other language; its fields are made by `words_form`."""

    def said(self, texts: Sequence[str]) -> dict[str, str]:
        """What was typed for each text."""
        return {text: str(self[f"words{place}"].data or "") for place, text in enumerate(texts)}


def words_form(texts: Sequence[str], words: Mapping[str, str]) -> WordsForm:
    """A field for each of these texts."""
    fields: dict[str, Any] = {
        f"words{place}": TextAreaField(text, rows=1 if len(text) < 70 else 3, longest=max(300, 3 * len(text)))
        for place, text in enumerate(texts)
    }
    made: type[WordsForm] = type("WordsForm", (WordsForm,), fields)
    form: WordsForm = made(data={f"words{place}": words.get(text, "") for place, text in enumerate(texts)})
    return form


class AddLanguage(DraftForm):
    """A language more."""

    language = SelectField("Language", required="Choose a language", empty="Choose a language")

    def offer(self, languages: Iterable[tuple[str, str]]) -> None:
        """The languages that may be added: code and name."""
        self.language.choices = [Choice(code, name) for code, name in languages]


class TakeIn(FilterForm):
    """Where a question of the library is to be asked: page of a wave, or nowhere yet."""

    where = SelectField("Ask what you take in")

    def offer(self, places: Collection[tuple[str, str]]) -> None:
        """The pages there are: value and words."""
        self.where.choices = [Choice("", "Nowhere yet"), *(Choice(value, words) for value, words in places)]


class Compare(FilterForm):
    """Two versions to compare."""

    before = SelectField("From")
    after = SelectField("To")
