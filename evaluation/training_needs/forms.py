"""What is typed about proposals, their decision, and the yearly returns."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from evaluation.improvement.screened import ScreenedForm
from evaluation.training_needs.models import Asks, ProposalKind, ProposalState, ReturnTopic
from evaluation.training_needs.operations import Draft
from evaluation.training_needs.rules import DECISIONS, WORDS, check_figure, topics_of
from lms.charges.rules import read_pounds
from lms.errors import RuleBroken
from lms.forms import Choice, DateField, Form, NumberField, RadiosField, SelectField, TextAreaField, TextField
from lms.organisations.models import PartnershipGroup


class ProposalForm(ScreenedForm):
    """What is proposed to a group."""

    screened: ClassVar[tuple[str, ...]] = ("title", "reason")

    kind = RadiosField(
        "What is proposed?", [Choice(one.value, one.label) for one in ProposalKind], required="Select what is proposed"
    )
    title = TextField("In a few words", required="Enter what is proposed in a few words", longest=120)
    reason = TextAreaField("Why?", required="Enter the reason", longest=1500, rows=4)
    expected = NumberField(
        "How many people is it for?", most=100_000, description="Leave it empty where nobody can say."
    )
    cost = TextField(
        "What would it cost, in pounds?",
        longest=12,
        description="An estimate, like 1,200. Leave it empty where there is none.",
    )
    needed_by = DateField("Needed by", called="the day it is needed by")
    group = SelectField("Who decides?", required="Select the group that decides")

    def __init__(self, data: Mapping[str, object], groups: Sequence[PartnershipGroup]) -> None:
        super().__init__(data=dict(data))
        self.group.choices = [Choice(one.key, one.name) for one in groups]

    def draft(self) -> Draft | None:
        """What was filled in; None, with the field marked, where the sum cannot be read."""
        try:
            pence = read_pounds(self.cost.data) if self.cost.data else None
        except RuleBroken as no:
            self.refuse(str(no), "cost")
            return None
        return Draft(
            kind=ProposalKind(self.kind.data),
            title=self.title.data or "",
            reason=self.reason.data or "",
            expected=self.expected.data,
            cost_pence=pence,
            needed_by=self.needed_by.data,
        )


class DecideForm(ScreenedForm):
    """What the group decided."""

    screened: ClassVar[tuple[str, ...]] = ("why", "by")

    outcome = RadiosField(
        "What did the group decide?",
        [Choice(one.value, WORDS[one]) for one in DECISIONS],
        required="Select what was decided",
    )
    by = TextField("Who decided?", required="Enter who decided", longest=200)
    minute = TextField(
        "Minute reference", required="Enter the minute reference", longest=60, description="Like LDS-2024-03.4."
    )
    decided_on = DateField("Decided on", called="the day it was decided", required="Enter the day it was decided")
    why = TextAreaField("Why?", required="Enter the reason", longest=1000, rows=3)
    again_on = DateField("If it is put off: when does it come back?", called="the day it comes back")

    def chosen(self) -> ProposalState:
        """The outcome."""
        return ProposalState(self.outcome.data)


class WithdrawForm(ScreenedForm):
    """Why a proposal is taken back."""

    screened: ClassVar[tuple[str, ...]] = ("why",)

    why = TextAreaField("Why is it withdrawn?", required="Enter the reason", longest=500, rows=3)


class SourceForm(ScreenedForm):
    """The recommendation an accepted proposal becomes."""

    screened: ClassVar[tuple[str, ...]] = ("headline", "wording")

    headline = TextField("Its headline", required="Enter a headline", longest=120)
    wording = TextAreaField("What should change?", required="Enter what should change", longest=1000, rows=3)
    due = DateField("Due", called="the day it is due")


class SnapshotForm(ScreenedForm):
    """A word about a kept analysis."""

    screened: ClassVar[tuple[str, ...]] = ("note",)

    note = TextField(
        "What is it kept for?", longest=200, description="Such as “Before the meeting of November”. May stay empty."
    )


class RoundForm(ScreenedForm):
    """A new round of yearly returns."""

    screened: ClassVar[tuple[str, ...]] = ("topics",)

    year = NumberField("Year", required="Enter the year", least=2000, most=2100)
    deadline = DateField("Last day", called="the last day", required="Enter the last day")
    whom = RadiosField("Who is asked?", [Choice(one.value, one.label) for one in Asks], required="Select who is asked")
    topics = TextAreaField(
        "Training that is asked about",
        required="Enter the training that is asked about",
        longest=3000,
        rows=6,
        description="One topic on each line: training that organisations give their own staff. For each they enter how many "
        "staff are in scope and how many of them are trained.",
    )

    def names(self) -> list[str]:
        """The topics, in order."""
        return topics_of(self.topics.data or "")


class DeadlineForm(Form):
    """Another last day."""

    deadline = DateField("Last day", called="the last day", required="Enter the last day")


class ReturnForm(ScreenedForm):
    """What an organisation returns; `return_form` adds two numbers for each topic."""

    screened: ClassVar[tuple[str, ...]] = ("evaluates", "needs")
    topics: ClassVar[Sequence[tuple[int, str]]] = ()

    evaluates = TextAreaField(
        "How do you see whether this training works?", longest=1500, rows=4,
        description="Such as questions afterwards, dip samples, supervision. Leave it empty where you do not.",
    )  # fmt: skip
    needs = TextAreaField(
        "Which learning do your staff need that they cannot get?", longest=1500, rows=4,
        description="Please name no child, family or member of staff.",
    )  # fmt: skip

    def pairs(self) -> list[tuple[int, str, Any, Any]]:
        """Each topic with its two fields."""
        return [(number, name, self[f"scope_{number}"], self[f"trained_{number}"]) for number, name in self.topics]

    def typed(self) -> dict[str, object]:
        """What was typed so far, to come back to."""
        numbers = {
            field.name: field.data for _, _, *fields in self.pairs() for field in fields if field.data is not None
        }
        return numbers | {"evaluates": self.evaluates.data or "", "needs": self.needs.data or ""}

    def figures(self) -> dict[int, tuple[int, int]] | None:
        """Both numbers of every topic; None, with the fields marked, where one is missing or they cannot be."""
        found: dict[int, tuple[int, int]] = {}
        for number, name, scope, trained in self.pairs():
            if wrong := check_figure(name, scope.data, trained.data):
                self.refuse(wrong[1], f"{wrong[0]}_{number}")
            else:
                found[number] = scope.data, trained.data
        return None if self.problems else found


def return_form(topics: Sequence[ReturnTopic], opened: Mapping[str, object]) -> ReturnForm:
    """The form of a round."""
    fields: dict[str, Any] = {"topics": [(one.id, one.name) for one in topics]}
    for one in topics:
        fields[f"scope_{one.id}"] = NumberField("Staff in scope", most=1_000_000)
        fields[f"trained_{one.id}"] = NumberField("Of them trained", most=1_000_000)
    made: ReturnForm = type("RoundReturnForm", (ReturnForm,), fields)(data=dict(opened))
    return made


def opened_with(figures: Sequence[Any], evaluates: str, needs: str) -> dict[str, object]:
    """What the form opens with where a return was sent before."""
    found: dict[str, object] = {"evaluates": evaluates, "needs": needs}
    for one in figures:
        found[f"scope_{one.topic_id}"], found[f"trained_{one.topic_id}"] = one.in_scope, one.trained
    return found
