"""The quarterly report as the rule drafts it: part by part, from figures and history alone. Pure: values in, words out."""

from collections.abc import Mapping, Sequence
from datetime import date

from evaluation.scrutiny.evidence import Evidence
from evaluation.scrutiny.models import Challenge, ChallengeState, ScrutinyNote
from evaluation.scrutiny.rules import STEPS, Quarter
from lms import dates
from lms.words import inside, listing, plural, tag_of

#: The parts of the report in their order: key and title.
PARTS = (
    ("raised", "What was raised"),
    ("answered", "What was answered"),
    *((f"step{one.number}", f"Step {one.number}: {one.title}") for one in STEPS),
    ("next", "What is still open"),
)


def draft(
    quarter: Quarter,
    challenges: Sequence[Challenge],
    evidence: Mapping[int, Sequence[Evidence]],
    notes: Sequence[ScrutinyNote],
    *,
    today: date,
) -> dict[str, str]:
    """Every part in words. `challenges` are all there are; those of the quarter are picked here."""
    found = {"raised": _raised(quarter, challenges), "answered": _answered(quarter, challenges)}
    for one in STEPS:
        own = [note for note in notes if note.framework_step == one.number]
        found[f"step{one.number}"] = _step(evidence[one.number], own)
    found["next"] = _next(challenges, today)
    return found


def _raised(quarter: Quarter, challenges: Sequence[Challenge]) -> str:
    new = [one for one in challenges if quarter.first <= one.raised_on <= quarter.last]
    if not new:
        return f"No challenge was raised between {dates.period(quarter.first, quarter.last)}."
    lines = [
        f"{one.reference} to the {one.group.name}, {dates.day(one.raised_on)}: {one.title}. An answer was wanted by "
        f"{dates.day(one.wanted_by)}."
        for one in sorted(new, key=lambda one: one.id)
    ]
    return "\n".join([f"{plural(len(new), 'challenge was', 'challenges were')} raised.", *lines])


def _answered(quarter: Quarter, challenges: Sequence[Challenge]) -> str:
    lines, in_time = [], 0
    for one in sorted(challenges, key=lambda one: one.id):
        wanted = one.wanted_by
        for step in one.history:
            wanted = step.wanted_by or wanted
            if step.after is ChallengeState.ANSWERED and quarter.first <= step.dated <= quarter.last:
                late = (step.dated - wanted).days
                in_time += late <= 0
                when = "in time" if late <= 0 else f"{plural(late, 'day')} late"
                minute = f" (minute {step.minute})" if step.minute else ""
                state = inside(tag_of(one.state).word)
                lines.append(
                    f"{one.reference} was answered by the {one.group.name} on {dates.day(step.dated)}{minute}, {when}. "
                    f"It now stands as: {state}."
                )
    if not lines:
        return "No answer was received in this quarter."
    said = plural(len(lines), "answer was", "answers were")
    return "\n".join([f"{said} received, {in_time} of {len(lines)} by the day asked for.", *lines])


def _step(evidence: Sequence[Evidence], notes: Sequence[ScrutinyNote]) -> str:
    lines = [one.sentence for one in evidence if not one.missing]
    gaps = [inside(one.label) + " (" + one.words + ")" for one in evidence if one.missing]
    if gaps:
        lines.append(f"What is missing or incomplete: {listing(gaps)}.")
    lines += [f"Noted on {dates.day(note.at)}: {note.text}" for note in notes]
    return "\n".join(lines) or "Nothing is recorded."


def _next(challenges: Sequence[Challenge], today: date) -> str:
    open_ = [one for one in challenges if one.state not in (ChallengeState.CLOSED, ChallengeState.SATISFIED)]
    if not open_:
        return "No challenge is open."
    lines = []
    for one in sorted(open_, key=lambda one: one.id):
        late = " The day has passed." if one.due < today and one.state is not ChallengeState.ANSWERED else ""
        waiting = (
            "waits for the scrutineer" if one.state is ChallengeState.ANSWERED else f"waits for the {one.group.name}"
        )
        lines.append(f"{one.reference} {waiting}; the answer was wanted by {dates.day(one.due)}.{late}")
    return "\n".join([f"{plural(len(open_), 'challenge is', 'challenges are')} open.", *lines])
