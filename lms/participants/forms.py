"""What an officer says about one person of a session, and of reasons to go first."""

from collections.abc import Iterable
from typing import Any

from lms.bookings.models import Booking, CancelReason, PriorityReason
from lms.forms import (
    BooleanField,
    Choice,
    EmailField,
    FilterForm,
    Form,
    RadiosField,
    SelectField,
    TextField,
)


class FindForm(FilterForm):
    """Who is to be booked."""

    q = TextField("Name, email address or organisation")


class BookForForm(Form):
    """What is to be known before somebody is booked."""

    agreed = BooleanField("The agency has agreed, so their manager need not be asked")
    manager_name = TextField("Their manager’s name", longest=200)
    manager_email = EmailField("Their manager’s email address", render_kw={"autocomplete": "off"})
    learned_elsewhere = BooleanField("They have learned it elsewhere")

    def __init__(self, *, asks_manager: bool, names_manager: bool, missing: bool) -> None:
        super().__init__()
        if not asks_manager:
            del self.agreed
        if not asks_manager or not names_manager:
            del self.manager_name
            del self.manager_email
        if not missing:
            del self.learned_elsewhere

    def given(self) -> dict[str, Any]:
        """What was said, by the names the operation knows."""
        return {field.name: field.data for field in self if field.name != "csrf_token" and field.data}


class CancelForForm(Form):
    """Why it ends."""

    reason = RadiosField("Reason they gave (optional)", [Choice(one.value, one.label) for one in CancelReason])


class PromoteForm(Form):
    """Why this person."""

    why = TextField(
        "Why they go before others",
        longest=200,
        description="Only where somebody is before them on the list. Like “Rang back first.”",
    )


class PriorityForm(Form):
    """Why somebody goes before others."""

    priority = SelectField("Reason to go first", empty="No reason: by the time of asking")

    def __init__(self, booking: Booking, reasons: Iterable[PriorityReason]) -> None:
        super().__init__(data={"priority": str(booking.priority_id or "")})
        there = [*reasons]
        if booking.priority and booking.priority not in there:
            there.append(booking.priority)
        self.priority.choices = [Choice(str(one.id), one.name) for one in there]


class ReasonForm(Form):
    """The words of a reason."""

    name = TextField(
        "Reason", longest=120, required="Enter a reason", description="Such as “New in post, not trained yet”."
    )


class ConfirmForm(Form):
    """A button that does what the page says."""
