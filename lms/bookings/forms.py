"""What is typed about places: nothing. The forms carry their token, and the sentence where a rule says no."""

from lms.forms import Form


class BookForm(Form):
    """Ask for a place."""


class CancelForm(Form):
    """Give a place back, or leave the waiting list."""
