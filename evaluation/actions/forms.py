"""What is typed about actions. Every free text is looked through: never a child’s name or case data."""

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

from markupsafe import Markup, escape

from evaluation.actions import queries, smart
from evaluation.actions.models import Action, EvidenceKind, Outcome, Outlook
from evaluation.improvement.screened import ScreenedForm
from lms.files import EVIDENCE, MOST_BYTES
from lms.forms import (
    CheckboxesField,
    Choice,
    DateField,
    FileField,
    HiddenField,
    RadiosField,
    SelectField,
    TextAreaField,
    TextField,
)
from lms.organisations.queries import organisations, priorities

MONTHS = "Months are enough, like “by March 2025”."


class ActForm(ScreenedForm):
    """A form of one thing done to an action. `inside` names its fields that a choice of another reveals."""

    inside: ClassVar[tuple[str, ...]] = ()

    def shown(self) -> list[Any]:
        """Its fields in the order of the page, without those that are drawn elsewhere."""
        hidden = {"csrf_token", "names_nobody", *self.inside}
        return [field for field in self if field.name not in hidden and not isinstance(field, HiddenField)]


class ActionForm(ActForm):
    """An action as it is to be, with help to word it so that it can be checked."""

    screened: ClassVar[tuple[str, ...]] = ("wording", "success", "long_term_why")
    inside = ("due", "long_term_why")

    wording = TextAreaField(
        "What exactly is to be done?",
        required="Enter what is to be done",
        longest=1000,
        rows=3,
        description=f"One thing, begun with a verb. {MONTHS}",
    )
    success = TextAreaField(
        "By what will it be seen?",
        longest=1000,
        rows=3,
        description="What will be different, and where it can be read: a number, an audit, a survey, a report.",
    )
    recommendations = CheckboxesField("Why it matters: the recommendations it answers")
    owner_group = SelectField(
        "Which group answers for it?", required="Select the group that answers for it", empty="Select a group"
    )
    owner_email = TextField(
        "Work email of the person who carries it out (optional)",
        longest=254,
        description="They report on it on their own page, and are reminded.",
    )
    owner_organisation = SelectField("Agency or school that carries it out (optional)", empty="No agency or school")
    ends = RadiosField(
        "Until when?",
        [
            Choice("day", "By a day", reveals="due"),
            Choice("none", "No day is set yet"),
            Choice(
                "long",
                "No end date is right: long-term cultural change",
                "It stays open, is reported on, and is never overdue.",
                reveals="long_term_why",
            ),
        ],
        required="Select until when",
    )
    due = DateField("The day it is due", called="the day it is due")
    long_term_why = TextField("Why no end date is right", longest=400)
    priority = SelectField("Which priority of the delivery plan? (optional)", empty="None of them")

    def __init__(self, data: dict[str, Any], action: Action | None = None) -> None:
        super().__init__(data=data)
        self.recommendations.choices = [
            Choice(str(one.id), f"{one.reference}: {one.headline}") for one in queries.recommendations(action)
        ]
        self.owner_group.choices = [Choice(str(one.id), one.name) for one in queries.groups()]
        self.owner_organisation.choices = [Choice(str(one.id), one.name) for one in organisations()]
        self.priority.choices = [Choice(str(one.id), f"{one.number}. {one.name}") for one in priorities()]

    @property
    def day(self) -> date | None:
        """The day it is due, where one is."""
        return self.due.data if self.ends.data == "day" else None

    def validate(self, extra_validators: Any = None) -> bool:
        """What every form of the log checks, and that what is chosen is filled in."""
        fine = super().validate(extra_validators)
        if self.ends.data == "day" and not self.due.data and not self.due.errors:
            self.refuse("Enter the day it is due", "due")
            fine = False
        if self.ends.data != "day":
            self.due.errors = []
            fine = not self.problems
        return fine

    def advice(self) -> dict[str, list[str]]:
        """What could be sharper, by field."""
        return smart.advice(
            wording=self.wording.data or "",
            success=self.success.data or "",
            due=self.day,
            long_term=self.ends.data == "long",
        )

    def hint(self, name: str, advice: dict[str, list[str]]) -> Markup:
        """What stands beside a field: what it is for, and what could be sharper in what was typed."""
        said = [str(escape(self[name].description)), *(f"<b>{escape(one)}</b>" for one in advice.get(name, ()))]
        return Markup("<br>".join(one for one in said if one))  # noqa: S704  each part is escaped


class NewForm(ActionForm):
    """An action that is not in the log yet."""

    reference = TextField("Reference", required="Enter a reference", longest=40)
    decided_on = DateField("When was it agreed?", called="the day it was agreed", required="Enter when it was agreed")


class ChangeForm(ActionForm):
    """An action of the log, said otherwise."""

    screened: ClassVar[tuple[str, ...]] = ("wording", "success", "long_term_why", "why")

    why = TextField(
        "Why it is changed",
        longest=400,
        description="Needed where its date changes. It stands in the history, beside the old date and the new one.",
    )
    #: What the action was when the page was opened.
    seen = HiddenField()


class UpdateForm(ActForm):
    """What is reported on an action."""

    screened: ClassVar[tuple[str, ...]] = ("text",)

    text = TextAreaField(
        "What is done, and what is in the way?", required="Enter what is to be reported", longest=1500, rows=4
    )
    dated = DateField(
        "Which day is this about?",
        called="the day",
        required="Enter the day it is about",
        description="Today, or earlier where you write down what was said then.",
    )
    outlook = RadiosField(
        "Will it be done in time?",
        [
            Choice(Outlook.ON_TRACK.value, "Yes, it is on track"),
            Choice(Outlook.SLIPPING.value, "It is slipping"),
            Choice("", "I cannot say, or it has no date"),
        ],
    )


class EvidenceForm(ActForm):
    """A file or a link that shows something."""

    screened: ClassVar[tuple[str, ...]] = ("shows",)

    kind = RadiosField(
        "What does it show?",
        [
            Choice(
                EvidenceKind.DOING.value,
                "That something was done",
                "A programme, a register, a guide that was published",
            ),
            Choice(
                EvidenceKind.EFFECT.value,
                "What effect it had",
                "A re-audit, figures before and after, what people say they do now. Only this can close an action.",
            ),
        ],
        required="Select what it shows",
    )
    shows = TextField(
        "What it shows, in one sentence",
        required="Enter what it shows",
        longest=400,
        description="Both numbers of a share, like “16 of 24 files, 9 of 24 before”.",
    )
    about_on = DateField(
        "Which day is it about?",
        called="the day it is about",
        required="Enter the day it is about",
        description="The day of the audit, say. When it was added is kept apart.",
    )
    expires_on = DateField(
        "From which day does it no longer count? (optional)",
        called="the day from which it no longer counts",
        description="Where what it shows goes out of date.",
    )
    file = FileField("A file")
    url = TextField("Or a link", longest=500, description="A whole address that begins with https://")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.file.render_kw = {"accept": ",".join(f".{kind.ending}" for kind in EVIDENCE)}
        self.file.description = (
            f"{', '.join(kind.ending for kind in EVIDENCE)}; up to {MOST_BYTES // 1_000_000} MB. Nothing about a child or a "
            "family may be in it: leave such pages out."
        )


class TakeBackForm(ActForm):
    """Why a piece of evidence no longer counts."""

    screened: ClassVar[tuple[str, ...]] = ("why",)

    why = TextField("Why does it no longer count?", required="Enter why it no longer counts", longest=400)


class DoneForm(ActForm):
    """What was done, on which day."""

    screened: ClassVar[tuple[str, ...]] = ("what", "why")

    done_on = DateField("When was it done?", called="the day it was done", required="Enter when it was done")
    what = TextField("What was done?", required="Enter what was done", longest=300)
    why = TextField("Where nothing shows it: why not, and how do you know?", longest=400)


class JudgeForm(ActForm):
    """What the evidence says."""

    screened: ClassVar[tuple[str, ...]] = ("said",)
    inside = ("review_on",)

    outcome = RadiosField(
        "What does the evidence say?",
        [
            Choice(Outcome.BETTER.value, "Better"),
            Choice(Outcome.NO_CLEAR_CHANGE.value, "No clear change"),
            Choice(Outcome.WORSE.value, "Worse"),
            Choice(
                Outcome.NOT_ENOUGH_EVIDENCE.value,
                "Not enough evidence yet",
                "It stays done, and comes up again on a day you name.",
                reveals="review_on",
            ),
        ],
        required="Select what the evidence says",
    )
    review_on = DateField("When is the evidence looked at again?", called="the day it is looked at again")
    said = TextAreaField(
        "How do you come to that?",
        required="Enter how you come to that",
        longest=1000,
        rows=3,
        description="Which evidence, and what it cannot tell.",
    )
    minute = TextField("Minute reference (optional)", longest=60, description="Like LDS-2024-03.4")

    def validate(self, extra_validators: Any = None) -> bool:
        """A day is only read where one is needed."""
        fine = super().validate(extra_validators)
        if self.outcome.data != Outcome.NOT_ENOUGH_EVIDENCE:
            self.review_on.errors = []
            fine = not self.problems
        return fine


class ReopenForm(ActForm):
    """Why an action is opened again."""

    screened: ClassVar[tuple[str, ...]] = ("why",)

    whole = RadiosField(
        "What is open again?",
        [
            Choice("whole", "The action: more is to be done"),
            Choice("effect", "Only the question what it changed"),
        ],
        required="Select what is open again",
    )
    why = TextField("Why is it opened again?", required="Enter why it is opened again", longest=400)

    def __init__(self, *, closed: bool) -> None:
        super().__init__()
        if not closed:
            del self["whole"]


class AskForm(ActForm):
    """A question to a group."""

    screened: ClassVar[tuple[str, ...]] = ("question",)

    group = SelectField("Which group is asked?", required="Select a group", empty="Select a group")
    question = TextAreaField(
        "What is asked of it?",
        required="Enter the question",
        longest=1000,
        rows=3,
        description="One question that it can answer: what is to be decided, by whom, and what stands in the way.",
    )

    def __init__(self, *, proposed: str) -> None:
        super().__init__(data={"group": proposed})
        self.group.choices = [Choice(str(one.id), one.name) for one in queries.groups()]


class AnswerForm(ActForm):
    """What a group answered."""

    screened: ClassVar[tuple[str, ...]] = ("text",)

    text = TextAreaField("What did it answer?", required="Enter the answer", longest=1000, rows=3)
    answered_on = DateField("When?", called="the day it answered", required="Enter the day it answered")
    minute = TextField("Minute reference (optional)", longest=60, description="Like EXE-2024-05.2")


class NeedForm(ActForm):
    """Another action that has to be done first."""

    needs = SelectField("Which action has to be done first?", required="Select an action", empty="Select an action")

    def __init__(self, *, action: Action, log: Sequence[Action]) -> None:
        super().__init__()
        self.needs.choices = [
            Choice(one.reference, f"{one.reference} {one.wording}"[:120]) for one in log if one.id != action.id
        ]


class SureForm(ActForm):
    """A button that does what the page says."""


def filled_from(action: Action) -> dict[str, Any]:
    """What the form of an action that is there opens with."""
    return {
        "wording": action.wording,
        "success": action.success,
        "recommendations": [str(one.id) for one in action.recommendations],
        "owner_group": str(action.owner_group_id),
        "owner_email": action.owner_person.email if action.owner_person else "",
        "owner_organisation": str(action.owner_organisation_id or ""),
        "ends": "long" if action.long_term else "day" if action.due else "none",
        "due": action.due,
        "long_term_why": action.long_term_why,
        "priority": str(action.priority_id or ""),
        "seen": queries.fingerprint(action),
    }
