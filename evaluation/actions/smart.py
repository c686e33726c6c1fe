"""Gentle hints while an action is worded: is it specific, can it be seen, does it end? Advice, never a refusal. Pure."""

import re
from collections.abc import Iterator
from datetime import date

from lms.words import listing

#: Words for which nobody can say whether it was done.
VAGUE = (
    "raise awareness", "raise the profile", "be aware", "consider", "ensure", "make sure", "promote", "explore", "encourage",
    "look into", "look at", "improve", "strengthen", "embed", "continue to", "support", "where possible", "as appropriate",
    "ongoing", "regularly", "as needed",
)  # fmt: skip
#: What actions of the log usually begin with.
VERBS = (
    "agree", "appoint", "ask", "audit", "buy", "check", "collect", "commission", "count", "create", "deliver", "design",
    "develop", "find", "give", "hold", "invite", "launch", "make", "measure", "meet", "offer", "publish", "put", "record",
    "report", "review", "revise", "run", "send", "set up", "share", "show", "survey", "teach", "tell", "test", "train",
    "update", "visit", "write",
)  # fmt: skip
#: What something can be seen by, beside a number.
MEASURES = re.compile(
    r"\d|\b(?:audit\w*|re-audit\w*|survey\w*|share|per ?cent|number|count\w*|figures?|rates?|sample\w*|files?|returns?|referrals?"
    r"|half|third|quarter|most|every|all|none|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty)\b",
    re.IGNORECASE,
)
_DATED = re.compile(
    r"\b(?:19|20)\d\d\b|\b(?:january|february|march|april|may|june|july|august|september|october|november|december)\b"
    r"|\bby (?:the )?(?:end|start|spring|summer|autumn|winter|christmas|easter)\b",
    re.IGNORECASE,
)
_VAGUE = re.compile(rf"\b(?:{'|'.join(VAGUE)})\b", re.IGNORECASE)
#: A verb at the start, or after what joins one thing to the next.
_JOINED = re.compile(rf"(?:^|[.;,]\s+|\band\s+|\bthen\s+)({'|'.join(VERBS)})\b", re.IGNORECASE)
#: Longer than this is more than one thing.
LONG = 45


def advice(*, wording: str, success: str, due: date | None, long_term: bool) -> dict[str, list[str]]:
    """What could be sharper: {field: [a sentence each]}; fields of which nothing is to be said are left out.

    >>> advice(wording="Raise awareness of neglect", success="", due=None, long_term=False)["wording"][0]
    'Nobody can check “raise awareness”. Say what somebody does, or what can be counted.'
    """
    found = {
        "wording": list(_of_wording(wording)) if wording.strip() else [],
        "success": list(_of_success(success)),
        "ends": [],
    }
    if due is None and not long_term:
        found["ends"].append(
            "The wording names a time, but no day is set, so nobody is told before it is late."
            if _DATED.search(wording)
            else "No time is named. By when would you expect to see it done?"
        )
    return {field: said for field, said in found.items() if said}


def _of_wording(wording: str) -> Iterator[str]:
    vague = list(dict.fromkeys(one.lower() for one in _VAGUE.findall(wording)))
    if vague:
        quoted = listing([f"“{one}”" for one in vague[:3]])
        yield f"Nobody can check {quoted}. Say what somebody does, or what can be counted."
    verbs = list(dict.fromkeys(one.lower() for one in _JOINED.findall(wording)))
    if len(verbs) > 1:
        yield f"It asks for more than one thing ({listing(verbs)}). Actions of their own can be done one by one."
    if len(wording.split()) > LONG:
        yield f"It is longer than {LONG} words. What is it in one sentence?"
    elif len(wording.split()) < 4:
        yield "It is very short. Who does what, with whom, how often?"


def _of_success(success: str) -> Iterator[str]:
    if not success.strip():
        yield "Nothing says yet by what it will be seen: a number, an audit, a survey."
    elif not MEASURES.search(success):
        yield "No number or measure is named. What would be counted, or looked at, by whom?"
    if vague := _VAGUE.search(success):
        yield f"Nobody can check “{vague[0].lower()}”. What will be different, and where can it be read?"
