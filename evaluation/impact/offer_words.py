"""The words of a thread about its offers, the evidence of its actions, and what waits for somebody. Pure."""

from evaluation.actions.models import EvidenceKind
from evaluation.impact.change_words import plural_words
from evaluation.impact.evaluated import Evaluated
from evaluation.impact.thread import CourseReach, Thread
from evaluation.offers.reach import OfferReach
from evaluation.offers.rules import unit_words
from lms import dates
from lms.catalogue.models import Course
from lms.words import listing

#: Sessions of a course nobody is asked about are only summed up where they are more than this.
MOST_SESSIONS = 12
EVIDENCE_WORDS = {EvidenceKind.DOING: "That it was done", EvidenceKind.EFFECT: "What changed"}


def courses_words(thread: Thread) -> str:
    """“two courses and one series”, of those of which sessions were held."""
    courses = sum(isinstance(one.course, Course) for one in thread.courses)
    series = len(thread.courses) - courses
    said = [plural_words(courses, "course")] if courses else []
    return listing([*said, "one series" if series == 1 else f"{series} series"]) if series else listing(said)


def reached_words(offer: OfferReach) -> str:
    """“132 people”, or that nothing was counted, which is not 0."""
    return "not counted" if offer.count is None else unit_words(offer.count, offer.unit)


def offer_rows(thread: Thread) -> list[list[str]]:
    """Every offer: what it is called, what it is, how many it reached, and who counted."""
    return [[one.title, one.kind, reached_words(one), one.source] for one in thread.offers]


def offers_note(thread: Thread) -> str:
    """What may be added, and what may not."""
    if not thread.offers:
        return ""
    once = "People known one by one are counted once over all offers."
    if any(not one.known and one.count is not None for one in thread.offers):
        return f"{once} Numbers that were typed in stand beside them and are never added."
    return once


def in_full(thread: Thread, course: CourseReach) -> bool:
    """Are the sessions of a course listed, or only summed up? Always where people are asked what changed."""
    asked = thread.plan is not None and isinstance(course.course, Course) and course.course.id == thread.plan.course_id
    return asked or len(course.sessions) <= MOST_SESSIONS


def asked_about(thread: Thread) -> str:
    """Of which course people are asked what changed, where the thread has more than that one."""
    if thread.evaluated is None or len({one.title for one in thread.offers}) < 2:
        return ""
    return f"Asked of the people who came to “{thread.evaluated.course.title}”."


def other_verdict(one: Evaluated) -> tuple[str, str]:
    """The verdict of another evaluated course of the thread, and its sentence."""
    if one.verdict is None:
        return "Not enough evidence", "Nobody’s answers have been counted yet."
    return one.verdict.words, one.verdict.sentence


def evidence_rows(thread: Thread) -> list[list[str]]:
    """What shows something about the actions and counts today: of which action, of what kind, what it shows, about which day."""
    return [
        [action.reference, EVIDENCE_WORDS[one.kind], one.shows, dates.day(one.about_on)]
        for action, one in thread.evidence
    ]


def waiting_words(thread: Thread) -> list[str]:
    """What waits beside open actions: evidence to be looked at again, questions without an answer."""
    said = []
    if thread.reviews:
        when = thread.reviews[0].review_on
        said.append(f"evidence is looked at again on {dates.day(when)}")
    unanswered = sum(one.answered_on is None for one in thread.questions)
    if unanswered:
        said.append(
            f"{plural_words(unanswered, 'question')} to a group {'waits' if unanswered == 1 else 'wait'} for an answer"
        )
    return said


def waiting_rows(thread: Thread) -> list[list[str]]:
    """Reviews and questions, each with its day: what it is about, what waits, since or until when."""
    reviews = [
        [action.reference, "Evidence is looked at again", dates.day(action.review_on)] for action in thread.reviews
    ]
    names = {action.id: action.reference for action in thread.actions}
    asked = [
        [
            names.get(one.action_id, ""),
            f"{one.group.short_name} was asked: {one.question}" + (f" Answer: {one.answer}" if one.answer else ""),
            f"answered {dates.day(one.answered_on)}" if one.answered_on else f"asked {dates.day(one.asked_on)}",
        ]
        for one in thread.questions
    ]
    return reviews + asked
