"""What is typed about a key impact measure, its figures, and a file of them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from wtforms import ValidationError

from evaluation.impact.change import WAVE_NAMES
from evaluation.improvement.screened import ScreenedForm
from evaluation.measures import rules
from evaluation.measures.models import Direction, Measure, MeasureFigure, MeasureKind
from evaluation.measures.operations import Told
from evaluation.measures.rules import Figure
from evaluation.surveys.models import EvaluationPlan
from evaluation.verdict import LEAST_MATCHED
from lms.errors import RuleBroken
from lms.forms import (
    CheckboxesField,
    Choice,
    FileField,
    Form,
    NumberField,
    RadiosField,
    SelectField,
    TextAreaField,
    TextField,
)

DIRECTIONS = {
    Direction.HIGHER_IS_BETTER: "Higher is better",
    Direction.LOWER_IS_BETTER: "Lower is better",
    Direction.NONE: "Neither: it is only watched",
}
#: A file that is sent by a page is held in it until somebody has looked at what it would do.
MOST_BYTES = 300_000


def is_a_number(_form: Form, field: TextField) -> None:
    """Can this be read as a number?"""
    try:
        rules.read_number(field.data or "")
    except RuleBroken as no:
        raise ValidationError(str(no)) from None


class KindForm(Form):
    """Which of the three kinds."""

    kind = RadiosField(
        "What kind of measure is it?",
        [Choice(kind.value, rules.KIND_LABELS[kind], rules.KIND_HINTS[kind]) for kind in MeasureKind],
        required="Select what kind of measure it is",
    )


class MeasureForm(ScreenedForm):
    """A measure of one kind; what that kind does not need is taken out."""

    screened = ("name", "source", "caution")

    key = TextField(
        "Key", required="Enter a key", longest=40, description="What people say aloud, and what a file names it by."
    )
    name = TextField("What is measured?", required="Enter what is measured", longest=200)
    unit = TextField("Unit (optional)", longest=100, description="Such as “share of referrals that name neglect”.")
    direction = RadiosField(
        "Which way is better?",
        [Choice(one.value, words) for one, words in DIRECTIONS.items()],
        required="Select which way is better",
    )
    target = TextField("Target (optional)", [is_a_number], longest=20, description="Such as 50% or 120.")
    what = SelectField(
        "Whose answers to what?", empty="Select a scale or a question", required="Select a scale or a question"
    )
    waves = CheckboxesField(
        "In which waves?", description="A scale is compared from before the course to the last of them."
    )
    least_matched = NumberField(
        "Fewest people matched before it says anything",
        required="Enter a number of 10 or more",
        least=10,
        most=500,
        default=10,
    )
    learning = TextAreaField(
        "Days of the learning",
        longest=1000,
        rows=4,
        description="One on each line. The first parts before from after; sessions held are marked by themselves.",
    )
    source = TextField("Where do the figures come from?", longest=200)
    caution = TextField("What to keep in mind when reading it (optional)", longest=400)

    def __init__(
        self,
        kind: MeasureKind,
        plans: Sequence[EvaluationPlan] = (),
        *,
        courses: dict[int, str] | None = None,
        measure: Measure | None = None,
        key: str = "",
        proposed: Sequence[date] = (),
    ) -> None:
        super().__init__(data=_opened(measure, key, proposed))
        self.kind, self.plans = kind, {plan.course_id: plan for plan in plans}
        if measure is not None:
            del self.key
        unused = {"what", "waves", "least_matched"}
        if kind is MeasureKind.IMPACT_EVALUATION:
            unused = {"unit", "target", "learning", "source"}
            self.what.choices = [
                choice for plan in plans for choice in _compared(plan, (courses or {}).get(plan.course_id, ""))
            ]
            names = {wave for plan in plans for wave in plan.waves if wave in WAVE_NAMES}
            self.waves.choices = [Choice(wave, words) for wave, words in WAVE_NAMES.items() if wave in names]
        elif kind is MeasureKind.QUALITY_ASSURANCE:
            unused |= {"unit", "target", "learning"}
        for name in unused:
            del self[name]
        self.screened = tuple(name for name in MeasureForm.screened if name in self._fields)  # type: ignore[misc,assignment]

    def validate(self, extra_validators: Any = None) -> bool:
        """What each kind needs beside what every form checks."""
        super().validate(extra_validators)
        if "key" in self._fields and not self.key.errors:
            try:
                rules.check_key(self.key.data or "")
            except RuleBroken as no:
                self.refuse(str(no), "key")
        if "learning" in self._fields:
            for line in self._lines():
                try:
                    rules.read_period(line, MeasureKind.QUALITY_ASSURANCE)
                except RuleBroken as no:
                    self.refuse(str(no), "learning")
                    break
        if "waves" in self._fields and not self.waves.errors and not self.what.errors:
            chosen, is_scale = self.waves.data or [], ":scale:" in (self.what.data or "")
            if is_scale and ("baseline" not in chosen or len(chosen) < 2):
                self.refuse("Select before the course and at least one later wave", "waves")
            elif not chosen:
                self.refuse("Select at least one wave", "waves")
        return not self.problems

    def _lines(self) -> list[str]:
        return [line.strip() for line in (self.learning.data or "").splitlines() if line.strip()]

    def told(self) -> Told:
        """What was said."""
        told = Told(
            name=self.name.data or "",
            direction=Direction(self.direction.data),
            caution=self.caution.data or "",
            source=(self.source.data or "") if "source" in self._fields else "",
        )
        if self.kind is MeasureKind.QUALITY_ASSURANCE:
            return told
        if self.kind is MeasureKind.ANALYTICAL_DATA:
            days = {rules.read_period(line, MeasureKind.QUALITY_ASSURANCE).isoformat() for line in self._lines()}
            target = rules.read_number(self.target.data or "")
            return replace(told, unit=self.unit.data or "", target=target, learning_dates=sorted(days))
        course, what, key = (self.what.data or "").split(":", 2)
        return replace(
            told,
            course_id=int(course),
            scale=key if what == "scale" else "",
            question_keys=[] if what == "scale" else [key],
            waves=[wave for wave in WAVE_NAMES if wave in (self.waves.data or [])],
            least_matched=self.least_matched.data or LEAST_MATCHED,
        )


def _opened(measure: Measure | None, key: str, proposed: Sequence[date]) -> dict[str, Any]:
    if measure is None:
        return {"key": key, "learning": "\n".join(day.isoformat() for day in proposed), "waves": ["baseline"]}
    what = ""
    if measure.course_id and (measure.scale or measure.question_keys):
        kind = "scale" if measure.scale else "question"
        what = f"{measure.course_id}:{kind}:{measure.scale or measure.question_keys[0]}"
    return {
        "name": measure.name,
        "unit": measure.unit,
        "direction": measure.direction.value,
        "target": "" if measure.target is None else rules.number_words(measure.target).replace(",", ""),
        "what": what,
        "waves": list(measure.waves),
        "least_matched": measure.least_matched,
        "learning": "\n".join(measure.learning_dates),
        "source": measure.source,
        "caution": measure.caution,
    }


def _compared(plan: EvaluationPlan, title: str) -> list[Choice]:
    """The scales of a course's questions, and the single questions that have a good answer."""
    document = plan.question_set.document
    scales = [
        Choice(f"{plan.course_id}:scale:{scale['key']}", f"{title}: scale “{scale['name']}”")
        for scale in document["scales"]
        if not scale["key"].endswith("_manager")
    ]
    questions = [
        Choice(f"{plan.course_id}:question:{one['key']}", f"{title}: question “{one.get('short') or one['key']}”")
        for one in document["questions"]
        if "good_from" in document["choice_lists"].get(one.get("choices"), {})
        and set(one["waves"]) & set(plan.waves) - {"manager"}
    ]
    return scales + questions


class FigureForm(ScreenedForm):
    """One figure: a month of a series, or what an audit found."""

    screened = ("why",)

    period = TextField("Which month?", required="Enter the month, like March 2024", longest=40)
    method = RadiosField(
        "How was it found?",
        [Choice(one, one.capitalize()) for one in rules.METHODS],
        required="Select how it was found",
    )
    numerator = NumberField("How many")
    denominator = NumberField("Of how many")
    value = TextField("Or a plain value", [is_a_number], longest=20, description="Where it is no share of anything.")
    why = TextField("Why is it changed?", longest=300)

    def __init__(self, measure: Measure, there: MeasureFigure | None = None) -> None:
        data: dict[str, Any] = {}
        if there is not None:
            shown = "" if there.value is None else rules.number_words(there.value).replace(",", "")
            data = {"numerator": there.numerator, "denominator": there.denominator, "value": shown}
        super().__init__(data=data)
        self.measure, self.there = measure, there
        audit = measure.kind is MeasureKind.QUALITY_ASSURANCE
        if audit:
            del self.value
            self.period.label.text = "On which day?"
            self.period.description = "For example, 12 10 2023"
        if not audit or there is not None:
            del self.method
        if there is not None:
            del self.period
        else:
            del self.why
            self.screened = ()  # type: ignore[misc,assignment]

    def figure(self) -> Figure:
        """What was said."""
        value = rules.read_number(self.value.data or "") if "value" in self._fields else None
        return Figure(self.numerator.data, self.denominator.data, value)

    def said(self) -> tuple[date, str] | None:
        """Which day and which method; None, with the field marked, where it cannot be read."""
        if self.there is not None:
            return self.there.dated, self.there.method
        try:
            dated = rules.read_period(self.period.data or "", self.measure.kind)
        except RuleBroken as no:
            self.refuse(str(no), "period")
            return None
        return dated, (self.method.data if "method" in self._fields else "")


class RemoveForm(ScreenedForm):
    """Why a figure goes."""

    screened = ("why",)

    why = TextField("Why?", required="Enter the reason. It is kept with your name and the figure", longest=300)


class UploadForm(Form):
    """A file of figures to look at."""

    file = FileField(
        "CSV file",
        required="Choose a CSV file",
        description="The first row names the columns: measure, period, value, numerator, denominator, target, method.",
    )


class TakeForm(Form):
    """The same file once more, after somebody has seen what it would do."""

    text = TextAreaField("The file", required="Choose the file again", longest=MOST_BYTES)
    name = TextField("Its name", longest=200)


class ConfirmForm(Form):
    """A button that does what the page says."""
