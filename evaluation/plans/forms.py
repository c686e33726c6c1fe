"""The form of a plan: made anew for each question set, because waves and scales are the set's own."""

from collections.abc import Mapping, Sequence
from typing import Any

from evaluation.plans import rules
from evaluation.surveys import questions
from evaluation.surveys.models import EvaluationPlan, QuestionSet
from lms.forms import BooleanField, CheckboxesField, Choice, Form, HiddenField, NumberField, RadiosField
from lms.words import plural

#: What of a wave can be set in days: the ending of its field, what it is called, and the part of `Days` it is.
FIRST, SECOND = "first", "second"


class PlanForm(Form):
    """What an officer decides. The fields of days are named by wave: days_m3_opens."""

    set_id = HiddenField()
    document: questions.Document
    #: The waves whose days can be changed, by key.
    changeable: Mapping[str, rules.Wave] = {}

    def days(self) -> dict[str, rules.Days]:
        """The days chosen for each wave; what was left empty is as the question set has it, but an empty reminder is none."""
        found = {}
        for key, wave in self.changeable.items():
            usual = rules.days_of(wave)
            reminders = [self._day(key, name) for name in (FIRST, SECOND)]
            late = self._day(key, "late")
            found[key] = rules.Days(
                opens=self._day(key, "opens") or usual.opens,
                open_for=self._day(key, "open_for") or usual.open_for,
                reminders=tuple(day for day in reminders if day is not None),
                late=usual.late if late is None else late,
            )
        return found

    def _day(self, key: str, name: str) -> int | None:
        field = f"days_{key}_{name}"
        return self[field].data if field in self else None

    def day_fields(self, key: str) -> list[Any]:
        """The fields of a wave's days, in order; none where nothing of it can be changed."""
        return [self[name] for name in self._fields if name.startswith(f"days_{key}_")]

    def only_days(self) -> None:
        """Take away what can no longer change."""
        for name in ("waves", "then_test", "primary_scale", "deciding_wave"):
            del self[name]

    def refuse_days(self, key: str, sentence: str) -> None:
        """Say what is wrong with the days of a wave, beside the first of them."""
        self.day_fields(key)[0].errors = [sentence]


def plan_form(question_set: QuestionSet, code: str, plan: EvaluationPlan | None, waves: Sequence[str]) -> PlanForm:
    """The form for a course and a question set, filled with the plan there is; `waves` are chosen where there is none."""
    document = question_set.document
    timed = rules.timed_waves(document)
    fields: dict[str, Any] = {
        "document": document,
        "changeable": {wave["key"]: wave for wave in timed if rules.limits(wave).any},
        "waves": CheckboxesField(
            "When people are asked",
            [Choice(wave["key"], wave["name"], hint=_hint(document, wave, code, plan)) for wave in timed],
            required="Select the booking and at least one later wave",
        ),
        "then_test": BooleanField("Also ask people at the end to look back at how ready they were before"),
        "primary_scale": RadiosField(
            "Which questions decide",
            [
                Choice(key, questions.scale(document, key)["name"], hint=_asked_in(document, later))
                for key, later in rules.deciding_scales(document, code).items()
            ],
            required="Select the questions that decide",
        ),
        "deciding_wave": RadiosField(
            "Which wave decides, compared with when people book",
            [Choice(wave["key"], wave["name"]) for wave in timed if _decides(document, wave["key"], code)],
            required="Select the wave that decides",
        ),
    }
    for wave in timed:
        fields |= _day_fields(wave)
    made: type[PlanForm] = type("MadePlanForm", (PlanForm,), fields)
    form: PlanForm = made(data=_filled(question_set, plan, waves, timed))
    return form


def _hint(document: questions.Document, wave: rules.Wave, code: str, plan: EvaluationPlan | None) -> str:
    changes = plan.days.get(wave["key"]) if plan else None
    asked = rules.questions_in(document, wave["key"], code, then_test=False)
    long = f"{plural(asked, 'question')}, about {plural(wave['minutes'], 'minute')}."
    return " ".join([long, *rules.window_words(rules.with_changes(wave, changes))])


def _decides(document: questions.Document, key: str, code: str) -> bool:
    return any(key in later for later in rules.deciding_scales(document, code).values())


def _asked_in(document: questions.Document, later: Sequence[str]) -> str:
    names = [questions.wave(document, key)["name"] for key in later]
    return f"Asked when people book, and: {', '.join(name[0].lower() + name[1:] for name in names)}."


def _day_fields(wave: rules.Wave) -> dict[str, Any]:
    allowed, key = rules.limits(wave), wave["key"]
    kind = next((name for rule in wave["reminders"] for name in rule), "")
    after = {"days_before_session": "before the session", "days_after_session": "after the session"}.get(
        kind, "after it opens"
    )
    found: dict[str, Any] = {}
    for name, label, limit in (
        ("opens", "Days after the session it opens", allowed.opens),
        ("open_for", "Days it stays open", allowed.open_for),
        (FIRST, f"First reminder, days {after}", allowed.reminders),
        (SECOND, f"Second reminder, days {after}", allowed.reminders),
        ("late", "Days late answers still count", allowed.late),
    ):
        if limit:
            empty = " Empty: none." if name in (FIRST, SECOND) else ""
            hint = f"{limit[0]} to {limit[1]}.{empty}"
            found[f"days_{key}_{name}"] = NumberField(label, least=0, most=400, description=hint)
    return found


def _filled(
    question_set: QuestionSet, plan: EvaluationPlan | None, waves: Sequence[str], timed: Sequence[rules.Wave]
) -> dict[str, Any]:
    values: dict[str, Any] = {"set_id": str(question_set.id), "waves": list(waves)}
    if plan:
        values |= {
            "waves": list(plan.waves),
            "then_test": plan.then_test,
            "primary_scale": plan.primary_scale,
            "deciding_wave": plan.deciding_wave,
        }
    for wave in timed:
        days = rules.days_of(rules.with_changes(wave, plan.days.get(wave["key"]) if plan else None))
        first, second = (*days.reminders, None, None)[:2]
        for name, value in (
            ("opens", days.opens),
            ("open_for", days.open_for),
            (FIRST, first),
            (SECOND, second),
            ("late", days.late),
        ):
            values[f"days_{wave['key']}_{name}"] = value
    return values
