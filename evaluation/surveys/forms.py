"""A page of questions as a form."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from hashlib import sha256
from typing import Any

from markupsafe import Markup, escape

from evaluation.surveys import questions, screening
from lms.forms import CheckboxesField, Choice, Form, HiddenField, NumberField, RadiosField, TextAreaField
from lms.words import listing


class PageForm(Form):
    """Fields are named by question key. `warned` says what somebody was warned about once already, so that the same words are
    let through the second time and others are not: question key and a short hash of what was found, “quote_text:1f0c9a2b”.
    """

    warned = HiddenField()

    asked: Sequence[questions.Question]
    #: The free texts the page warns about now.
    noticed: AbstractSet[str] = frozenset()

    def answers(self) -> dict[str, questions.Given]:
        """What was answered on this page; what was left empty is not there."""
        typed = {item.key: self[item.key].data for item in self.asked}
        # A number is held as it was typed, so that 0 is an answer.
        return {
            key: str(value) if isinstance(value, int) else value for key, value in typed.items() if value not in _EMPTY
        }

    def screen(self) -> bool:
        """Is there nothing new in the free texts that could point to one person? If there is, say so beside the field, once."""
        seen = set(self.warned.data.split()) if self.warned.data else set()
        found: dict[str, dict[str, str]] = {}
        for item in self.asked:
            if item.type in questions.WORDS:
                text = str(self[item.key].data or "")
                for one in screening.findings(text):
                    found.setdefault(item.key, {})[f"{item.key}:{_short_hash(text[one.start : one.end])}"] = one.kind
        self.noticed = {key for key, there in found.items() if not seen.issuperset(there)}
        for key in sorted(self.noticed, key=list(found).index):
            kinds = listing(list(dict.fromkeys(found[key].values())))
            self.refuse(f"Check your words: they may hold {kinds}", key)
        self.warned.data = " ".join(sorted(seen.union(*found.values())))
        return not self.noticed

    def marked(self, key: str) -> Markup:
        """A free text with what was found in it marked; empty if nothing was found."""
        text = str(self[key].data or "")
        found = screening.findings(text)
        if not found:
            return Markup()
        words = (
            Markup("<mark>{}</mark>").format(part) if marked else escape(part)
            for part, marked in screening.parts(text, found)
        )
        return Markup().join(words)


#: What a field holds where nothing was answered.
_EMPTY: tuple[object, ...] = (None, "", [])


def _short_hash(words: str) -> str:
    return sha256(words.casefold().encode()).hexdigest()[:8]


def page_form(page: questions.Page, answers: questions.Answers, seed: bytes) -> PageForm:
    """The form of a page, filled with what was answered before, knowledge items in one person's own order."""
    fields: dict[str, Any] = {"asked": page.questions}
    for item in page.questions:
        fields[item.key] = _field(item, seed)
    made: type[PageForm] = type("PageForm", (PageForm,), fields)
    form: PageForm = made(data=dict(answers))
    return form


def _field(item: questions.Question, seed: bytes) -> Any:
    if item.type in questions.WORDS:
        rows = 2 if item.longest <= 300 else 4
        return TextAreaField(item.wording, description=item.help, longest=item.longest, rows=rows)
    if item.type == "number":
        limits = f"A whole number from {item.least:,} to {item.most:,}."
        needed = f"Enter a number from {item.least:,} to {item.most:,}" if item.required else None
        hint = " ".join(filter(None, [item.help, limits]))
        return NumberField(item.wording, description=hint, least=item.least, most=item.most, required=needed)
    choices = [Choice(choice.code, choice.label) for choice in questions.in_order(item, seed)]
    which = f"for “{item.wording}”" if item.matrix else "to this question"
    needed = f"Select an answer {which}" if item.required else None
    kind = CheckboxesField if item.type in questions.MANY else RadiosField
    return kind(item.wording, choices, description=item.help, required=needed)
