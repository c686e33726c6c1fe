"""Where somebody stands in a part, in words. What a package says of itself is said to be so."""

from lms.elearning.models import Completion, Kind, Progress, Success
from lms.words import plural

COMPLETION = {
    Completion.UNKNOWN: "started",
    Completion.NOT_ATTEMPTED: "started",
    Completion.INCOMPLETE: "started, not completed",
    Completion.COMPLETED: "completed",
}
DECLARED = "completed, as you said yourself"
SUCCESS = {Success.PASSED: "passed", Success.FAILED: "not passed"}


def stands_words(part: Progress) -> str:
    """How far and how well, in a few words: “Completed, passed, score 80 of 100, 12 minutes”.

    How far and how well stand side by side; where only one is known, only that is said.
    """
    if part.started_at is None:
        return "Not started"
    said = [SUCCESS[part.success]] if part.success in SUCCESS else []
    if part.completion is Completion.COMPLETED or not said:
        said.insert(0, DECLARED if part.declared_at else COMPLETION[part.completion])
    said += _more(part)
    words = ", ".join(said)
    return words[:1].upper() + words[1:]


def _more(part: Progress) -> list[str]:
    kind, found = part.unit.content.kind, []
    if kind is Kind.CHECK:
        if part.tries:
            best = max(one.right_answers for one in part.tries)
            found.append(f"{best} of {part.tries[0].questions} right, {plural(len(part.tries), 'try', 'tries')}")
        return found
    if kind is Kind.VIDEO:
        return [f"{part.share}% watched"]
    if kind is Kind.DOCUMENT:
        return [f"{part.location or 0} of {plural(part.unit.length or 1, 'page')} read"]
    if (score := score_words(part)) is not None:
        found.append(f"score {score}")
    if part.seconds >= 60:
        found.append(plural(part.seconds // 60, "minute"))
    return found


def score_words(part: Progress) -> str | None:
    """The score as the package gave it; None: it gave none."""
    if part.score_raw is not None:
        most = f" of {_plain(part.score_max)}" if part.score_max is not None else ""
        return f"{_plain(part.score_raw)}{most}"
    return f"{_plain(part.score_scaled * 100)}%" if part.score_scaled is not None else None


def _plain(number: float) -> str:
    return f"{number:g}"
