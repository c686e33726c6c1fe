"""What officers and agencies fill in around an assurance event."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from evaluation.actions.models import Action
from evaluation.assurance import queries
from evaluation.assurance.models import FOUND, Answered, Ask, AssuranceEvent, InvitedAgency
from evaluation.assurance.operations import Draft
from evaluation.improvement.screened import ScreenedForm
from lms.accounts.models import Person
from lms.files import EVIDENCE, MOST_BYTES
from lms.forms import (
    BooleanField,
    CheckboxesField,
    Choice,
    DateField,
    FileField,
    Form,
    RadiosField,
    SelectField,
    TextAreaField,
    TextField,
    TimeField,
)
from lms.organisations.models import Organisation, PartnershipGroup

#: How many people may be named on a panel.
MOST_PANEL = 30


class EventForm(ScreenedForm):
    """An event before anybody hears of it."""

    screened: ClassVar[tuple[str, ...]] = ("about",)

    title = TextField("Name", required="Enter a name", description="Agencies read it in their letters.")
    about = TextAreaField(
        "What it is about",
        required="Enter what it is about",
        longest=2000,
        rows=4,
        description="Such as the review or audit the actions come from. The learning only, never anything about a family.",
    )
    first_day = DateField("First day", called="the first day", required="Enter the first day")
    last_day = DateField("Last day", called="the last day", description="Leave it empty where it is one day.")
    starts = TimeField("From", description="Such as 10am. May be left empty.")
    ends = TimeField("Until", description="With both, letters carry a calendar entry.")
    place = TextField("Place", description="A room, or “online”.")
    evidence_until = DateField(
        "Last day for evidence",
        called="the last day for evidence",
        required="Enter the last day for evidence",
        description="Agencies that have not sent everything are reminded 7 and 2 days before.",
    )
    group = SelectField("The panel is", empty="Only the people named below")
    panel = TextAreaField(
        "Others on the panel",
        longest=4000,
        rows=3,
        description="A name or the email address of an account, one on each line.",
    )

    def __init__(self, found: AssuranceEvent | None = None) -> None:
        super().__init__(data=dict(_filled(found)) if found else {})
        self.groups = {str(one.id): one for one in queries.groups()}
        self.group.choices = [Choice(key, one.name) for key, one in self.groups.items()]

    def draft(self) -> Draft | None:
        """What was filled in; None, with the field marked, where times or names do not fit."""
        starts, ends = self.starts.data, self.ends.data
        if (starts is None) != (ends is None):
            self.refuse("Enter both times, or none", "ends" if ends is None else "starts")
        elif starts is not None and ends is not None and ends <= starts:
            self.refuse("The time it ends must be after the time it starts", "ends")
        panel = self._panel()
        if self.problems or not self.first_day.data or not self.evidence_until.data:
            return None
        return Draft(
            title=self.title.data or "",
            about=self.about.data or "",
            first_day=self.first_day.data,
            last_day=self.last_day.data or self.first_day.data,
            evidence_until=self.evidence_until.data,
            starts=starts,
            ends=ends,
            place=self.place.data or "",
            group=self.groups.get(self.group.data or ""),
            panel=panel,
        )

    def _panel(self) -> list[tuple[str, Person | None]]:
        lines = list(dict.fromkeys(line.strip() for line in (self.panel.data or "").splitlines() if line.strip()))
        known = queries.people_by_address([line.lower() for line in lines if "@" in line])
        if len(lines) > MOST_PANEL:
            self.refuse(f"Enter no more than {MOST_PANEL} people", "panel")
        for line in lines:
            if "@" in line and line.lower() not in known:
                self.refuse(f"There is no account with the address {line}. Enter the name instead", "panel")
            if len(line) > 200:
                self.refuse("Enter one name on each line", "panel")
        people = {line: known.get(line.lower()) for line in lines}
        return [(one.name if one else line, one) for line, one in people.items()]


def _filled(found: AssuranceEvent) -> Mapping[str, object]:
    return {
        "title": found.title,
        "about": found.about,
        "first_day": found.first_day,
        "last_day": found.last_day,
        "starts": found.starts,
        "ends": found.ends,
        "place": found.place,
        "evidence_until": found.evidence_until,
        "group": str(found.group_id or ""),
        "panel": "\n".join((one.person.email if one.person and one.person.email else one.name) for one in found.panel),
    }


class ChangeForm(EventForm):
    """A change of an event."""

    screened = ("about", "why")

    why = TextAreaField("Why it changes", longest=400, rows=2, description="The agencies read it.")


class ActionsForm(Form):
    """Which actions of the log are put to an event."""

    actions = CheckboxesField("Actions put to this event")

    def __init__(self, actions: Sequence[Action], put: Sequence[Action]) -> None:
        super().__init__(data={"actions": [str(one.id) for one in put]})
        self.actions.choices = [Choice(str(one.id), f"{one.reference} {one.wording}") for one in actions]


class AgencyForm(Form):
    """An agency, and which actions it is asked about."""

    organisation = SelectField("Agency or school", required="Select an agency or school", empty="Select one")
    actions = CheckboxesField("Asked about", required="Select at least one action")

    def __init__(
        self, event: AssuranceEvent, organisations: Sequence[Organisation] = (), agency: InvitedAgency | None = None
    ) -> None:
        asked = [str(one.action_id) for one in agency.asks if one.dropped_at is None] if agency else []
        super().__init__(data={"actions": asked or [str(one.id) for one in event.actions]})
        self.organisation.choices = [Choice(str(one.id), one.name) for one in organisations]
        self.actions.choices = [Choice(str(one.id), f"{one.reference} {one.wording}") for one in event.actions]
        if agency is not None:
            del self.organisation


class WhyForm(ScreenedForm):
    """Something that is done with a reason."""

    screened = ("why",)

    why = TextAreaField("Why", required="Say why", longest=400, rows=3)


class ConfirmForm(Form):
    """A button that does what the page says."""


class OutcomeForm(Form):
    """Which agencies get their outcome letter now."""

    agencies = CheckboxesField("Send the letter to", required="Select at least one agency")

    def __init__(self, ready: Sequence[InvitedAgency]) -> None:
        super().__init__(data={"agencies": [one.reference for one in ready]})
        self.agencies.choices = [Choice(one.reference, one.organisation.name) for one in ready]


class JudgeForm(ScreenedForm):
    """What the panel found about one action of one agency."""

    screened: ClassVar[tuple[str, ...]] = ("reason",)

    found = RadiosField("What the panel found", required="Select what the panel found")
    reason = TextAreaField(
        "Why",
        required="Say why the panel found so",
        longest=2000,
        rows=4,
        description="The agency reads it in its outcome letter.",
    )

    def __init__(self) -> None:
        super().__init__()
        self.found.choices = [Choice(key.value, label, HINTS[key.value]) for key, label in FOUND.items()]


class JudgeAnewForm(JudgeForm):
    """A judgement that joins an earlier one."""

    screened = ("reason", "anew_because")

    anew_because = TextAreaField(
        "Why it is judged anew", longest=1000, rows=2, description="The judgement before stays in the history."
    )


def judge_form(asked: Ask) -> JudgeForm:
    """The form for the first judgement, or for one that joins it."""
    return JudgeAnewForm() if asked.judgements else JudgeForm()


HINTS = {
    "implemented": "It was done. Whether it changed anything for children is not shown yet.",
    "impact_shown": "It was done, and there is evidence of what changed.",
    "further_work": "More is to be done, or to be shown.",
}


class NewActionForm(ScreenedForm):
    """A new action of the log that follows from one that was looked at."""

    screened = ("wording", "success")

    follows = SelectField("It follows from", required="Select an action that was put to this event", empty="Select one")
    wording = TextAreaField(
        "What is to be done",
        required="Enter what is to be done",
        longest=1000,
        rows=3,
        description="Who does what, how often, and for whom. One action, not several.",
    )
    success = TextAreaField(
        "What will be seen when it has worked",
        required="Enter what will be seen when it has worked",
        longest=1000,
        rows=2,
    )
    group = SelectField("Group that answers for it", required="Select a group", empty="Select a group")
    organisation = SelectField("Agency that carries it out", empty="No agency: the group does it itself")
    due = DateField("Due", called="the day it is due", required="Enter the day it is due")

    def __init__(
        self, event: AssuranceEvent, groups: Sequence[PartnershipGroup], agencies: Sequence[InvitedAgency]
    ) -> None:
        super().__init__()
        self.follows.choices = [Choice(str(one.id), f"{one.reference} {one.wording[:80]}") for one in event.actions]
        self.group.choices = [Choice(str(one.id), one.name) for one in groups]
        self.organisation.choices = [Choice(str(one.organisation_id), one.organisation.name) for one in agencies]


_KINDS = ", ".join(one.ending for one in EVIDENCE)


class AnswerForm(ScreenedForm):
    """What an agency did about one action, and what shows it."""

    screened = ("statement",)

    statement = TextAreaField(
        "What you did, and what changed",
        longest=5000,
        rows=8,
        description="What is different for children and families, and how you know. Leave out every name. Where there is "
        "nothing to show yet, say why and when there will be.",
    )
    nothing_yet = BooleanField("There is nothing to show yet")
    file = FileField(
        "Add a file",
        description=f"{_KINDS}, up to {MOST_BYTES // 1_000_000} MB. Take names of children and families out first.",
    )
    url = TextField("Or a link", longest=500, description="A whole address that begins with https://")
    about_on = DateField(
        "The date this file or link is about",
        called="the date it is about",
        description="Such as the day of the audit, not the day you add it.",
    )

    def __init__(self, written: Answered | None) -> None:
        super().__init__(data={"statement": written.statement, "nothing_yet": written.nothing_yet} if written else {})
