"""What a group may do with its members, meetings and decisions, and how they are named. Pure."""

import re
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from urllib.parse import urlsplit

from evaluation.governance.models import GroupMember, MeetingState
from lms.dates import day as day_words
from lms.errors import RuleBroken
from lms.words import listing

#: A reference people say aloud, and addresses hold.
REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.\-]*")
#: No meeting lasts longer.
LONGEST = timedelta(hours=12)


def prefix(short_name: str) -> str:
    """What the references of a group begin with: the capitals of its short name.

    >>> [prefix(name) for name in ("L&D Strategic", "L&D Delivery", "CSPRG", "DSL Forum", "Executive")]
    ['LDS', 'LDD', 'CSPRG', 'DSLF', 'EXE']
    """
    capitals = "".join(letter for letter in short_name if letter.isascii() and letter.isupper())
    letters = "".join(letter for letter in short_name if letter.isascii() and letter.isalnum())
    return capitals if len(capitals) > 1 else letters[:3].upper() or "GRP"


def proposed_meeting(start: str, day: date, taken: Collection[str]) -> str:
    """The reference of a meeting on a day: its month, and a letter where the month has one already.

    >>> proposed_meeting("LDS", date(2024, 3, 14), []), proposed_meeting("LDS", date(2024, 3, 28), ["LDS-2024-03"])
    ('LDS-2024-03', 'LDS-2024-03b')
    """
    plain = f"{start}-{day.isoformat()[:7]}"
    endings: list[str] = ["", *"bcdefghijklmnopqrstuvwxyz"]
    for ending in endings:
        if plain + ending not in taken:
            return plain + ending
    return f"{plain}-{day:%d}"


def proposed_decision(meeting: str, taken: Iterable[str]) -> str:
    """The next minute reference of a meeting.

    >>> proposed_decision("LDS-2024-03", ["LDS-2024-03.1", "LDS-2024-03.4", "LDS-2024-03.x"])
    'LDS-2024-03.5'
    """
    start = f"{meeting}."
    used = [int(one.removeprefix(start)) for one in taken if one.startswith(start) and one[len(start) :].isdecimal()]
    return f"{start}{max(used, default=0) + 1}"


def in_order(reference: str) -> tuple[str, int]:
    """What minute references are put in order by: the meeting, then the number.

    >>> sorted(["LDS-2024-03.10", "LDS-2024-03.2"], key=in_order)
    ['LDS-2024-03.2', 'LDS-2024-03.10']
    """
    start, _, last = reference.rpartition(".")
    return (start, int(last)) if last.isdecimal() else (reference, 0)


def check_reference(reference: str, taken: Collection[str]) -> None:
    """RuleBroken where a reference cannot be said aloud, or is somebody else’s."""
    if not REFERENCE.fullmatch(reference):
        raise RuleBroken(
            "Enter a reference of letters, numbers, full stops and hyphens, like LDS-2024-03.4", "reference"
        )
    if reference.casefold() in {one.casefold() for one in taken}:
        raise RuleBroken(f"{reference} is there already. Enter another reference", "reference")


def check_link(link: str) -> None:
    """RuleBroken where a link is not a whole address that begins with https."""
    if not link:
        return
    try:
        parts = urlsplit(link)
        good = parts.scheme == "https" and bool(parts.hostname) and not re.search(r"\s", link)
    except ValueError:
        good = False
    if not good:
        raise RuleBroken("Enter a whole address that begins with https://", "link")


def check_times(starts_at: datetime, ends_at: datetime) -> None:
    """RuleBroken where a meeting ends before it begins, or lasts for ever."""
    if ends_at <= starts_at:
        raise RuleBroken("The end must be after the start", "ends")
    if ends_at - starts_at > LONGEST:
        raise RuleBroken("The end is more than 12 hours after the start. Check both times", "ends")


def sits(member: GroupMember, on: date) -> bool:
    """Does somebody sit in the group on a day?"""
    return member.since <= on and (member.until is None or member.until >= on)


def overlapping(members: Sequence[GroupMember]) -> list[GroupMember]:
    """Of memberships of one person in one group, those that begin before an earlier one has ended."""
    ordered = sorted(members, key=lambda one: (one.since, one.id or 0))
    return [after for before, after in pairwise(ordered) if before.until is None or after.since <= before.until]


def check_new_member(existing: Sequence[GroupMember], since: date, today: date) -> None:
    """RuleBroken where somebody would sit in a group twice at the same time, or from a day far ahead."""
    if since > today + timedelta(days=366):
        raise RuleBroken("Enter a day within the next 12 months")
    for one in existing:
        if one.until is None and since >= one.since:
            raise RuleBroken(f"They have sat in this group since {day_words(one.since)}")
        if one.until is None or since <= one.until:
            raise RuleBroken(
                f"They sat in this group from {day_words(one.since)}"
                f"{f' until {day_words(one.until)}' if one.until else ''}. Enter a day after that"
            )


def check_end(member: GroupMember, until: date) -> None:
    """RuleBroken where a membership has ended, or would end before it began."""
    if member.until is not None:
        raise RuleBroken(f"It ended on {day_words(member.until)} already")
    if until < member.since:
        raise RuleBroken(f"Enter a day from {day_words(member.since)}, when it began, on")


def check_planned(state: MeetingState, what: str) -> None:
    """RuleBroken where a meeting was held or cancelled already."""
    if state is MeetingState.CANCELLED:
        raise RuleBroken(f"This meeting is cancelled, so it can no longer be {what}.", "on")
    if state is not MeetingState.PLANNED:
        raise RuleBroken(f"This meeting was held, so it can no longer be {what}.", "on")


def check_hold(state: MeetingState, starts_at: datetime, now: datetime) -> None:
    """RuleBroken where a meeting was cancelled, or has not begun."""
    if state is MeetingState.CANCELLED:
        raise RuleBroken("This meeting was cancelled. Plan another one instead.")
    if starts_at > now:
        raise RuleBroken("This meeting has not begun yet. Say who was there once it has.")


def check_agree(state: MeetingState) -> None:
    """RuleBroken where a meeting has no minutes to agree."""
    if state is MeetingState.MINUTES_AGREED:
        raise RuleBroken("The minutes of this meeting are agreed already.")
    if state is not MeetingState.HELD:
        raise RuleBroken("Say first that the meeting was held and who was there.")


def check_decision(state: MeetingState, *, held_on: date, decided_on: date, until: date | None, today: date) -> None:
    """RuleBroken where a decision fits no meeting: of one that was cancelled, before it, or in the time to come."""
    if state is MeetingState.CANCELLED:
        raise RuleBroken("This meeting was cancelled, so nothing was decided there.")
    if decided_on > today:
        raise RuleBroken("Enter a day that is not in the future for when it was decided", "decided_on")
    if decided_on < held_on:
        raise RuleBroken(f"The meeting was on {day_words(held_on)}. Enter that day, or a later one", "decided_on")
    if until is not None and until < decided_on:
        raise RuleBroken("The day until which it is carried out must not be before it was decided", "until")


def check_known(given: Sequence[str], known: Collection[str]) -> None:
    """RuleBroken where a reference names nothing there is."""
    wrong = [one for one in given if one not in known]
    if wrong:
        raise RuleBroken(f"There is no recommendation, action, proposal or priority {listing(wrong, 'or')}", "about")


def split_references(typed: str) -> list[str]:
    """References typed in one line, each once.

    >>> split_references(" LDA-014, P01;LDA-014 ")
    ['LDA-014', 'P01']
    """
    return list(dict.fromkeys(one for one in re.split(r"[\s,;]+", typed) if one))
