"""What an officer fills in to make a survey of an occasion."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from evaluation.occasions import queries
from evaluation.occasions.models import Occasion, OccasionKind
from evaluation.occasions.operations import Draft
from evaluation.occasions.rules import Choices
from evaluation.surveys.models import QuestionSet, SurveyRound
from lms.dates import from_london, london
from lms.forms import CheckboxesField, Choice, DateField, Form, HiddenField, SelectField, TextAreaField, TextField
from lms.roles import Role
from lms.words import listing

#: At this hour, London's time, a survey opens.
OPENS = 9
#: Those whom a partnership may want to ask by what they are.
ROLES = (Role.PRACTITIONER, Role.TRAINER, Role.TRAINING_LEAD, Role.DSL, Role.HEADTEACHER, Role.GOVERNOR)


class OccasionForm(Form):
    """One form for every kind; what a kind does not need is taken out."""

    title = TextField("Name", required="Enter a name")
    reference = TextField(
        "Reference", required="Enter a reference", longest=40, description="What people say aloud, like PRI-2024-1."
    )
    recommendation = SelectField(
        "Which recommendation", required="Select a recommendation", empty="Select a recommendation"
    )
    about = TextField(
        "What was to change, in plain words",
        required="Enter what was to change",
        longest=200,
        description="It stands in the letter and in the first question after “led to this change”. Such as “to ask about home "
        "conditions at every visit”. Never anything about the family.",
    )
    resource = SelectField("Which guide or template", required="Select a guide or template", empty="Select one")
    question_set = SelectField("Which questions", required="Select a question set")
    sectors = CheckboxesField("People who work in these sectors")
    organisations = CheckboxesField("People who work in these organisations")
    roles = CheckboxesField(
        "Of them, only these",
        description="Leave all empty to ask everybody who works there. Without a sector or organisation, they are asked wherever "
        "they work.",
    )
    series = CheckboxesField("Everybody who came to any session of")
    sessions = TextAreaField(
        "Everybody who came to these sessions",
        longest=2000,
        rows=3,
        description="Their references, one on each line, like NEG-2024-11.",
    )
    opens = DateField("Opens on", called="the day it opens", required="Enter the day it opens")
    closes = DateField("Last day to answer", called="the last day", required="Enter the last day to answer")
    seen = HiddenField()

    def __init__(
        self,
        kind: OccasionKind,
        data: Mapping[str, object],
        sets: Sequence[QuestionSet] = (),
        found: Occasion | None = None,
    ) -> None:
        super().__init__(data=dict(data))
        self.kind, self.sets = kind, sets
        unused = NOT_ASKED[kind] | ({"reference"} if found else set()) | ({"question_set"} if len(sets) < 2 else set())
        self.question_set.choices = [Choice(str(one.id), f"{one.key}, version {one.version}") for one in sets]
        for name in unused:
            del self[name]
        for name, choices in CHOICES.items():
            if name in self._fields:
                self[name].choices = choices()
        self.opens.description = f"At {OPENS} in the morning. Until then you can change it or undo it."

    def chosen_set(self) -> QuestionSet:
        """The question set that asks; the only one there is, where nothing was to choose."""
        chosen = self.question_set.data if "question_set" in self._fields else None
        return next((one for one in self.sets if str(one.id) == chosen), self.sets[0])

    def draft(self) -> Draft | None:
        """What was filled in; None, with the field marked, where a session is not known or the days do not fit."""
        names = self._lines()
        if unknown := queries.unknown_sessions(names):
            self.refuse(f"There is no session {listing(unknown)}", "sessions")
        if self.problems or not self.opens.data or not self.closes.data:
            return None
        given = {name: self[name].data for name in self._fields}
        chosen = Choices(
            sectors=tuple(given.get("sectors") or ()),
            organisations=tuple(int(one) for one in given.get("organisations") or ()),
            roles=tuple(given.get("roles") or ()),
            sessions=tuple(names),
            series=tuple(given.get("series") or ()),
            subscribers=self.kind is OccasionKind.BULLETIN,
        )
        return Draft(
            title=given["title"] or "",
            choices=chosen,
            # The last day ends at midnight, London's time.
            opens_at=from_london(self.opens.data, OPENS),
            closes_at=from_london(self.closes.data + timedelta(days=1)),
            about=given.get("about") or "",
            recommendation_id=int(given["recommendation"]) if given.get("recommendation") else None,
            resource_id=int(given["resource"]) if given.get("resource") else None,
        )

    def _lines(self) -> list[str]:
        typed = self.sessions.data or "" if "sessions" in self._fields else ""
        return list(dict.fromkeys(line.strip() for line in typed.splitlines() if line.strip()))


class ConfirmForm(Form):
    """A button that does what the page says."""


#: What the form of each kind leaves out.
_WHERE = {"sectors", "organisations", "roles"}
NOT_ASKED: dict[OccasionKind, set[str]] = {
    OccasionKind.PRACTICE_REVIEW: {"resource"},
    OccasionKind.WEEK: {"recommendation", "about", "resource"} | _WHERE,
    OccasionKind.RESOURCE: {"recommendation", "about"},
    OccasionKind.BULLETIN: {"recommendation", "about", "resource", "series", "sessions"} | _WHERE,
    OccasionKind.FORUM: {"recommendation", "about", "resource"},
}
CHOICES: dict[str, Callable[[], list[Choice]]] = {
    "recommendation": lambda: [
        Choice(str(one.id), f"{one.reference}: {one.headline}") for one in queries.recommendations()
    ],
    "resource": lambda: [Choice(str(one.id), one.title) for one in queries.resources()],
    "sectors": lambda: [Choice(one.key, one.name) for one in queries.sectors()],
    "organisations": lambda: [Choice(str(one.id), one.name) for one in queries.organisations()],
    "roles": lambda: [Choice(role.value, role.label) for role in ROLES],
    "series": lambda: [Choice(one.key, one.title) for one in queries.series()],
}


def filled_from(found: Occasion, wave: SurveyRound) -> dict[str, object]:
    """What the form of a survey that is there opens with."""
    chosen = Choices.of(found.audience)
    return {
        "title": found.title,
        "about": found.about,
        "recommendation": str(found.recommendation_id or ""),
        "resource": str(found.resource_id or ""),
        "sectors": list(chosen.sectors),
        "organisations": [str(one) for one in chosen.organisations],
        "roles": list(chosen.roles),
        "series": list(chosen.series),
        "sessions": "\n".join(chosen.sessions),
        "opens": london(wave.opens_at).date(),
        "closes": london(wave.closes_at - timedelta(seconds=1)).date(),
    }
