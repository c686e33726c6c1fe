"""What people need, in their own words."""

from lms.forms import Form, TextAreaField


class NeedsForm(Form):
    """What is asked of this booking's session; what is not asked is taken away."""

    access = TextAreaField(
        "What do you need to take part?",
        longest=500,
        rows=4,
        description="For example a hearing loop, large print, step-free access, a sign language interpreter or a quiet room.",
    )
    diet = TextAreaField(
        "What should we know about what you eat?",
        longest=300,
        rows=3,
        description="For example halal, vegan, or an allergy.",
    )
