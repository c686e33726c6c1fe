"""What people type to see another period."""

from datetime import date

from evaluation.impact.annual import check_period
from lms.errors import RuleBroken
from lms.forms import DateField, FilterForm


class PeriodForm(FilterForm):
    """Any period, from a day to a day, both included."""

    first = DateField("First day", called="the first day", required="Enter the first day")
    last = DateField("Last day", called="the last day", required="Enter the last day")

    def period(self, today: date) -> tuple[date, date] | None:
        """The days typed, where a chapter can be counted for them; otherwise what is wrong stands beside the fields."""
        if not self.validate() or self.first.data is None or self.last.data is None:
            return None
        try:
            check_period(self.first.data, self.last.data, today)
        except RuleBroken as no:
            self.refuse(str(no), "first" if self.first.data > today else "last")
            return None
        return self.first.data, self.last.data
