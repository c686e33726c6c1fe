"""Which part of the log is asked for: the form above the list, and whether an action is of that part."""

from collections.abc import Sequence
from datetime import date

from evaluation.actions import queries
from evaluation.actions.models import Action, ActionState
from lms.forms import Choice, FilterForm, SelectField, TextField
from lms.words import tag_of

DUE = (
    ("past", "Passed"),
    ("28", "In the next 28 days"),
    ("60", "In the next 60 days"),
    ("later", "Later"),
    ("none", "No date"),
)


class Narrow(FilterForm):
    """Which part of the log."""

    words = TextField("Words", longest=100)
    state = SelectField("State", empty="Every state")
    owner = SelectField("Owner", empty="Everybody")
    priority = SelectField("Priority", empty="Every priority")
    due = SelectField("Due", [Choice(value, words) for value, words in DUE], empty="Any day")

    def __init__(self, log: Sequence[Action]) -> None:
        super().__init__()
        self.state.choices = [Choice(one.value, tag_of(one).word) for one in ActionState]
        self.owner.choices = [Choice(key, name) for key, name in queries.owners(log)]
        self.priority.choices = [
            Choice(str(one.id), f"{one.number}. {one.name}") for one in queries.priorities_used(log)
        ]

    def keeps(self, action: Action, state: ActionState, today: date) -> bool:
        """Is this action wanted? A choice that is not in its list narrows nothing."""
        return (
            self._wants("state", state.value)
            and self._wants("owner", *owner_keys(action))
            and self._wants("priority", str(action.priority_id or ""))
            and self._wants("due", *_due_keys(action, today))
            and all(word in _words_of(action) for word in (self.words.data or "").casefold().split())
        )

    def _wants(self, name: str, *values: str) -> bool:
        asked = self[name].data
        known = {choice.value for choice in self[name].choices}
        return asked not in known or asked in values

    @property
    def narrows(self) -> bool:
        """Was anything asked for?"""
        return any(self[name].data for name in ("words", "state", "owner", "priority", "due"))


def owner_keys(action: Action) -> tuple[str, str, str]:
    """The keys of its owners, as `queries.owners` lists them."""
    return f"g{action.owner_group_id}", f"o{action.owner_organisation_id}", f"p{action.owner_person_id}"


def _due_keys(action: Action, today: date) -> tuple[str, ...]:
    if action.due is None:
        return ("none",)
    days = (action.due - today).days
    return tuple(
        key
        for key, fits in (("past", days < 0), ("28", 0 <= days <= 28), ("60", 0 <= days <= 60), ("later", days > 60))
        if fits
    )


def _words_of(action: Action) -> str:
    """Everything of an action in which words are looked for."""
    said = [action.reference, action.wording, action.success, *(update.text for update in action.updates)]
    said += [f"{one.reference} {one.headline}" for one in action.recommendations]
    return " ".join(said).casefold()
