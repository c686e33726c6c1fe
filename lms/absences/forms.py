"""The one thing an officer types about absences."""

from lms.forms import DateField, Form


class SpokenForm(Form):
    """When somebody was spoken with."""

    spoken_on = DateField(
        "When did you speak with them?", called="the day", required="Enter the day on which you spoke with them"
    )
