"""What a letter's wording must keep, whoever words it. Pure."""

import re

from lms.errors import RuleBroken
from lms.letters.words import PLACEHOLDER, Template

LONGEST_SUBJECT = 150
LONGEST_BODY = 6000
#: What looks like a placeholder and is none: brackets around something else, or without their other half.
STRAY = re.compile(r"\{\{([^{}\n]{0,40})|([^{}\n]{0,40})\}\}")


def subject_fault(letter: Template, subject: str) -> str:
    """What is wrong with a subject, in a sentence; empty: nothing. It is one line, with placeholders of this letter."""
    if not PLACEHOLDER.sub("", subject).strip():
        return "Enter a subject with at least one word of your own"
    if "\n" in subject:
        return "The subject must be one line"
    if len(subject) > LONGEST_SUBJECT:
        return f"Enter no more than {LONGEST_SUBJECT} characters"
    for name in PLACEHOLDER.findall(subject):
        if name in letter.placeholders and letter.placeholders[name].personal:
            return f"“{name}” is a personal link, which stands in the letter and not in its subject"
    return _placeholder_fault(letter, subject)


def body_fault(letter: Template, body: str) -> str:
    """What is wrong with a letter's words, in a sentence; empty: nothing. What it cannot do without has to be there."""
    if len(body) > LONGEST_BODY:
        return f"Enter no more than {LONGEST_BODY:,} characters"
    if fault := _placeholder_fault(letter, body):
        return fault
    for name in sorted(letter.required - set(PLACEHOLDER.findall(body))):
        return f"The letter must keep “{name}” ({letter.placeholders[name].means})"
    return ""


def fault(letter: Template, subject: str, body: str) -> str:
    """The first thing that is wrong with a wording, in a sentence; empty: nothing."""
    return subject_fault(letter, subject) or body_fault(letter, body)


def check_wording(letter: Template, subject: str, body: str) -> None:
    """A wording can be kept. RuleBroken says what is wrong with it."""
    if sentence := fault(letter, subject, body):
        raise RuleBroken(sentence)


def check_newest(seen: int, newest: int, *, by: str, at: str) -> None:
    """Nobody overwrites words they have not seen: `seen` and `newest` are wordings, 0 for the default. RuleBroken names who."""
    if seen != newest:
        who = f"{by} saved other words on {at}" if by else "Somebody else has changed this letter"
        raise RuleBroken(
            f"{who} while you were writing. Yours are still here, not yet saved. Look at theirs below; "
            "saving once more replaces them"
        )


def _placeholder_fault(letter: Template, text: str) -> str:
    for name in PLACEHOLDER.findall(text):
        if name not in letter.placeholders:
            return f"“{name}” is not a placeholder of this letter. Use only those in the list"
    if found := STRAY.search(PLACEHOLDER.sub("", text)):
        near = (found[1] or found[2] or "").strip()
        at = f" at “{near}”" if near else ""
        return f"Two curly brackets{at} are no placeholder. Copy one from the list as it is, without spaces"
    return ""
