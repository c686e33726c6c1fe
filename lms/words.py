"""How numbers, shares, intervals and states are said. Pure functions, used by pages, letters, exports and the PDF alike.

A figure carries its base. Shares are given as fractions (0.77), counts as whole numbers. Percentages are written without
decimals unless a table asks for one; a difference of two shares is in points, never in per cent.
"""

import math
from collections.abc import Callable, Sequence
from enum import Enum
from typing import NamedTuple

from flask import Flask

MINUS = "−"
#: Of fewer people than this no percentage is said at all.
FEWEST_FOR_PERCENT = 10
#: Of fewer people than this the numbers come first, the percentage in brackets.
FEWEST_FOR_PERCENT_FIRST = 20
NUMBERS = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def rounded(value: float, decimals: int = 0) -> float:
    """A number rounded half away from zero, as people round on paper.

    >>> rounded(2.5), rounded(-2.5), rounded(0.125, 2)
    (3.0, -3.0, 0.13)
    """
    scale = 10**decimals
    return math.copysign(math.floor(abs(value) * scale + 0.5 + 1e-9) / scale, value) if value else 0.0


def thousands(number: int) -> str:
    """
    >>> thousands(1058), thousands(-12000)
    ('1,058', '−12,000')
    """
    return f"{number:,}".replace("-", MINUS)


def number_word(number: int) -> str:
    """A count inside a sentence: in letters up to ten, in figures from there.

    >>> number_word(8), number_word(11), number_word(0)
    ('eight', '11', 'none')
    """
    return NUMBERS[number] if 0 <= number < len(NUMBERS) else thousands(number)


def plural(number: int, one: str, many: str | None = None) -> str:
    """A count with its noun; `many` is only needed where an s does not do.

    >>> plural(1, "person", "people"), plural(2000, "person", "people"), plural(0, "session")
    ('1 person', '2,000 people', '0 sessions')
    """
    return f"{thousands(number)} {one if number == 1 else many or one + 's'}"


def percent(count: int, base: int, decimals: int = 0) -> str:
    """A share of a whole as a percentage that never rounds somebody away, and never rounds up to all.

    >>> percent(33, 43), percent(0, 43), percent(43, 43), percent(1, 8, decimals=1)
    ('77%', '0%', '100%', '12.5%')
    >>> percent(1, 1199), percent(1198, 1199), percent(0, 0)
    ('under 1%', 'over 99%', 'no figure')
    """
    if base <= 0:
        return "no figure"
    least = 10**-decimals
    share = rounded(100 * count / base, decimals)
    if count > 0 and share < least:
        return f"under {least:.{decimals}f}%"
    if count < base and share > 100 - least:
        return f"over {100 - least:.{decimals}f}%"
    return f"{share:.{decimals}f}%"


def share_words(count: int, base: int) -> str:
    """How many of how many, with the percentage where there are enough people for one.

    >>> share_words(33, 43), share_words(1, 8), share_words(112, 1199), share_words(0, 40)
    ('33 of 43 (77%)', '1 of 8', '112 of 1,199 (9%)', '0 of 40 (0%)')
    """
    said = f"{thousands(count)} of {thousands(base)}"
    return f"{said} ({percent(count, base)})" if base >= FEWEST_FOR_PERCENT else said


def percent_words(count: int, base: int) -> str:
    """The percentage first, where there are enough people; otherwise as `share_words`.

    >>> percent_words(33, 43), percent_words(9, 14), percent_words(1, 8)
    ('77% (33 of 43)', '9 of 14 (64%)', '1 of 8')
    """
    if base < FEWEST_FOR_PERCENT_FIRST:
        return share_words(count, base)
    return f"{percent(count, base)} ({thousands(count)} of {thousands(base)})"


def signed(share: float, decimals: int = 0) -> str:
    """A difference of two shares in hundredths, with its sign.

    >>> signed(0.349), signed(-0.03), signed(0.0), signed(-0.001)
    ('+35', '−3', '0', '0')
    """
    value = rounded(100 * share, decimals)
    sign = "+" if value > 0 else MINUS if value < 0 else ""
    return f"{sign}{abs(value):.{decimals}f}"


def points(share: float, decimals: int = 0) -> str:
    """A difference of two shares in points.

    >>> points(0.349), points(-0.01), points(0.0)
    ('+35 points', '−1 point', '0 points')
    """
    return f"{signed(share, decimals)} {'point' if abs(rounded(100 * share, decimals)) == 1 else 'points'}"


def interval_words(low: float, high: float, *, difference: bool = False) -> str:
    """A 95% interval after the figure it belongs to: of a share, or with `difference` of a change in points.

    >>> interval_words(0.484, 0.761), interval_words(0.16, 0.5, difference=True), interval_words(-0.03, 0.3, difference=True)
    ('interval 48 to 76', 'interval +16 to +50', 'interval −3 to +30')
    """
    if difference:
        return f"interval {signed(low)} to {signed(high)}"
    return f"interval {rounded(100 * low):.0f} to {rounded(100 * high):.0f}"


def hours_words(minutes: int) -> str:
    """A length of learning in hours and halves, as a course is described.

    >>> hours_words(180), hours_words(150), hours_words(60), hours_words(30), hours_words(100)
    ('3 hours', '2½ hours', '1 hour', 'half an hour', '1 hour 40 minutes')
    """
    hours, rest = divmod(minutes, 60)
    if rest == 30:
        return f"{hours}½ hours" if hours else "half an hour"
    if not hours:
        return plural(rest, "minute")
    return plural(hours, "hour") + (f" {plural(rest, 'minute')}" if rest else "")


def listing(things: Sequence[str], last: str = "and") -> str:
    """Things in a sentence.

    >>> listing(["health", "police", "housing"]), listing(["health"]), listing(["9am", "1pm"], "or")
    ('health, police and housing', 'health', '9am or 1pm')
    """
    if len(things) < 2:
        return "".join(things)
    return f"{', '.join(things[:-1])} {last} {things[-1]}"


def inside(words: str) -> str:
    """Words that begin a line elsewhere, as they stand inside a sentence: small at the start, unless they are an abbreviation.

    >>> inside("Designated safeguarding lead"), inside("L&D officer"), inside("DSL")
    ('designated safeguarding lead', 'L&D officer', 'DSL')
    """
    return words if words[1:2].isupper() or words[1:2] == "&" else words[:1].lower() + words[1:]


class Tag(NamedTuple):
    """The word of a state and the colour it stands on: good, warn, bad, calm, or none."""

    word: str
    tone: str


#: Every state a page shows: (name of its enumeration, value) → word and tone. The one place where both are chosen.
TAGS = {
    ("BookingStatus", "booked"): Tag("Booked", "good"),
    ("BookingStatus", "offered"): Tag("Offered to you", "warn"),
    ("BookingStatus", "approval"): Tag("Held, manager asked", "calm"),
    ("BookingStatus", "waiting"): Tag("On the waiting list", "calm"),
    ("BookingStatus", "cancelled"): Tag("Cancelled", "none"),
    ("DeliveryState", "asked"): Tag("To be answered", "warn"),
    ("DeliveryState", "agreed"): Tag("Agreed", "good"),
    ("DeliveryState", "declined"): Tag("Cannot be done", "none"),
    ("DeliveryState", "withdrawn"): Tag("Withdrawn", "none"),
    ("Mark", "attended"): Tag("Came", "good"),
    ("Mark", "part"): Tag("Came in part", "calm"),
    ("Mark", "left_early"): Tag("Left early", "calm"),
    ("Mark", "apology"): Tag("Sent apologies", "none"),
    ("Mark", "no_show"): Tag("Did not come", "warn"),
    ("PastState", "waiting"): Tag("Waits for approval", "calm"),
    ("PastState", "approved"): Tag("Approved", "good"),
    ("PastState", "refused"): Tag("Not approved", "warn"),
    ("completed", "completed"): Tag("Completed", "good"),
    ("DueState", "in_date"): Tag("In date", "good"),
    ("DueState", "due_soon"): Tag("Due soon", "warn"),
    ("DueState", "overdue"): Tag("Overdue", "bad"),
    ("DueState", "not_known"): Tag("Not known", "none"),
    ("DueState", "not_needed"): Tag("Not needed", "none"),
    ("Status", "valid"): Tag("Valid", "good"),
    ("Status", "expired"): Tag("Expired", "warn"),
    ("Status", "withdrawn"): Tag("Withdrawn", "bad"),
    ("LetterState", "waiting"): Tag("Waiting to go", "calm"),
    ("LetterState", "sent"): Tag("Sent", "good"),
    ("LetterState", "failed"): Tag("Could not be sent", "bad"),
    ("RecommendationState", "offered"): Tag("Offered", "calm"),
    ("RecommendationState", "accepted"): Tag("Accepted", "good"),
    ("RecommendationState", "declined"): Tag("Declined", "none"),
    ("RecommendationState", "closed"): Tag("Closed", "none"),
    ("ActionState", "open"): Tag("Open, not started", "none"),
    ("ActionState", "on_track"): Tag("On track", "calm"),
    ("ActionState", "slipping"): Tag("Slipping", "warn"),
    ("ActionState", "overdue"): Tag("Overdue", "bad"),
    ("ActionState", "long_term_cultural_change"): Tag("Long-term cultural change", "calm"),
    ("ActionState", "done"): Tag("Done, effect not yet known", "calm"),
    ("ActionState", "evidence_of_impact"): Tag("Evidence of impact", "good"),
    ("ActionState", "closed"): Tag("Closed", "none"),
    ("MeetingState", "planned"): Tag("Planned", "calm"),
    ("MeetingState", "held"): Tag("Held", "good"),
    ("MeetingState", "minutes_agreed"): Tag("Minutes agreed", "good"),
    ("MeetingState", "cancelled"): Tag("Cancelled", "none"),
    ("ProposalState", "proposed"): Tag("To be decided", "warn"),
    ("ProposalState", "accepted"): Tag("Accepted", "good"),
    ("ProposalState", "declined"): Tag("Declined", "none"),
    ("ProposalState", "put_off"): Tag("Put off", "calm"),
    ("ProposalState", "withdrawn"): Tag("Withdrawn", "none"),
    ("Found", "implemented"): Tag("Implemented", "calm"),
    ("Found", "impact_shown"): Tag("Impact shown", "good"),
    ("Found", "further_work"): Tag("Further work", "warn"),
    ("SchoolStatus", "open"): Tag("Open", "good"),
    ("SchoolStatus", "closing"): Tag("Open, but to close", "warn"),
    ("SchoolStatus", "proposed"): Tag("Proposed to open", "calm"),
    ("SchoolStatus", "closed"): Tag("Closed", "none"),
    ("RoundStage", "planned"): Tag("Planned", "none"),
    ("RoundStage", "open"): Tag("Open", "calm"),
    ("RoundStage", "reminded"): Tag("Reminded", "calm"),
    ("RoundStage", "last_called"): Tag("Last call", "warn"),
    ("RoundStage", "late"): Tag("Late answers", "none"),
    ("RoundStage", "closed"): Tag("Closed", "none"),
    ("ChallengeState", "raised"): Tag("Raised", "calm"),
    ("ChallengeState", "answered"): Tag("Answered", "calm"),
    ("ChallengeState", "satisfied"): Tag("Satisfied", "good"),
    ("ChallengeState", "not_satisfied"): Tag("Not satisfied", "warn"),
    ("ChallengeState", "reopened"): Tag("Reopened", "calm"),
    ("ChallengeState", "closed"): Tag("Closed", "none"),
    ("VersionStep", "drafted"): Tag("Drafted by rule", "none"),
    ("VersionStep", "drafted_again"): Tag("Drafted again", "none"),
    ("VersionStep", "edited"): Tag("Edited", "calm"),
    ("VersionStep", "signed"): Tag("Signed off", "good"),
    ("VersionStep", "reopened"): Tag("Signature taken back", "warn"),
    ("scrutiny_report", "draft"): Tag("Draft", "none"),
    ("scrutiny_report", "signed"): Tag("Signed off", "good"),
    ("change", "kept"): Tag("Kept", "good"),
    ("change", "faded"): Tag("Faded", "warn"),
    ("change", "no_clear_change"): Tag("No clear change", "none"),
    ("change", "worse"): Tag("Worse", "bad"),
    ("change", "not_enough_evidence"): Tag("Not enough evidence", "none"),
    ("NarrativeState", "draft"): Tag("Draft", "warn"),
    ("NarrativeState", "checked"): Tag("Checked, not published", "calm"),
    ("NarrativeState", "published"): Tag("Published", "good"),
    ("NarrativeState", "withdrawn"): Tag("Withdrawn", "none"),
    ("verdict", "better"): Tag("Better", "good"),
    ("verdict", "no_clear_change"): Tag("No clear change", "none"),
    ("verdict", "worse"): Tag("Worse", "bad"),
    ("verdict", "not_enough_evidence"): Tag("Not enough evidence", "none"),
}


def tag_of(state: Enum | str, kind: str = "") -> Tag:
    """The word and tone of a state; `kind` names the list for a plain string. A state without one is said in its own words.

    >>> tag_of("waiting", "BookingStatus")
    Tag(word='On the waiting list', tone='calm')
    >>> tag_of("to_be_agreed")
    Tag(word='To be agreed', tone='none')
    """
    value = str(state.value) if isinstance(state, Enum) else state
    name = kind or type(state).__name__
    found = TAGS.get((name, value)) or TAGS.get((name.lower(), value))
    return found or Tag(value.replace("_", " ").capitalize(), "none")


def init_app(app: Flask) -> None:
    """Let templates write figures with each of these, as a function or as a filter."""
    said: dict[str, Callable[..., object]] = {
        function.__name__: function
        for function in (
            thousands, number_word, plural, percent, share_words, percent_words, signed, points, interval_words,
            hours_words, listing, inside, tag_of,
        )
    }  # fmt: skip
    app.jinja_env.filters.update(said)
    app.jinja_env.globals.update(said)
