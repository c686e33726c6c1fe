"""What is typed about rules and duties."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from lms.due.models import DutyGroup, RuleStatus, TrainingRule
from lms.due.rules import DueState
from lms.forms import (
    BooleanField,
    CheckboxesField,
    Choice,
    DateField,
    FilterForm,
    Form,
    NumberField,
    RadiosField,
    SelectField,
    TextAreaField,
    TextField,
)
from lms.words import tag_of

#: Who learned nothing for so long is shown as somebody who never comes.
AWAY_MONTHS = 24
AWAY = "away"


class FindTraining(FilterForm):
    """Narrows the list of who holds what."""

    q = TextField("Name or job", longest=100)
    rule = SelectField("What they must hold", empty="Everything")
    show = SelectField("Who", empty="Everybody")

    def __init__(self, rules: Iterable[TrainingRule]) -> None:
        super().__init__()
        self.titles = {str(rule.id): rule.title for rule in rules}
        self.rule.choices = [Choice(rule_id, title) for rule_id, title in self.titles.items()]
        shown = [DueState.OVERDUE, DueState.DUE_SOON, DueState.NOT_KNOWN, DueState.IN_DATE]
        self.show.choices = [
            *(Choice(state.value, tag_of(state).word) for state in shown),
            Choice(AWAY, f"Nothing in {AWAY_MONTHS} months"),
        ]

    @property
    def rule_id(self) -> int | None:
        """The rule that was chosen of the list; None: all."""
        return int(self.rule.data) if self.rule.data in self.titles else None

    @property
    def state(self) -> DueState | None:
        """The state that was chosen."""
        return DueState(self.show.data) if self.show.data in set(DueState) else None


class GiveDuty(Form):
    """Name people for a group."""

    group = SelectField("What is their duty?", empty="Choose a duty", required="Choose a duty")
    since = DateField("Since when? (optional)", called="the first day")

    def __init__(self, groups: Iterable[DutyGroup], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.group.choices = [Choice(str(group.id), group.name) for group in groups]


class EndDuty(Form):
    """The last day of a duty."""

    last = DateField("What was its last day?", called="the last day", required="Enter the last day")


class SwitchOn(Form):
    """Somebody has read what a rule says it is made of."""

    source_read = BooleanField("I have read the source, and this rule says what it says")


class SwitchOff(Form):
    """The rule is not heeded any more."""


class EndRule(Form):
    """The last day of a rule."""

    last = DateField("What is its last day?", called="its last day", required="Enter its last day")


class RuleForm(Form):
    """A rule: a new one, or the next version of one."""

    title = TextField(
        "Short name", required="Enter a short name", longest=60, description="As it stands over a column."
    )
    must_hold = TextField("What must be held?", required="Enter what must be held", longest=200)
    group = SelectField("Who must hold it?", empty="Choose a group")
    new_group = TextField(
        "Or a new group", longest=120, description="Its people are named by their training lead, like “Foster carers”."
    )
    renew_every_months = NumberField(
        "How many months does it hold?", least=1, most=600, description="Leave it empty where once is enough."
    )
    times_needed = NumberField(
        "How often is it needed within these months?", required="Enter how often", least=1, most=50, default=1
    )
    hours = NumberField("Hours needed", most=500, description="Only where the rule counts hours.")
    hours_over_months = NumberField("Counted over how many months?", least=1, most=600)
    participatory_percent = NumberField("At least this share of them with other people, in per cent", most=100)
    first_due = TextField("When is it first due, in the words of the source?", longest=120)
    first_due_within_months = NumberField(
        "The same in months after taking up the duty", most=120, description="Only where the source gives a number."
    )
    any_course = BooleanField("Every course counts")
    codes = CheckboxesField("Which courses count?")
    status = RadiosField(
        "Who says so?", [Choice(one.value, one.label) for one in RuleStatus], required="Choose who says so"
    )
    source = TextField(
        "Source",
        required="Enter the source, or who decided it and when",
        longest=300,
        description="Like “Executive, 3 May 2025, minute 4”.",
    )
    edition = TextField("Edition", longest=120)
    note = TextAreaField("Note", longest=600, rows=3)
    warn_days_before = NumberField(
        "How many days before is it due soon?", required="Enter a number of days", most=365, default=90
    )
    begins = DateField("From which day?", called="the day it begins", required="Enter the day it begins")
    source_read = BooleanField("I have read the source, and this rule says what it says")

    def __init__(
        self, groups: Sequence[DutyGroup], courses: Sequence[tuple[str, str]], kept: Collection[str] = (), **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.group.choices = [Choice(str(one.id), one.name) for one in groups]
        known = {code for code, _ in courses}
        self.codes.choices = [Choice(code, f"{code}, {title}") for code, title in courses] + [
            Choice(code, f"{code}, not offered here") for code in sorted(set(kept) - known)
        ]

    def validate(self, extra_validators: Any = None) -> bool:
        """A group from the list or a new one, not both and not neither."""
        right = bool(super().validate(extra_validators))
        if bool(self.group.data) == bool(self.new_group.data):
            self.refuse("Choose a group, or enter the name of a new one", "group")
            right = False
        return right
