"""The form of a question: the fields its kind needs, and what is wrong with what was typed, each sentence beside its field."""

from collections.abc import Iterable, Mapping
from typing import Any

from evaluation.question_sets import rules, writing
from evaluation.question_sets.forms import DraftForm
from evaluation.question_sets.rules import Item
from evaluation.question_sets.writing import Kind
from evaluation.surveys.questions import LONGEST, Document
from lms.forms import BooleanField, Choice, NumberField, RadiosField, SelectField, TextAreaField, TextField

#: The longest a question may be, and a choice.
LONGEST_QUESTION, LONGEST_CHOICE = 500, 200
OWN = "own"


class QuestionForm(DraftForm):
    """A question of one kind. Fields another kind would need are not there (`question_form`)."""

    wording = TextAreaField("The question", required="Write the question", longest=LONGEST_QUESTION, rows=3)
    help = TextField("A line of help under it", longest=300)
    short = TextField("In tables and charts it is called", longest=60, description="A few words. It may stay empty.")
    level = RadiosField("Level", required="Choose a level")
    right = TextAreaField("The right answer", required="Enter the right answer", longest=LONGEST_CHOICE, rows=2)
    choice_list = SelectField("Choices")
    own_choices = TextAreaField("Choices of its own, one to a line", rows=6)
    apart = TextAreaField(
        "Choices that stand apart, one to a line",
        rows=2,
        description="Such as “I had no opportunity …”: counted by themselves, and never as 0.",
    )
    exclusive = TextAreaField(
        "Answers that rule out the others, one to a line",
        rows=2,
        description="Such as “None of these”. They stand last.",
    )
    rows = TextAreaField("Rows, one to a line", rows=5)
    reason = TextAreaField(
        "Why it is right",
        required="Say why it is right",
        longest=500,
        rows=3,
        description="People read it after the course.",
    )
    least = NumberField("The least", least=-100_000, most=100_000)
    most = NumberField("The most", required="Enter the most", least=-100_000, most=100_000)
    longest = NumberField("Characters at most", required="Enter how many characters", least=10, most=800)
    direction = RadiosField("Which way is better?", [Choice(value, words) for value, words in rules.DIRECTIONS.items()])
    required = BooleanField("It must be answered")
    pairs = BooleanField("It is asked in the same words in several waves, and the answers of one person are compared")
    poor_when = TextField(
        "When is the answer poor?",
        longest=200,
        description="For example: the lowest two answers from 1 in 4 people or more.",
    )
    poor_do = TextAreaField("What will be done then?", longest=300, rows=2)
    poor_who = SelectField("Who does it?")

    kind: Kind
    unasked: bool = True

    def offer(self, document: Document) -> None:
        """What there is to choose from."""
        self.level.choices = [
            Choice(value, words)
            for value, words in rules.LEVELS.items()
            if (value == "consent") is (self.kind.type == "quote")
        ]
        who = writing.WHO | {
            str(use["who"]): str(use["who"]).replace("_", " ").capitalize()
            for item in document["questions"]
            if (use := item.get("if_poor")) and use.get("who") and use["who"] not in writing.WHO
        }
        if "poor_who" in self:
            self.poor_who.choices = [Choice(value, words) for value, words in who.items()]
        if "choice_list" in self:
            lists = document["choice_lists"].items()
            named = [Choice(key, f"{one.get('name', key)}: {_some(one)}") for key, one in lists if one.get("ordered")]
            self.choice_list.choices = [Choice(OWN, "Its own, below"), *named]

    def given(self) -> dict[str, Any]:
        """What was typed."""
        typed = {field.short_name: field.data for field in self}
        typed["choice_list"] = "" if typed.get("choice_list") in (OWN, None) else typed["choice_list"]
        return typed

    def validate(self, extra_validators: Any = None) -> bool:
        """Is it whole? Choices in words, a use, a right answer among others: each with its sentence beside the field."""
        fine = bool(super().validate(extra_validators))
        given = self.given()
        refusals: list[tuple[str, str]] = []
        if "own_choices" in self and not given["choice_list"] and self.unasked:
            refusals += self._wrong_choices(given)
        if "rows" in self and len(writing.lines(given["rows"])) < 2:
            refusals.append(("Enter at least two rows, one to a line", "rows"))
        if "least" in self and (given["least"] or 0) >= (given["most"] or 0) and given["most"] is not None:
            refusals.append(("The most must be larger than the least", "most"))
        if self.kind.type in rules.MUST_HAVE_A_USE:
            sentence = "Say what will be done if the answer is poor: a question nobody would act on is not asked"
            refusals += [(sentence, name) for name in ("poor_when", "poor_do") if not given[name]]
        for sentence, field in refusals:
            self.refuse(sentence, field)
        return fine and not refusals

    def _wrong_choices(self, given: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
        own = writing.lines(given["own_choices"])
        everything = own + writing.lines(given.get("apart")) + writing.lines(given.get("exclusive"))
        if given.get("right"):
            everything.append(given["right"])
        bare = next((label for label in everything if rules.is_bare(label)), None)
        if bare is not None:
            yield f"“{bare}” is a bare number: say in words what somebody who chooses it does or knows", "own_choices"
        elif len(own) < (2 if self.kind.type != "knowledge" else 1):
            yield "Enter at least two choices, one to a line", "own_choices"
        elif len(set(everything)) < len(everything):
            yield "The same words stand there twice", "own_choices"
        elif any(len(label) > LONGEST_CHOICE for label in everything):
            yield f"Keep each choice under {LONGEST_CHOICE} characters", "own_choices"


def _some(one: Mapping[str, Any]) -> str:
    """A list of choices in short: its first and its last."""
    labels = [choice["label"] for choice in one["choices"]]
    words = f"“{labels[0]}” to “{labels[-1]}”" if labels else ""
    return words if len(words) <= 90 else f"{words[:87]}…"


#: Fields only some types of question have.
ONLY_FOR = {
    "choice_list": {"rating", "matrix"},
    "own_choices": {"rating", "matrix", "single", "multiple", "knowledge"},
    "apart": {"rating", "matrix"},
    "exclusive": {"multiple"},
    "rows": {"matrix"},
    "right": {"knowledge"},
    "reason": {"knowledge"},
    "least": {"number"},
    "most": {"number"},
    "longest": {*LONGEST},
    "short": {"rating"},
    "direction": {"rating", "matrix", "number"},
    "pairs": {"rating", "knowledge", "single", "number"},
    "required": {"rating", "knowledge", "single", "multiple", "matrix", "number"},
    "poor_when": set(rules.TYPES) - {"quote", "consent"},
    "poor_do": set(rules.TYPES) - {"quote", "consent"},
    "poor_who": set(rules.TYPES) - {"quote", "consent"},
}


def question_form(kind: Kind, document: Document, item: Item | None) -> QuestionForm:
    """The form of one kind of question, filled with what it says now, or with what its kind begins with."""
    data = writing.typed(document, item) if item else _beginning(kind, document)
    data["choice_list"] = data["choice_list"] or OWN
    form = QuestionForm(data=data)
    form.kind = kind
    form.unasked = "options_from" not in (item or {})
    gone = {name for name, types in ONLY_FOR.items() if kind.type not in types}
    if item and (item.get("show_if") or item.get("rows_from")):
        gone.add("required")
    if item and item.get("rows_from"):
        gone.add("rows")
    if not form.unasked:
        gone |= {"own_choices", "exclusive"}
    for name in gone:
        del form[name]
    if kind.type == "knowledge":
        form.own_choices.label.text = "The other answers, one to a line"
        form.own_choices.description = (
            "“I do not know yet” is added by itself. Each person meets the answers in another order."
        )
    if kind.type in ("rating", "matrix"):
        form.own_choices.description = (
            "From the lowest to the highest. Each says what somebody does, knows or saw: “I know the first step, then I would "
            "need help”, and never a bare number."
        )
    if kind.type in LONGEST:
        form.longest.description = f"{LONGEST[kind.type]} at most."
    form.offer(document)
    return form


def _beginning(kind: Kind, document: Document) -> dict[str, Any]:
    listed = kind.choices if kind.choices in document["choice_lists"] else ""
    return {
        "level": kind.level,
        "direction": kind.direction,
        "choice_list": listed,
        "pairs": kind.pairs,
        "least": 0,
        "longest": LONGEST.get(kind.type, 0),
        "poor_who": next(iter(writing.WHO)),
    }
