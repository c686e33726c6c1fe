"""Words that should not stand in a free text: NHS numbers, dates of birth, postcodes, e-mail addresses. Pure.

A warning, not a filter: it says what it saw and the person decides. Names are not looked for here.
"""

import re
from dataclasses import dataclass

_DATE = (
    r"\b(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?[ ./-](?:0?[1-9]|1[0-2]|"
    r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)[ ,./-]+(?:19|20)?\d{2}\b|\b(?:19|20)\d{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])\b"
)
#: Outward and inward part as the Royal Mail writes them: A9, A99, A9A, AA9, AA99, AA9A and 9AA.
_POSTCODE = r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[ABD-HJLNP-UW-Z]{2}\b"
_EMAIL = r"[\w.+'’-]+@[\w-]+(?:\.[\w-]+)+"
_TEN_DIGITS = r"(?<![\d])\d(?:[ -]?\d){9}(?![\d])"


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
    found = [
        Finding(*match.span(), "an NHS number")
        for match in re.finditer(_TEN_DIGITS, text)
        if is_nhs_number(re.sub(r"\D", "", match[0]))
    ]
    for pattern, kind in ((_EMAIL, "an email address"), (_DATE, "a date of birth"), (_POSTCODE, "a postcode")):
        found += [Finding(*match.span(), kind) for match in re.finditer(pattern, text, re.IGNORECASE)]
    result: list[Finding] = []
    for one in sorted(found, key=lambda finding: (finding.start, -finding.end)):
        if not result or one.start >= result[-1].end:
            result.append(one)
    return result


def parts(text: str, found: list[Finding]) -> list[tuple[str, bool]]:
    """The text cut where something was found: (words, is it marked?)."""
    result, here = [], 0
    for one in found:
        result += [(text[here : one.start], False), (text[one.start : one.end], True)]
        here = one.end
    return [(words, marked) for words, marked in [*result, (text[here:], False)] if words]
