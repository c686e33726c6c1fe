"""What a package and we say to each other while it is open: a closed list, read strictly. What a package says is its own word.

SCORM 1.2 has one element for how far and how well; SCORM 2004 has two. Neither is ever inferred from the other: “passed” of
SCORM 1.2 says nothing of completion, and what SCORM 2004 leaves open stays unknown, unless it ends without a word (`at_the_end`).
"""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from lms.elearning.models import Completion, Kind, Progress, Success, Unit
from lms.errors import RuleBroken

#: The longest texts, in characters. SCORM 1.2 promises 4,096 for suspend data and SCORM 2004 64,000; many packages of the first
#: rely on the second.
LONGEST_SUSPEND_DATA, LONGEST_LOCATION, LONGEST_WORD = 64_000, 1_000, 60
#: A visit longer than this is not believed.
LONGEST_VISIT = 24 * 3_600
#: Messages of one open part in one second; our own page sends one.
MOST_A_SECOND = 5

NOT_UNDERSTOOD = "What the course sent could not be understood, so it was not saved."

STATUS_12: dict[str, tuple[Completion | None, Success | None]] = {
    "passed": (None, Success.PASSED),
    "failed": (None, Success.FAILED),
    "completed": (Completion.COMPLETED, None),
    "incomplete": (Completion.INCOMPLETE, None),
    "browsed": (Completion.INCOMPLETE, None),
    "not attempted": (Completion.NOT_ATTEMPTED, None),
    "": (None, None),
}
COMPLETION_2004 = {
    "completed": Completion.COMPLETED,
    "incomplete": Completion.INCOMPLETE,
    "not attempted": Completion.NOT_ATTEMPTED,
    "unknown": Completion.UNKNOWN,
    "": None,
}
SUCCESS_2004 = {"passed": Success.PASSED, "failed": Success.FAILED, "unknown": Success.UNKNOWN, "": None}


@dataclass
class Said:
    """What one message says; None: nothing of it."""

    completion: Completion | None = None
    success: Success | None = None
    location: str | None = None
    suspend_data: str | None = None
    suspended: bool | None = None
    #: How long this visit is so far, in seconds.
    seconds: int | None = None
    #: raw, min, max, scaled.
    score: dict[str, float] = field(default_factory=dict)


Read = Callable[[Said, str], None]


def _number(value: str) -> float | None:
    if not value:
        return None
    if not re.fullmatch(r"-?\d{1,9}(\.\d{1,9})?", value, re.ASCII):
        raise RuleBroken(NOT_UNDERSTOOD)
    return float(value)


def _score(name: str) -> Read:
    def read(said: Said, value: str) -> None:
        number = _number(value)
        if number is not None and (name != "scaled" or -1 <= number <= 1):
            said.score[name] = number

    return read


def _status_12(said: Said, value: str) -> None:
    if value not in STATUS_12:
        raise RuleBroken(NOT_UNDERSTOOD)
    said.completion, said.success = STATUS_12[value]


def _completion(said: Said, value: str) -> None:
    if value not in COMPLETION_2004:
        raise RuleBroken(NOT_UNDERSTOOD)
    said.completion = COMPLETION_2004[value]


def _success(said: Said, value: str) -> None:
    if value not in SUCCESS_2004:
        raise RuleBroken(NOT_UNDERSTOOD)
    said.success = SUCCESS_2004[value]


def _location(said: Said, value: str) -> None:
    said.location = value


def _suspend_data(said: Said, value: str) -> None:
    said.suspend_data = value


def _exit(said: Said, value: str) -> None:
    if value not in {"", "time-out", "timeout", "suspend", "logout", "normal"}:
        raise RuleBroken(NOT_UNDERSTOOD)
    said.suspended = value in {"suspend", "logout"}


def _time_12(said: Said, value: str) -> None:
    """HHHH:MM:SS.SS."""
    found = re.fullmatch(r"(\d{2,4}):([0-5]?\d):([0-5]?\d)(?:\.\d{1,2})?", value, re.ASCII)
    if value and not found:
        raise RuleBroken(NOT_UNDERSTOOD)
    if found:
        said.seconds = _visit(int(found[1]) * 3600 + int(found[2]) * 60 + int(found[3]))


def _time_2004(said: Said, value: str) -> None:
    """A duration of ISO 8601 without years and months, which no visit has."""
    duration = r"P(?:(\d{1,5})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,7})M)?(?:(\d{1,8})(?:\.\d{1,2})?S)?)?"
    found = re.fullmatch(duration, value, re.ASCII)
    if value and not found:
        raise RuleBroken(NOT_UNDERSTOOD)
    if found:
        days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
        said.seconds = _visit(days * 86_400 + hours * 3_600 + minutes * 60 + seconds)


def _visit(seconds: int) -> int:
    return min(seconds, LONGEST_VISIT)


#: The closed list: what may be said, how long it may be, and what it means.
KEYS: dict[Kind, dict[str, tuple[int, Read]]] = {
    Kind.SCORM_12: {
        "cmi.core.lesson_status": (LONGEST_WORD, _status_12),
        "cmi.core.lesson_location": (LONGEST_LOCATION, _location),
        "cmi.core.score.raw": (LONGEST_WORD, _score("raw")),
        "cmi.core.score.min": (LONGEST_WORD, _score("min")),
        "cmi.core.score.max": (LONGEST_WORD, _score("max")),
        "cmi.core.session_time": (LONGEST_WORD, _time_12),
        "cmi.core.exit": (LONGEST_WORD, _exit),
        "cmi.suspend_data": (LONGEST_SUSPEND_DATA, _suspend_data),
    },
    Kind.SCORM_2004: {
        "cmi.completion_status": (LONGEST_WORD, _completion),
        "cmi.success_status": (LONGEST_WORD, _success),
        "cmi.location": (LONGEST_LOCATION, _location),
        "cmi.score.raw": (LONGEST_WORD, _score("raw")),
        "cmi.score.min": (LONGEST_WORD, _score("min")),
        "cmi.score.max": (LONGEST_WORD, _score("max")),
        "cmi.score.scaled": (LONGEST_WORD, _score("scaled")),
        "cmi.session_time": (LONGEST_WORD, _time_2004),
        "cmi.exit": (LONGEST_WORD, _exit),
        "cmi.suspend_data": (LONGEST_SUSPEND_DATA, _suspend_data),
    },
}


def understand(kind: Kind, given: Any) -> Said:
    """What a message of a package says. RuleBroken for anything that is not on the list, too long, or of no such form."""
    keys = KEYS.get(kind, {})
    if not isinstance(given, Mapping):
        raise RuleBroken(NOT_UNDERSTOOD)
    said = Said()
    for key, value in given.items():
        if key not in keys or not isinstance(value, str):
            raise RuleBroken(NOT_UNDERSTOOD)
        longest, read = keys[key]
        # PostgreSQL keeps no NUL, and half a surrogate pair is no text.
        if len(value) > longest or "\x00" in value or re.search("[\ud800-\udfff]", value):
            raise RuleBroken(NOT_UNDERSTOOD)
        read(said, value)
    return said


def at_the_end(unit: Unit, stands: "Standing") -> tuple[Completion, Success]:
    """How far and how well, once a package has ended the visit itself (LMSFinish, Terminate): SCORM's own rule for one that said
    nothing of it. What a package did say stays as it said it, and one that will go on (exit “suspend”) has not ended.

    SCORM 2004, Sequencing and Navigation, End Attempt Process [UP.4]: an activity whose attempt progress status is not known is
    completed, unless its manifest says `completionSetByContent`. The same step would call its objective satisfied; we leave
    success unknown, as nobody was asked anything.

    SCORM 1.2, Run-Time Environment, 3.4.4, cmi.core.lesson_status: on LMSFinish of a SCO that set no status the LMS sets
    “completed”; where there are a mastery score and a raw score, it sets “passed” or “failed” from them instead.
    """
    as_said = (stands.completion, stands.success)
    if stands.suspended or unit.by_content:
        return as_said
    if unit.content.kind is Kind.SCORM_2004:
        return (Completion.COMPLETED, stands.success) if stands.completion is Completion.UNKNOWN else as_said
    # No SCO may set “not attempted”: it is what we tell one that has set nothing.
    said_nothing = stands.completion in {Completion.UNKNOWN, Completion.NOT_ATTEMPTED}
    if not said_nothing or stands.success is not Success.UNKNOWN:
        return as_said
    if unit.mastery is not None and "raw" in stands.score:
        return stands.completion, Success.PASSED if stands.score["raw"] >= unit.mastery else Success.FAILED
    return Completion.COMPLETED, Success.UNKNOWN


def opening(unit: Unit, stood: "Standing | None") -> dict[str, Any]:
    """What a package is told when it opens, as scorm-again reads it. It never learns who the person is."""
    kind = unit.content.kind
    if not kind.is_package:
        return {}
    stood = stood or Standing()
    entry = "ab-initio" if not stood.begun else "resume" if stood.resumes else ""
    score = {name: str(_plain(value)) for name, value in stood.score.items()}
    time = stood.seconds
    if kind is Kind.SCORM_12:
        core: dict[str, Any] = {
            "student_id": "learner",
            "student_name": "Learner",
            "lesson_location": stood.location,
            "lesson_status": _said_12(stood),
            "entry": entry,
            "credit": "credit",
            "total_time": f"{time // 3600:04}:{time % 3600 // 60:02}:{time % 60:02}",
            "score": {name: value for name, value in score.items() if name != "scaled"},
        }
        told = {"core": core, "suspend_data": stood.suspend_data, "launch_data": unit.launch_data}
        if unit.mastery is not None:
            told["student_data"] = {"mastery_score": str(_plain(unit.mastery))}
        return told
    told = {
        "learner_id": "learner",
        "learner_name": "Learner",
        "location": stood.location,
        "completion_status": stood.completion.value.replace("_", " "),
        "success_status": stood.success.value,
        "entry": entry,
        "credit": "credit",
        "total_time": f"PT{time}S",
        "score": score,
        "suspend_data": stood.suspend_data,
        "launch_data": unit.launch_data,
    }
    if unit.mastery is not None:
        told["scaled_passing_score"] = str(_plain(unit.mastery))
    return told


@dataclass(frozen=True)
class Standing:
    """Where somebody stands in a part, as a package is told of it."""

    begun: bool = False
    suspended: bool = False
    completion: Completion = Completion.UNKNOWN
    success: Success = Success.UNKNOWN
    location: str = ""
    suspend_data: str = ""
    seconds: int = 0
    score: Mapping[str, float] = field(default_factory=dict)

    @property
    def resumes(self) -> bool:
        """Does it go on? Also where a browser was closed before the package could say that it is to."""
        ended = self.completion is Completion.COMPLETED or self.success is not Success.UNKNOWN
        return self.suspended or not ended


def standing_of(progress: Progress) -> Standing:
    """Where a person stands in a part."""
    scores = {name: getattr(progress, f"score_{name}") for name in ("raw", "min", "max", "scaled")}
    silent = not (progress.location or progress.suspend_data or progress.seconds)
    return Standing(
        begun=not silent or progress.completion is not Completion.UNKNOWN or progress.success is not Success.UNKNOWN,
        suspended=progress.suspended,
        completion=progress.completion,
        success=progress.success,
        location=progress.location,
        suspend_data=progress.suspend_data,
        seconds=progress.seconds,
        score={name: value for name, value in scores.items() if value is not None},
    )


def _said_12(stood: Standing) -> str:
    """The one word of SCORM 1.2: how well, where that is known, otherwise how far."""
    if stood.success is not Success.UNKNOWN:
        return stood.success.value
    return "not attempted" if stood.completion is Completion.UNKNOWN else stood.completion.value.replace("_", " ")


def _plain(number: float) -> float | int:
    return int(number) if math.isfinite(number) and number == int(number) else number
