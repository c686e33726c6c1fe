"""What is typed to see a period, and to give a number."""

from datetime import date

from lms.coverage.rules import MOST_PEOPLE, check_period, last_year
from lms.errors import RuleBroken
from lms.forms import DateField, FilterForm, Form, NumberField


class PeriodForm(FilterForm):
    """Any period, from a day to a day, both included."""

    first = DateField("First day", called="the first day", required="Enter the first day")
    last = DateField("Last day", called="the last day", required="Enter the last day")

    def period(self, today: date) -> tuple[date, date]:
        """The days typed; the last twelve months where none were, or where they are no period, and then the form says why."""
        if not self.first.raw_data and not self.last.raw_data:
            return last_year(today)
        if not self.validate() or self.first.data is None or self.last.data is None:
            return last_year(today)
        try:
            check_period(self.first.data, self.last.data, today)
        except RuleBroken as no:
            self.refuse(str(no), "first" if self.first.data > today else "last")
            return last_year(today)
        return self.first.data, self.last.data


class GiveNumber(Form):
    """How many people, and when they were counted."""

    people = NumberField(
        "How many people of the organisation work with children or families?",
        required="Enter how many people, 0 if there are none",
        most=MOST_PEOPLE,
    )
    counted_on = DateField(
        "On which day were they counted?", called="the day", required="Enter the day they were counted on"
    )
