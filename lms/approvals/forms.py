"""What a manager answers."""

from lms.forms import Choice, Form, RadiosField, TextAreaField


class AnswerForm(Form):
    """Yes; or no, and why."""

    answer = RadiosField(
        "Do you approve this place?",
        [Choice("yes", "Yes, the time is kept free"), Choice("no", "No", reveals="reason")],
        required="Select yes or no",
    )
    reason = TextAreaField(
        "Why not?", longest=300, rows=3, description="They will read it. Leave out anything about health."
    )
