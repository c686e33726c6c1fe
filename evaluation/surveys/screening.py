"""What in a free text could point to one person: names, NHS numbers and other numbers, dates of birth, addresses. Pure.

A warning, not a filter: it says what it saw and the person decides. A name alone may be missed, and the page says so.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from evaluation.surveys import names

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)"
)
_DAY = r"(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?"
_YEAR = r"(?:(?:19|20)\d{2}|[’']?\d{2})"
_DATE = (
    rf"\b{_DAY}(?:[ ./-]|\s+of\s+)(?:0?[1-9]|1[0-2]|{_MONTH})[ ,./-]+{_YEAR}\b"
    rf"|\b{_MONTH} {_DAY},? (?:19|20)\d{{2}}\b|\b(?:19|20)\d{{2}}[-/.](?:0[1-9]|1[0-2])[-/.](?:0[1-9]|[12]\d|3[01])\b"
)
#: After “born” or “DOB” less than a whole date is enough.
_BORN = (
    r"\b(?:born|birthday|d\.?o\.?b\.?|date of birth)\b[\s:,-]*(?:(?:is|was|on|in|the)\s+)*"
    rf"(?:{_DAY}(?:\s+of)?\s+)?(?:{_MONTH}(?:\s+{_DAY})?(?:,?\s+{_YEAR})?|\d{{6}}|\d{{8}}|(?:19|20)\d{{2}})\b"
)
#: Outward and inward part as the Royal Mail writes them: A9, A99, A9A, AA9, AA99, AA9A and 9AA.
_POSTCODE = r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[ABD-HJLNP-UW-Z]{2}\b"
_EMAIL = r"[\w.+'’-]+@[\w-]+(?:\.[\w-]+)+"
_TEN_DIGITS = r"(?<![\d+])\d(?:[ -]?\d){9}(?![\d])"
#: A letter, eleven digits, and a digit or (of a temporary one) a letter.
_UPN = r"\b[A-HJ-NP-RT-Z](?:[ -]?\d){11}[ -]?[\dA-HJ-NP-RT-Z]\b"
#: Mobile and home numbers, +44 or 0 in front. Not 0300, 0800 and the like: these are lines of services.
_PHONE = r"(?<![\d+])(?:\+44[ -]?(?:\(0\)[ -]?)?|\(?0)[127]\d{1,4}\)?(?:[ -]?\d){6,8}(?!\d)"

_KINDS_OF_ROAD = (
    r"road|rd|street|avenue|ave|lane|crescent|cres|terrace|terr|grove|gardens|mews|boulevard"
    r"|close|drive|way|court|place|square|view|mount|rise|walk|row|park|hill|green|parade|croft|fold|garth|yard|gate|bank|side|st"
)
#: “14 Park Road”; in small letters only where the road is plainly one, and nothing but its name stands between.
_NOT_A_ROAD = (
    r"(?!(?:of|the|on|in|at|our|my|a|to|this|that|same|hours?|minutes?|mins?|miles?|m|min|years?|days?|weeks?|months?"
    r"|famil\w+|child\w*|schools?|people)\b)"
)
_HOUSE = (
    r"\b\d{1,4}[a-zA-Z]?(?:/\d+)?,? (?:(?!Week|Day|Year|Month|Hour|Minute)[A-Z][\w’'.-]* ){1,3}"
    rf"(?i:{_KINDS_OF_ROAD})\b"
    rf"|(?i:\b\d{{1,4}}[a-z]?,? (?:{_NOT_A_ROAD}[a-z’'-]{{3,}} ){{1,2}}"
    r"(?:road|rd|street|avenue|lane|crescent|terrace|grove)\b)"
)
_FLAT = (
    r"(?i:\b(?:flat|apartment|apt\.?|bedsit|maisonette|house number|house no\.?)) (?:no\.? |number )?\d{1,4}[a-zA-Z]?\b"
)
#: A road or a house by its name where somebody lives there.
_LIVES = (
    r"(?i:\b(?:liv(?:e|es|ed|ing)|stay(?:s|ed|ing)?|moved?|moving|address(?: is)?|home is|house is)"
    r" (?:(?:at|in|on|to|near|off|round) )?(?:the )?)"
    rf"(?:[A-Z][\w’'.-]* ){{1,3}}(?i:{_KINDS_OF_ROAD}|cottage|farm|house|flats|lodge|estate|caravan park)\b"
)
_NAME, _ADDRESS, _BIRTH = "a name", "an address", "a date of birth"
#: What is looked for by its shape, and whether capitals matter.
_SHAPES = [
    (re.compile(_EMAIL), "an email address"),
    (re.compile(_DATE, re.IGNORECASE), _BIRTH),
    (re.compile(_BORN, re.IGNORECASE), _BIRTH),
    (re.compile(_POSTCODE, re.IGNORECASE), "a postcode"),
    (re.compile(_UPN, re.IGNORECASE), "a pupil number"),
    (re.compile(_PHONE), "a phone number"),
    (re.compile(_HOUSE), _ADDRESS),
    (re.compile(_FLAT), _ADDRESS),
    (re.compile(_LIVES), _ADDRESS),
]


@dataclass(frozen=True)
class Finding:
    """Where something stands in a text (from, until), and what it looks like: “an NHS number”."""

    start: int
    end: int
    kind: str


def is_nhs_number(digits: str) -> bool:
    """Do these ten digits end in the check digit of an NHS number? (Weights 10 to 2, modulus 11.)

    >>> is_nhs_number("9434765919"), is_nhs_number("9434765918")
    (True, False)
    """
    if not re.fullmatch(r"\d{10}", digits):
        return False
    check = 11 - sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False)) % 11
    return check != 10 and check % 11 == int(digits[9])


def findings(text: str) -> list[Finding]:
    """What in this text could point to one person, in the order of the text; nothing is found twice."""
    result: list[Finding] = []
    for one in sorted(_found(text), key=lambda finding: (finding.start, finding.kind == _NAME, -finding.end)):
        if not result or one.start >= result[-1].end:
            result.append(one)
    return result


def _found(text: str) -> Iterator[Finding]:
    for match in re.finditer(_TEN_DIGITS, text):
        said_so = "nhs" in text[max(0, match.start() - 25) : match.start()].lower()
        if said_so or is_nhs_number(re.sub(r"\D", "", match[0])):
            yield Finding(*match.span(), "an NHS number")
    for pattern, kind in _SHAPES:
        yield from (Finding(*match.span(), kind) for match in pattern.finditer(text))
    yield from (Finding(start, end, _NAME) for start, end in names.found(text))


def parts(text: str, found: list[Finding]) -> list[tuple[str, bool]]:
    """The text cut where something was found: (words, is it marked?)."""
    result, here = [], 0
    for one in found:
        result += [(text[here : one.start], False), (text[one.start : one.end], True)]
        here = one.end
    return [(words, marked) for words, marked in [*result, (text[here:], False)] if words]
