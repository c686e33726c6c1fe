"""What an officer fills in about a source, a recommendation, and each step of one."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, ClassVar

from evaluation.actions.models import Action
from evaluation.actions.rules import stand
from evaluation.improvement.screened import ScreenedForm
from evaluation.recommendations.models import Recommendation, RecommendationState, Source, SourceKind, StepKind
from evaluation.recommendations.operations import Decision, Draft, SourceDraft
from lms.forms import (
    CheckboxesField,
    Choice,
    DateField,
    FilterForm,
    Form,
    HiddenField,
    SelectField,
    TextAreaField,
    TextField,
)
from lms.organisations.models import PartnershipGroup
from lms.words import listing, tag_of


def seen_of(form: Any) -> int:
    """The revision that was there when the page was opened; 0 where the page was tampered with."""
    seen = form.seen.data or ""
    return int(seen) if seen.isdecimal() and seen.isascii() and len(seen) < 10 else 0


class SourceForm(ScreenedForm):
    """A source: a reference and the learning only."""

    screened: ClassVar[tuple[str, ...]] = ("title", "learning")

    kind = SelectField("Kind", required="Select a kind")
    reference = TextField(
        "Reference",
        required="Enter a reference",
        longest=40,
        description="This one is free. Change it if your minutes call it something else.",
    )
    title = TextField(
        "What it was",
        required="Enter what it was",
        description="Such as “Audit of neglect cases”. Never anybody’s name.",
    )
    dated = DateField("Its date", called="its date", required="Enter its date")
    learning = TextAreaField(
        "What was learned",
        required="Enter what was learned",
        longest=4000,
        rows=6,
        description="The learning only: what services did or did not do. Nothing about a child, a family or one person’s case.",
    )
    seen = HiddenField()

    def __init__(self, data: dict[str, object], *, source: Source | None = None, keeps_reference: bool = False) -> None:
        super().__init__(data=data)
        self.kind.choices = [Choice(kind.value, kind.label) for kind in SourceKind]
        self.source = source
        if keeps_reference:
            del self.reference
        elif source is not None:
            self.reference.description = ""

    def draft(self, finding: str = "") -> SourceDraft:
        """What was filled in, once it is valid."""
        given = self._fields.get("reference")
        return SourceDraft(
            kind=SourceKind(self.kind.data),
            reference=given.data if given is not None else self.source.reference if self.source else "",
            title=self.title.data or "",
            dated=self.dated.data or date.min,
            learning=self.learning.data or "",
            finding=finding,
        )

    def in_time(self, today: date) -> bool:
        """Is its date not in the future? Says so beside the field."""
        if self.dated.data and self.dated.data > today:
            self.refuse("Enter a day that is not in the future", "dated")
            return False
        return True


def source_filled(source: Source) -> dict[str, object]:
    """What the form of a source that is there opens with."""
    return {
        "kind": source.kind.value,
        "reference": source.reference,
        "title": source.title,
        "dated": source.dated,
        "learning": source.learning,
        "seen": str(source.revision),
    }


class RecommendationForm(ScreenedForm):
    """A recommendation, new or changed. What a new one has and a change has not is taken out, and the other way round."""

    screened: ClassVar[tuple[str, ...]] = ("headline", "wording", "plain_sentence", "reason")

    reference = TextField(
        "Reference",
        required="Enter a reference",
        longest=40,
        description="This one is free. Change it if the report calls it something else.",
    )
    headline = TextField(
        "What went wrong, in a few words",
        required="Enter what went wrong, in a few words",
        longest=120,
        description="The title of its thread, such as “Neglect was recognised too late”.",
    )
    wording = TextAreaField(
        "What should change",
        required="Enter what should change",
        longest=2000,
        rows=4,
        description="As the report words it.",
    )
    plain_sentence = TextAreaField(
        "Why somebody should come to a course about it",
        longest=400,
        rows=3,
        description="One plain sentence for the page of each course that serves it. It can wait until there is one.",
    )
    group = SelectField(
        "Offer it to",
        required="Select a group",
        empty="Select a group",
        description="Its members get a letter tomorrow morning.",
    )
    dated = DateField("Offered on", called="the day it was offered", required="Enter the day it was offered")
    due = DateField("Due on", called="the day it is due", description="Leave empty where no date was set.")
    reason = TextAreaField("Why", longest=1000, rows=3)
    minute = TextField("Minute", longest=60, description="Where the minutes say so, such as LDS-2024-03.4.")
    seen = HiddenField()

    def __init__(
        self, data: dict[str, object], *, groups: Sequence[PartnershipGroup] = (), changing: bool = False
    ) -> None:
        super().__init__(data=data)
        self.changing = changing
        if changing:
            for name in ("reference", "group", "dated", "minute"):
                del self[name]
            self.reason.label.text = "Why you change it"
        else:
            self.group.choices = [Choice(one.key, one.name) for one in groups]
            self.reason.label.text = "Why it goes to this group"
            self.reason.description = "It stands in their letter. It can stay empty."

    def validate(self, extra_validators: Any = None) -> bool:
        """What every text of the log keeps, and a reason for each change."""
        fine = super().validate(extra_validators)
        if self.changing and not self.reason.data:
            self.refuse("Enter why you change it", "reason")
            fine = False
        return fine

    def draft(self) -> Draft:
        """What was filled in, once it is valid."""
        return Draft(
            headline=self.headline.data or "",
            wording=self.wording.data or "",
            plain_sentence=self.plain_sentence.data or "",
            due=self.due.data,
        )

    def decision(self) -> Decision:
        """When it was offered, and why to this group."""
        return Decision(self.dated.data or date.min, self.reason.data or "", self.minute.data or "")


def recommendation_filled(found: Recommendation) -> dict[str, object]:
    """What the form of a recommendation that is there opens with."""
    return {
        "headline": found.headline,
        "wording": found.wording,
        "plain_sentence": found.plain_sentence,
        "due": found.due,
        "seen": str(found.revision),
    }


#: What the button of each step says, and what is asked for as its reason.
REASONS = {
    StepKind.STEPPED_ACROSS: "Why it goes to another group",
    StepKind.ACCEPTED: "What the group said it will do",
    StepKind.DECLINED: "Why the group declines it",
    StepKind.CLOSED: "What came of it",
    StepKind.REOPENED: "Why it is opened again",
}


class StepForm(ScreenedForm):
    """One step of a recommendation: when, to whom, why, and the minute."""

    screened: ClassVar[tuple[str, ...]] = ("reason",)

    group = SelectField(
        "Step it across to",
        required="Select a group",
        empty="Select a group",
        description="Its members get a letter tomorrow morning.",
    )
    dated = DateField("Decided on", called="the day it was decided", required="Enter the day it was decided")
    reason = TextAreaField("Why", longest=1000, rows=4)
    minute = TextField("Minute", longest=60, description="Where the minutes say so, such as LDS-2024-03.4.")
    seen = HiddenField()

    def __init__(
        self, kind: StepKind, recommendation: Recommendation, groups: Iterable[PartnershipGroup], today: date
    ) -> None:
        super().__init__(data={"dated": today, "seen": str(recommendation.revision)})
        self.step = kind
        self.reason.label.text = REASONS[kind]
        if kind is StepKind.STEPPED_ACROSS:
            self.group.choices = [
                Choice(one.key, one.name) for one in groups if one.id != recommendation.owner_group_id
            ]
        else:
            del self.group

    def validate(self, extra_validators: Any = None) -> bool:
        """What every text of the log keeps, and that each step says why: an acceptance may name its minute alone."""
        fine = super().validate(extra_validators)
        if not self.reason.data and not (self.step is StepKind.ACCEPTED and self.minute.data):
            more = ", or the minute that says so" if self.step is StepKind.ACCEPTED else ""
            self.refuse(f"Enter {REASONS[self.step][:1].lower()}{REASONS[self.step][1:]}{more}", "reason")
            fine = False
        return fine

    def decision(self) -> Decision:
        """When, why, and where the minutes say so."""
        return Decision(self.dated.data or date.min, self.reason.data or "", self.minute.data or "")


class RemoveForm(ScreenedForm):
    """Why something is taken away."""

    screened: ClassVar[tuple[str, ...]] = ("why",)

    why = TextAreaField("Why it is removed", required="Enter why it is removed", longest=400, rows=3)


class LinkForm(Form):
    """Which actions of the log serve a recommendation. Only what was ticked or unticked here is changed."""

    words = TextField("Words in an action", longest=100)
    actions = CheckboxesField("Actions of the log")
    #: The ids that were ticked when the page was opened.
    were = HiddenField()

    def __init__(self, actions: Sequence[Action], served: Iterable[Action], today: date) -> None:
        ids = [str(one.id) for one in served]
        super().__init__(data={"actions": ids, "were": " ".join(ids)})
        self.actions.choices = [
            Choice(str(one.id), f"{one.reference} {one.wording}", _about(one, today)) for one in actions
        ]

    def ticked(self) -> set[int]:
        """The ids that are ticked now."""
        return {int(one) for one in self.actions.data or () if one.isdecimal()}

    def were_ticked(self) -> set[int]:
        """The ids that were ticked when the page was opened."""
        return {int(one) for one in (self.were.data or "").split() if one.isdecimal() and len(one) < 10}


def _about(action: Action, today: date) -> str:
    names = [one.reference for one in action.recommendations]
    return tag_of(stand(action, today).state).word + (f". For {listing(names)}" if names else "")


class SourcesForm(FilterForm):
    """Which sources are listed."""

    kind = SelectField("Kind", empty="Every kind")
    words = TextField("Words", longest=100)

    def __init__(self) -> None:
        super().__init__()
        self.kind.choices = [Choice(kind.value, kind.label) for kind in SourceKind]

    def chosen(self) -> SourceKind | None:
        """The kind that was chosen; none where it is not one."""
        return SourceKind(self.kind.data) if self.kind.data in list(SourceKind) else None


class RecommendationsForm(FilterForm):
    """Which recommendations are listed."""

    group = SelectField("Group", empty="Every group")
    state = SelectField("State", empty="Every state")
    words = TextField("Words", longest=100)

    def __init__(self, groups: Iterable[PartnershipGroup]) -> None:
        super().__init__()
        self.group.choices = [Choice(one.key, one.name) for one in groups]
        self.state.choices = [Choice(state.value, tag_of(state).word) for state in RecommendationState]

    def chosen_state(self) -> RecommendationState | None:
        """The state that was chosen; none where it is not one."""
        return RecommendationState(self.state.data) if self.state.data in list(RecommendationState) else None

    def chosen_group(self) -> str:
        """The key of the group that was chosen."""
        return (self.group.data or "")[:60]
