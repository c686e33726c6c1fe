"""What a package says is read from a closed list; how far and how well are never inferred from one another."""

import pytest

from lms.elearning import runtime
from lms.elearning.models import Completion, Content, Kind, Success, Unit
from lms.elearning.runtime import Said, Standing
from lms.errors import RuleBroken

OLD, NEW = Kind.SCORM_12, Kind.SCORM_2004


@pytest.mark.parametrize(
    ("status", "completion", "success"),
    [
        ("passed", None, Success.PASSED),
        ("failed", None, Success.FAILED),
        ("completed", Completion.COMPLETED, None),
        ("incomplete", Completion.INCOMPLETE, None),
        ("browsed", Completion.INCOMPLETE, None),
        ("not attempted", Completion.NOT_ATTEMPTED, None),
    ],
)
def test_the_one_word_of_scorm_12_says_one_thing(
    status: str, completion: Completion | None, success: Success | None
) -> None:
    assert runtime.understand(OLD, {"cmi.core.lesson_status": status}) == Said(completion=completion, success=success)


def test_the_two_words_of_scorm_2004_say_what_they_say() -> None:
    said = runtime.understand(NEW, {"cmi.completion_status": "completed", "cmi.success_status": "unknown"})
    assert (said.completion, said.success) == (Completion.COMPLETED, Success.UNKNOWN)
    said = runtime.understand(NEW, {"cmi.success_status": "passed"})
    assert (said.completion, said.success) == (None, Success.PASSED)


def test_everything_else_is_kept_as_it_is_said() -> None:
    said = runtime.understand(
        OLD,
        {
            "cmi.core.lesson_location": "page 3",
            "cmi.core.score.raw": "81.5",
            "cmi.core.score.min": "0",
            "cmi.core.score.max": "100",
            "cmi.core.session_time": "0001:02:03.45",
            "cmi.core.exit": "suspend",
            "cmi.suspend_data": "ä" * 64_000,
        },
    )
    assert said.location == "page 3"
    assert said.score == {"raw": 81.5, "min": 0.0, "max": 100.0}
    assert (said.seconds, said.suspended, len(said.suspend_data or "")) == (3723, True, 64_000)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("PT5M30S", 330), ("P1DT2H", 93_600 - 7_200), ("PT0.5S", 0), ("PT3600S", 3_600), ("PT999H", 86_400)],
)
def test_durations_of_scorm_2004(said: str, seconds: int) -> None:
    assert runtime.understand(NEW, {"cmi.session_time": said}).seconds == min(seconds, 86_400)


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        (OLD, None),
        (OLD, []),
        (OLD, {"cmi.core.student_name": "Somebody else"}),
        (OLD, {"cmi.completion_status": "completed"}),
        (NEW, {"cmi.core.lesson_status": "passed"}),
        (NEW, {"__proto__": "x"}),
        (NEW, {"cmi.completion_status": "finished"}),
        (NEW, {"cmi.completion_status": ["completed"]}),
        (NEW, {"cmi.success_status": True}),
        (OLD, {"cmi.core.score.raw": "1e9"}),
        (OLD, {"cmi.core.score.raw": "NaN"}),
        (OLD, {"cmi.core.score.raw": "９"}),
        (OLD, {"cmi.core.session_time": "an hour"}),
        (NEW, {"cmi.session_time": "PT" + "9" * 60 + "S"}),
        (OLD, {"cmi.suspend_data": "x" * 64_001}),
        (OLD, {"cmi.suspend_data": "a\x00b"}),
        (OLD, {"cmi.core.lesson_location": "\ud800"}),
        (NEW, {"cmi.exit": "explode"}),
        (Kind.VIDEO, {"cmi.completion_status": "completed"}),
    ],
)
def test_what_is_not_on_the_list_is_refused_whole(kind: Kind, given: object) -> None:
    with pytest.raises(RuleBroken, match="could not be understood"):
        runtime.understand(kind, given)


def test_a_scaled_score_beyond_its_scale_is_no_score() -> None:
    assert runtime.understand(NEW, {"cmi.score.scaled": "7"}).score == {}


def _unit(kind: Kind, mastery: float | None = None) -> Unit:
    return Unit(content=Content(kind=kind), mastery=mastery, launch_data="lang=en")


def test_a_package_is_told_where_somebody_stands_and_never_who_it_is() -> None:
    stood = Standing(
        True, True, Completion.INCOMPLETE, Success.UNKNOWN, "3", "abc", 3_723, {"raw": 40.0, "scaled": 0.4}
    )
    assert runtime.opening(_unit(OLD, 80.0), stood) == {
        "core": {
            "student_id": "learner",
            "student_name": "Learner",
            "lesson_location": "3",
            "lesson_status": "incomplete",
            "entry": "resume",
            "credit": "credit",
            "total_time": "0001:02:03",
            "score": {"raw": "40"},
        },
        "suspend_data": "abc",
        "launch_data": "lang=en",
        "student_data": {"mastery_score": "80"},
    }
    told = runtime.opening(_unit(NEW, 0.8), stood)
    assert (told["completion_status"], told["success_status"], told["total_time"]) == (
        "incomplete",
        "unknown",
        "PT3723S",
    )
    assert (told["scaled_passing_score"], told["score"]) == ("0.8", {"raw": "40", "scaled": "0.4"})


@pytest.mark.parametrize(
    ("stood", "entry"),
    [
        (None, "ab-initio"),
        (Standing(), "ab-initio"),
        (Standing(begun=True, completion=Completion.INCOMPLETE), "resume"),
        (Standing(begun=True, completion=Completion.COMPLETED), ""),
        (Standing(begun=True, completion=Completion.COMPLETED, suspended=True), "resume"),
    ],
)
def test_a_package_goes_on_where_it_was_left(stood: Standing | None, entry: str) -> None:
    assert runtime.opening(_unit(NEW), stood)["entry"] == entry
    assert runtime.opening(_unit(OLD), stood)["core"]["entry"] == entry


@pytest.mark.parametrize(
    ("kind", "said", "then"),
    [
        (NEW, (Completion.UNKNOWN, Success.UNKNOWN), (Completion.COMPLETED, Success.UNKNOWN)),
        (NEW, (Completion.UNKNOWN, Success.FAILED), (Completion.COMPLETED, Success.FAILED)),
        (NEW, (Completion.INCOMPLETE, Success.UNKNOWN), (Completion.INCOMPLETE, Success.UNKNOWN)),
        # A package of SCORM 2004 may say this; one of SCORM 1.2 may not, so there it is our own word.
        (NEW, (Completion.NOT_ATTEMPTED, Success.UNKNOWN), (Completion.NOT_ATTEMPTED, Success.UNKNOWN)),
        (OLD, (Completion.NOT_ATTEMPTED, Success.UNKNOWN), (Completion.COMPLETED, Success.UNKNOWN)),
        (OLD, (Completion.UNKNOWN, Success.UNKNOWN), (Completion.COMPLETED, Success.UNKNOWN)),
        (OLD, (Completion.INCOMPLETE, Success.UNKNOWN), (Completion.INCOMPLETE, Success.UNKNOWN)),
        (OLD, (Completion.NOT_ATTEMPTED, Success.FAILED), (Completion.NOT_ATTEMPTED, Success.FAILED)),
    ],
)
def test_a_package_that_ends_without_a_word_is_completed_and_one_that_spoke_stays_as_it_said(
    kind: Kind, said: tuple[Completion, Success], then: tuple[Completion, Success]
) -> None:
    stands = Standing(completion=said[0], success=said[1])
    assert runtime.at_the_end(_unit(kind), stands) == then
    suspended = Standing(completion=said[0], success=said[1], suspended=True)
    assert runtime.at_the_end(_unit(kind), suspended) == said, "what will go on has not ended"


def test_a_package_that_keeps_its_completion_to_itself_is_not_completed_for_it() -> None:
    unit = _unit(NEW)
    unit.by_content = True
    assert runtime.at_the_end(unit, Standing()) == (Completion.UNKNOWN, Success.UNKNOWN)


@pytest.mark.parametrize(("raw", "success"), [(80.0, Success.PASSED), (79.5, Success.FAILED)])
def test_a_silent_package_of_scorm_12_with_a_mark_and_a_score_is_passed_or_not(raw: float, success: Success) -> None:
    stands = Standing(completion=Completion.NOT_ATTEMPTED, score={"raw": raw})
    assert runtime.at_the_end(_unit(OLD, 80.0), stands) == (Completion.NOT_ATTEMPTED, success)
    assert runtime.at_the_end(_unit(OLD), stands) == (Completion.COMPLETED, Success.UNKNOWN), "there is no mark"
    assert runtime.at_the_end(_unit(NEW, 0.8), Standing(score={"raw": raw})) == (Completion.COMPLETED, Success.UNKNOWN)


def test_a_video_is_told_nothing() -> None:
    assert runtime.opening(_unit(Kind.VIDEO), None) == {}
