"""What is typed about places: as little as can be. The forms carry their token, and the sentence where a rule says no."""

from lms.bookings.models import CancelReason
from lms.forms import BooleanField, Choice, EmailField, Form, RadiosField, TextField


class BookForm(Form):
    """Ask for a place."""

    learned_elsewhere = BooleanField("I have learned this elsewhere")
    manager_name = TextField("Your manager’s name", longest=200)
    manager_email = EmailField("Your manager’s email address", render_kw={"autocomplete": "off"})


class CancelForm(Form):
    """Give a place back, or leave the waiting list."""

    reason = RadiosField("What is the reason?", [Choice(reason.value, reason.label) for reason in CancelReason])


class AnswerForm(Form):
    """Take an offered place, turn it down, or join the queue again."""
