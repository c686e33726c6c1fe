"""What officers fill in around the delivery plan."""

import re
from collections.abc import Sequence
from datetime import date
from typing import ClassVar

from evaluation.delivery_plan.models import DeepDive, DeliveryPlan, PlanAction, PlanLevel, PlanPriority
from evaluation.improvement.screened import ScreenedForm
from evaluation.measures.models import Measure
from lms.form_dates import read_date
from lms.forms import BooleanField, CheckboxesField, Choice, DateField, Form, SelectField, TextAreaField, TextField
from lms.organisations.models import Organisation, PartnershipGroup, Priority

EVERY = (Choice("1", "Every meeting"), Choice("2", "Every second meeting"), Choice("3", "Every third meeting"))
#: What a new plan begins with; every name can be changed.
LEVELS = "L1 – Not started\nL2 – In Development\nL3 – Delivered\nL4 – Impact shown"


class PlanForm(Form):
    """A plan: its name, its years, and how often the Executive reads about it."""

    name = TextField("Name", required="Enter a name", description="Such as “Delivery plan 2022 to 2025”.")
    begins = DateField("First day", called="the first day", required="Enter the first day")
    until = DateField("Last day", called="the last day", required="Enter the last day")
    report_every = SelectField("A highlight report goes to", EVERY, required="Select how often it is reported")

    def __init__(self, plan: DeliveryPlan | None = None) -> None:
        filled: dict[str, object] = {"report_every": "2"}
        if plan:
            filled = {
                "name": plan.name,
                "begins": plan.begins,
                "until": plan.until,
                "report_every": str(plan.report_every),
            }
        super().__init__(data=filled)


class NewPlanForm(PlanForm):
    """A new plan, with the levels its actions can be at."""

    levels = TextAreaField(
        "Levels of progress",
        required="Enter at least one level",
        longest=1000,
        rows=5,
        description="In your own words, one on each line, the least progress first. From which of them on an action is delivered "
        "can be set afterwards; to begin with it is the last.",
    )

    def __init__(self) -> None:
        super().__init__()
        if not self.is_submitted():
            self.levels.data = LEVELS

    def names(self) -> list[tuple[str, str, bool]] | None:
        """The levels, the last of which counts as delivered; None, with the field marked, where two are the same or too long."""
        lines = [line.strip() for line in (self.levels.data or "").splitlines() if line.strip()]
        if len(set(lines)) < len(lines):
            self.refuse("Two levels have the same name", "levels")
        if any(len(line) > 80 for line in lines):
            self.refuse("A level has no more than 80 characters", "levels")
        if len(lines) > 12:
            self.refuse("Enter no more than 12 levels", "levels")
        return None if self.problems else [(line, "", line == lines[-1]) for line in lines]


class LevelForm(Form):
    """The name of a level, and what it means."""

    name = TextField("Name", required="Enter a name", longest=80, description="Such as “L2 – In Development”.")
    meaning = TextField("What it means", longest=300)
    delivered = BooleanField("What is at this level, or beyond it, is delivered: its date no longer presses")

    def __init__(self, level: PlanLevel | None = None) -> None:
        super().__init__(
            data={"name": level.name, "meaning": level.meaning, "delivered": level.delivered} if level else {}
        )


class NewLevelForm(LevelForm):
    """One more level."""

    before = SelectField("Where it stands", empty="At the end, as the most progress")

    def __init__(self, levels: Sequence[PlanLevel]) -> None:
        super().__init__()
        self.before.choices = [Choice(str(one.id), f"Before {one.name}") for one in levels]


class PriorityForm(Form):
    """A priority of the plan."""

    priority = SelectField("Priority", empty="A new one")
    short_name = TextField("Short name of a new one", longest=200, description="Courses and actions are sorted by it.")
    title = TextField("Title in this plan", required="Enter the title", longest=300)

    def __init__(self, left: Sequence[Priority]) -> None:
        super().__init__()
        self.priority.choices = [Choice(str(one.id), f"{one.number} {one.name}") for one in left]


class TitleForm(Form):
    """Another title for a priority."""

    title = TextField("Title in this plan", required="Enter the title", longest=300)

    def __init__(self, priority: PlanPriority) -> None:
        super().__init__(data={"title": priority.title})


class ActionForm(ScreenedForm):
    """An action of the plan; one of a group and an agency leads it."""

    screened: ClassVar[tuple[str, ...]] = ("wording",)

    wording = TextAreaField("What is to be done", required="Enter what is to be done", longest=1000, rows=3)
    group = SelectField("Group that leads", empty="No group: an agency leads")
    organisation = SelectField("Or agency that leads", empty="No agency: a group leads")
    due = DateField("Due", called="the day it is due", description="Leave it empty where no end date is right.")

    def __init__(
        self,
        groups: Sequence[PartnershipGroup],
        organisations: Sequence[Organisation],
        action: PlanAction | None = None,
    ) -> None:
        super().__init__(
            data={
                "wording": action.wording,
                "group": str(action.lead_group_id or ""),
                "organisation": str(action.lead_organisation_id or ""),
                "due": action.due,
            }
            if action
            else {}
        )
        self.group.choices = [Choice(str(one.id), one.name) for one in groups]
        self.organisation.choices = [Choice(str(one.id), one.name) for one in organisations]


class NewActionForm(ActionForm):
    """A new action, with its first success measure."""

    screened = ("wording", "what", "seen_by")

    what = TextField("What will be different", required="Enter what will be different", longest=400)
    seen_by = TextField("How it will be seen", required="Enter how it will be seen", longest=400)


class ChangeActionForm(ActionForm):
    """A change of an action, and why."""

    screened = ("wording", "why")

    why = TextAreaField("Why it changes", required="Say why", longest=400, rows=2)


class MeasureForm(ScreenedForm):
    """One more success measure."""

    screened = ("what", "seen_by")

    what = TextField("What will be different", required="Enter what will be different", longest=400)
    seen_by = TextField(
        "How it will be seen",
        required="Enter how it will be seen",
        longest=400,
        description="Such as “20 records looked at twice a year”.",
    )
    measure = SelectField("Key impact measure that shows it", empty="No key impact measure")

    def __init__(self, measures: Sequence[Measure]) -> None:
        super().__init__()
        self.measure.choices = [Choice(str(one.id), f"{one.key} {one.name}") for one in measures]


class LinkForm(Form):
    """Which actions of the log belong to an action of the plan."""

    actions = CheckboxesField("Actions of the log")

    def __init__(self, choices: Sequence[tuple[str, str]], chosen: Sequence[str]) -> None:
        super().__init__(data={"actions": list(chosen)})
        self.actions.choices = [Choice(key, words) for key, words in choices]


class ProgressForm(ScreenedForm):
    """A report of an action."""

    screened = ("done", "stuck", "asked")

    dated = DateField("Day it is about", called="the day it is about", required="Enter the day it is about")
    level = SelectField("Level now", required="Select a level", empty="Select a level")
    done = TextAreaField("What was done", required="Enter what was done", longest=2000, rows=4)
    stuck = TextAreaField("What is stuck", longest=1000, rows=2, description="Leave it empty where nothing is.")
    asked = TextAreaField("What is asked of the Executive", longest=1000, rows=2)
    by_words = TextField("Who reports", longest=200, description="Leave it empty where it is you.")

    def __init__(self, levels: Sequence[PlanLevel], today: date) -> None:
        super().__init__(data={"dated": today})
        self.level.choices = [Choice(str(one.id), one.name) for one in levels]


class DiveForm(Form):
    """A deep dive into a priority."""

    priority = SelectField("Priority", required="Select a priority", empty="Select a priority")
    group = SelectField("Group that looks at it", required="Select a group", empty="Select a group")
    held_on = DateField("Date", called="the date", required="Enter the date")

    def __init__(self, priorities: Sequence[PlanPriority], groups: Sequence[PartnershipGroup]) -> None:
        super().__init__()
        self.priority.choices = [Choice(str(one.id), f"{one.number} {one.title}") for one in priorities]
        self.group.choices = [Choice(str(one.id), one.name) for one in groups]


class FoundForm(ScreenedForm):
    """What a deep dive found."""

    screened = ("found",)

    found = TextAreaField("What was found", required="Enter what was found", longest=3000, rows=6)

    def __init__(self, dive: DeepDive) -> None:
        super().__init__(data={"found": dive.found})


class WhyForm(ScreenedForm):
    """Something that is done with a reason."""

    screened = ("why",)

    why = TextAreaField("Why", required="Say why", longest=400, rows=3)


class MeetingsForm(Form):
    """Days on which the Executive meets."""

    days = TextAreaField(
        "Days on which the Executive meets",
        required="Enter at least one day",
        longest=1000,
        rows=4,
        description="One on each line, such as 12 9 2024 or 12 September 2024.",
    )

    def read(self) -> list[date] | None:
        """The days; None, with the field marked, where a line is no day."""
        found = []
        for line in (self.days.data or "").splitlines():
            parts = re.split(r"[\s/.-]+", line.strip())
            if parts == [""]:
                continue
            try:
                found.append(read_date(parts if len(parts) == 3 else ["", "", ""], "the day"))
            except ValueError:
                self.refuse(f"“{line.strip()[:40]}” is no day. Enter a day, a month and a year", "days")
                return None
        return found


class KeepForm(Form):
    """The report for a meeting."""

    meeting = SelectField("For the meeting on", required="Select a meeting", empty="Select a meeting")
    until = DateField("Until", called="the last day of the period", required="Enter the last day of the period")

    def __init__(self, meetings: Sequence[tuple[str, str]], chosen: str, today: date) -> None:
        super().__init__(data={"meeting": chosen, "until": today})
        self.meeting.choices = [Choice(key, words) for key, words in meetings]


class ConfirmForm(Form):
    """A button that does what the page says."""
