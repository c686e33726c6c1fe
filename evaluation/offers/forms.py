"""What is typed about learning offers and whom they reached."""

from typing import Any

from evaluation.improvement.screened import ScreenedForm
from evaluation.offers import queries
from evaluation.offers.models import CountUnit, LearningOffer, OfferKind
from evaluation.offers.operations import Told
from evaluation.offers.rules import UNIT_LABELS
from lms.forms import Choice, DateField, NumberField, RadiosField, SelectField, TextField

#: What has a title and dates of its own.
OWN_TITLE = (OfferKind.BRIEFING, OfferKind.FORUM_TOPIC, OfferKind.CHAMPION_ACTIVITY, OfferKind.CAMPAIGN)


class OfferForm(ScreenedForm):
    """What an action offers. Which fields count follows from the kind."""

    screened = ("title",)

    kind = RadiosField("What is offered?", required="Select what is offered")
    course = SelectField("Which course?", empty="Select a course")
    series = SelectField("Which series or bundle?", empty="Select a series")
    resource = SelectField("Which resource?", empty="Select a resource")
    title = TextField(
        "What is it called?", longest=200, description="Such as “Neglect week in the hospital”. No names of people."
    )
    starts_on = DateField("First day (optional)", called="the first day")
    ends_on = DateField("Last day (optional)", called="the last day")

    def __init__(self, offer: LearningOffer | None = None, **kwargs: Any) -> None:
        data = (
            {"kind": offer.kind.value, "title": offer.title, "starts_on": offer.starts_on, "ends_on": offer.ends_on}
            if offer
            else {}
        )
        super().__init__(data=data, **kwargs)
        kinds = OWN_TITLE if offer else tuple(OfferKind)
        shows = {OfferKind.COURSE: "course", OfferKind.SERIES: "series", OfferKind.RESOURCE: "resource"}
        self.kind.choices = [Choice(kind.value, kind.label, reveals=shows.get(kind)) for kind in kinds]
        if offer:
            for name in ("course", "series", "resource"):
                del self[name]
            return
        self.course.choices = [Choice(str(one.id), f"{one.title} ({one.code})") for one in queries.courses()]
        self.series.choices = [Choice(str(one.id), one.title) for one in queries.series()]
        self.resource.choices = [Choice(str(one.id), one.title) for one in queries.resources()]

    def validate(self, extra_validators: Any = None) -> bool:
        """What each kind needs."""
        super().validate(extra_validators)
        if not self.kind.errors and self.kind.data:
            kind = OfferKind(self.kind.data)
            named = {OfferKind.COURSE: "course", OfferKind.SERIES: "series", OfferKind.RESOURCE: "resource"}.get(kind)
            if named and not self[named].data and not self[named].errors:
                self.refuse(f"Select a {named}", named)
            if not named and not self.title.data and not self.title.errors:
                self.refuse("Enter what it is called", "title")
            if self.ends_on.data and not self.starts_on.data and not self.starts_on.errors:
                self.refuse("Enter the first day too", "starts_on")
            elif self.ends_on.data and self.starts_on.data and self.ends_on.data < self.starts_on.data:
                self.refuse("The last day must not be before the first day", "ends_on")
        return not self.problems

    def told(self) -> Told:
        """What was said, and nothing that the kind does not need."""
        kind = OfferKind(self.kind.data)
        if kind is OfferKind.COURSE:
            return Told(kind, course_id=int(self.course.data))
        if kind is OfferKind.SERIES:
            return Told(kind, group_id=int(self.series.data))
        if kind is OfferKind.RESOURCE:
            return Told(kind, resource_id=int(self.resource.data))
        return Told(kind, title=self.title.data or "", starts_on=self.starts_on.data, ends_on=self.ends_on.data)


class CountForm(ScreenedForm):
    """How many an offer had reached up to a day."""

    screened = ("source", "why")

    count = NumberField(
        "How many had it reached by then, in all?", required="Enter how many it had reached", most=10_000_000
    )
    unit = RadiosField(
        "Counted in",
        [Choice(unit.value, UNIT_LABELS[unit]) for unit in CountUnit],
        required="Select what was counted",
        description="Different units are never added.",
    )
    dated = DateField(
        "Counted up to",
        called="the day up to which it was counted",
        required="Enter the day up to which it was counted",
    )
    source = TextField(
        "Who or what counted?",
        required="Enter who or what counted",
        longest=200,
        description="Such as “the website’s own count”.",
    )
    why = TextField("What was wrong with an earlier count? (only where this one is smaller)", longest=300)


class WhyForm(ScreenedForm):
    """The reason of something that takes away."""

    screened = ("why",)

    why = TextField("Why?", required="Enter the reason. It is kept with your name", longest=300)
