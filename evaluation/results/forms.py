"""Which part of a course's answers somebody wants to read."""

from evaluation.results.report import Results
from evaluation.results.sentences import named
from lms.forms import FilterForm, SelectField


class SliceForm(FilterForm):
    """All sessions, one report year, one session, one trainer's sessions, or one sector: what can be shown on its own."""

    slice = SelectField("Whose answers", required="Choose whose answers from the list")

    def __init__(self, results: Results) -> None:
        super().__init__(data={"slice": results.slice.key})
        self.slice.choices = [(one.key, named(one)) for one in results.slices]
