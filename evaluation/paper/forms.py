"""The form an officer types a paper into: one short box a question, in the order of the paper."""

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from evaluation.paper import rules
from evaluation.surveys import questions
from evaluation.surveys.forms import PageForm
from lms.errors import RuleBroken
from lms.forms import BooleanField, TextAreaField, TextField


class PaperForm(PageForm):
    """Its free texts are looked at like those that are typed by people themselves."""

    code = TextField("Code on the paper", longest=20, description="10 letters and digits, like 23456-789AS.")
    without_code = BooleanField("It has no code, or the code cannot be read")
    late = BooleanField("It was handed in after the closing day")

    def answers(self) -> dict[str, questions.Given]:
        """What was typed, by question. What cannot be read is refused beside its box and left out."""
        found: dict[str, questions.Given] = {}
        for item in self.asked:
            try:
                given = rules.read_typed(item, str(self[item.key].data or ""))
            except RuleBroken as no:
                self.refuse(str(no), item.key)
                continue
            if given is not None:
                found[item.key] = given
        return found

    def check_code(self) -> bool:
        """Is there either a code that can be one, or a tick that there is none? If not, say so beside the field."""
        if self.without_code.data:
            if self.code.data:
                self.refuse("Enter the code, or tick that there is none: not both.", "code")
            return not self.code.data
        if not self.code.data:
            self.refuse("Enter the code on the paper, or tick that it has none.", "code")
            return False
        try:
            rules.read_code(self.code.data)
        except RuleBroken as no:
            self.refuse(str(no), "code")
            return False
        return True


def paper_form(pages: Sequence[questions.Page], *, takes_late: bool) -> PaperForm:
    """The form of a paper; `takes_late` where a paper may have been handed in after the closing day."""
    items = [item for page in pages for item in page.questions]
    fields: dict[str, Any] = {"asked": items}
    for _, found in rules.on_paper(pages):
        for one in found:
            fields[one.question.key] = _field(one)
    if not takes_late:
        fields["late"] = None
    made: type[PaperForm] = type("MadePaperForm", (PaperForm,), fields)
    form: PaperForm = made()
    return form


def _field(one: rules.Numbered) -> Any:
    item = one.question
    matrix = getattr(item, "matrix", None)
    above = f"{matrix.wording} " if matrix else ""
    label = f"{one.number}. {above}{item.wording}"
    if item.type in questions.WORDS:
        return TextAreaField(label, longest=item.longest, rows=2, description="As it stands on the paper.")
    several = Markup("Several, with commas between. ") if item.type in questions.MANY else Markup()
    # Non-breaking: a number never stands at the end of a line, away from its words.
    choices = [
        Markup("<strong>{}</strong>&nbsp;{}").format(place, choice.label)
        for place, choice in enumerate(item.choices, 1)
    ]
    return TextField(label, longest=60, description=several + Markup(" &ensp;").join(choices))
