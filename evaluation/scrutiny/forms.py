"""What is typed about challenges, notes and the quarterly report. All of it is screened: no child's name, no case."""

from collections.abc import Sequence
from typing import Any

from evaluation.improvement.screened import ASKED, ScreenedForm
from evaluation.scrutiny.models import ScrutinyReport
from evaluation.scrutiny.rules import STEPS
from evaluation.surveys.screening import findings
from lms.forms import Choice, DateField, HiddenField, RadiosField, SelectField, TextAreaField, TextField
from lms.organisations.models import PartnershipGroup
from lms.words import listing


class RaiseForm(ScreenedForm):
    """A question to a group."""

    screened = ("title", "question")

    group = SelectField("To which group?", empty="Choose a group", required="Choose a group")
    framework_step = RadiosField(
        "Which of the six steps is it about?",
        [Choice(str(one.number), one.title, one.asks) for one in STEPS],
        required="Choose one of the six steps",
    )
    title = TextField(
        "What is it about, in a few words?",
        required="Enter what it is about",
        longest=120,
        description="The title people find it by.",
    )
    question = TextAreaField("The question", required="Enter the question", longest=2000, rows=5)
    wanted_by = DateField(
        "By when is the answer wanted?",
        called="the day the answer is wanted by",
        required="Enter the day the answer is wanted by",
    )

    def __init__(self, groups: Sequence[PartnershipGroup], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.group.choices = [Choice(str(one.id), one.name) for one in groups]


class AnswerForm(ScreenedForm):
    """What the group answered."""

    screened = ("text",)

    text = TextAreaField("What did the group answer?", required="Enter the answer of the group", longest=4000, rows=6)
    dated = DateField("On which day?", called="the day of the answer", required="Enter the day of the answer")
    minute = TextField(
        "Minute reference", required="Enter the minute reference", longest=60, description="For example, LDS-2024-03.4."
    )


class JudgeForm(ScreenedForm):
    """Whether the answer satisfies, and why."""

    screened = ("why",)

    satisfied = RadiosField(
        "Does the answer satisfy you?",
        [Choice("yes", "Satisfied"), Choice("no", "Not satisfied", "It waits for the group again.")],
        required="Choose satisfied or not satisfied",
    )
    why = TextAreaField("Why?", required="Enter why. It is kept with your name", longest=2000, rows=4)


class ReopenForm(ScreenedForm):
    """Ask again."""

    screened = ("why",)

    why = TextAreaField("Why do you ask again?", required="Enter why. It is kept with your name", longest=2000, rows=4)
    wanted_by = DateField(
        "By when is the answer wanted?",
        called="the day the answer is wanted by",
        required="Enter the day the answer is wanted by",
    )


class WhyForm(ScreenedForm):
    """A reason."""

    screened = ("why",)

    why = TextAreaField("Why?", required="Enter why. It is kept with your name", longest=400, rows=3)


class NoteForm(ScreenedForm):
    """A note on one of the six steps."""

    screened = ("text",)

    text = TextAreaField(
        "Your note",
        required="Enter your note",
        longest=2000,
        rows=5,
        description="It is kept with your name. Add another where you think again.",
    )


class SeenForm(ScreenedForm):
    """A button, and which version it was pressed on."""

    seen = HiddenField()

    def version(self) -> int:
        """The number of the version the page showed; 0 where it is no number."""
        typed = self.seen.data or ""
        return int(typed) if typed.isdecimal() and len(typed) < 6 else 0


class ReportForm(SeenForm):
    """The texts of a report. Only typed lines are screened: those the rule drafted hold days and figures of ours."""

    known: frozenset[str] = frozenset()
    parts: tuple[str, ...] = ()

    def validate(self, extra_validators: Any = None) -> bool:
        """What every form checks, and whether a new line could point to somebody."""
        fine = bool(super().validate(extra_validators))
        for part in self.parts:
            typed = "\n".join(line for line in (self[part].data or "").splitlines() if line.strip() not in self.known)
            found = findings(typed)
            never = [one for one in found if one.kind not in ASKED]
            self.asks = self.asks or len(never) < len(found)
            wrong = never or (found if not self.names_nobody.data else [])
            if wrong:
                fine = False
                seen = listing([f"“{typed[one.start : one.end]}” ({one.kind})" for one in wrong[:3]])
                self.refuse(
                    f"This may point to somebody: {seen}. Take it out, or say below that it points to nobody", part
                )
        return fine


def report_form(report: ScrutinyReport, parts: Sequence[tuple[str, str]]) -> ReportForm:
    """The form of a report: one text for each part."""
    fields: dict[str, Any] = {key: TextAreaField(title, longest=6000, rows=6) for key, title in parts}
    current = report.current
    made = type("OneReportForm", (ReportForm,), fields)
    form: ReportForm = made(data=current.texts | {"seen": str(current.number)})
    form.parts = tuple(key for key, _ in parts)
    texts = [*current.texts.values(), *current.drafted.values()]
    form.known = frozenset(line.strip() for text in texts for line in text.splitlines())
    return form
