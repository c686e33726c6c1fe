"""The forms of the action log."""

from collections.abc import Collection, Sequence
from datetime import date

from evaluation.actions.models import Action
from evaluation.actions.rules import stand
from lms.forms import CheckboxesField, Choice, Form, HiddenField, TextField
from lms.words import listing, tag_of


class ServedActions(Form):
    """Which actions a course serves. Only what was ticked or unticked here is changed, so that nobody undoes another's tick."""

    words = TextField("Words in an action or its recommendation", longest=100)
    actions = CheckboxesField("Actions")
    #: The ids that were ticked when the page was opened.
    were = HiddenField()

    def __init__(self, *, actions: Sequence[Action], served: Collection[Action], today: date) -> None:
        ids = [str(action.id) for action in actions if action in served]
        super().__init__(data={"actions": ids, "were": " ".join(ids)})
        self.actions.choices = [
            Choice(str(action.id), f"{action.reference} {action.wording}", _about(action, today)) for action in actions
        ]

    def ticked(self) -> set[int]:
        """The ids that are ticked now."""
        return {int(one) for one in self.actions.data or () if one.isdecimal()}

    def were_ticked(self) -> set[int]:
        """The ids that were ticked when the page was opened."""
        return {int(one) for one in (self.were.data or "").split() if one.isdecimal() and len(one) < 10}

    def added(self) -> set[int]:
        """What was ticked here."""
        return self.ticked() - self.were_ticked()

    def removed(self) -> set[int]:
        """What was unticked here."""
        return self.were_ticked() - self.ticked()


def _about(action: Action, today: date) -> str:
    """How an action stands, and what it follows from where that is more than one recommendation."""
    several = [one.reference for one in action.recommendations]
    return tag_of(stand(action, today).state).word + (f". For {listing(several)}" if len(several) > 1 else "")
