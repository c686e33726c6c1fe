"""How one figure of a course's results is printed: one way for page, paper and table. Pure.

Nothing is rounded before; here it is, once, half up. What is hidden is the word “hidden” and nothing else.
"""

from evaluation.impact.change import WAVE_NAMES
from evaluation.impact.change_words import mean, signed_mean
from evaluation.results.report import ChoiceCount, ItemWave
from lms.statistics import Interval, Share, round_half_up
from lms.words import FEWEST_FOR_PERCENT, inside, thousands

HIDDEN = "hidden"
#: When a wave was, inside a sentence.
AT = {
    "baseline": "before the course",
    "looking back": "looking back",
    "start": "at the start",
    "end": "at the end",
    "w6": "at 6 to 8 weeks",
    "m3": "at 3 months",
    "m6": "at 6 months",
    "manager": "among managers",
}


def at(wave: str, name: str = "") -> str:
    """When a wave was, inside a sentence."""
    return AT.get(wave) or inside(name or wave)


def short(wave: str, name: str = "") -> str:
    """A wave at the head of a column or under a mark."""
    return WAVE_NAMES.get(wave) or ("Managers" if wave == "manager" else name or wave)


def count(value: int | None) -> str:
    """A number of people."""
    return HIDDEN if value is None else thousands(value)


def value(found: float | None) -> str:
    """A mean with two decimals."""
    return mean(found)


def signed(found: float | None) -> str:
    """A difference of means, with its sign."""
    return HIDDEN if found is None else signed_mean(found)


def ends(interval: Interval | None, *, sign: bool = False) -> str:
    """The two ends of the interval of a mean or, with their signs, of a difference."""
    if interval is None:
        return HIDDEN
    return " to ".join(signed_mean(end) if sign else mean(end) for end in interval)


def number(found: float | None, instead: str = HIDDEN) -> str:
    """A test value or a size, with two decimals."""
    if found is None:
        return instead
    size = round_half_up(abs(found), 2)
    return f"{'−' if found < 0 and size else ''}{size}"


def chance(p: float | None) -> str:
    """“p 0.027”."""
    return "no test" if p is None else f"p {probability(p)}"


def probability(p: float | None) -> str:
    """“0.027”, in a table."""
    return "no test" if p is None else "under 0.001" if p < 0.001 else str(round_half_up(p, 3))


def of_people(found: Share, did: str = "", who: str = "people") -> str:
    """In a sentence: “33 of 43 people came back (77%, interval 62 to 87)”. Of under ten people the numbers alone."""
    told = f"{thousands(found.numerator)} of {thousands(found.denominator)} {who} {did}".strip()
    if found.denominator < FEWEST_FOR_PERCENT:
        return told
    return f"{told} ({found.percent()}, interval {found.interval_words()})"


def digits(base: int) -> int:
    """How many decimals a percentage has in a table: one where a hundred people or more stand behind it."""
    return 1 if base >= 100 else 0


def percent(found: Share | None) -> str:
    """A share in a table, without its base: “46%”, “82.5%”."""
    if found is None:
        return HIDDEN
    return "–" if found.denominator < FEWEST_FOR_PERCENT else found.percent(digits(found.denominator))


def share_ends(found: Share | None) -> str:
    """The interval of a share in a table."""
    if found is None:
        return HIDDEN
    return "–" if found.denominator < FEWEST_FOR_PERCENT else found.interval_words(digits(found.denominator))


def share_cell(found: Share | None) -> str:
    """A share in a table with its base and interval: “330 of 430 (76.7%), 72.5 to 80.5”."""
    if found is None:
        return HIDDEN
    if found.denominator < FEWEST_FOR_PERCENT:
        return found.words()
    return f"{found.words(digits(found.denominator))}, {share_ends(found)}"


def base(wave: ItemWave) -> int | None:
    """How many gave one of the ordered answers, which is what a share is of; None where it may not be known.

    Who was never in the situation stands apart and is no part of it.
    """
    apart = [one.count for one in wave.choices if one.apart]
    if wave.answered is None or not apart:
        return wave.answered
    if wave.good is not None:
        return wave.good.denominator
    return None if None in apart else wave.answered - sum(n for n in apart if n is not None)


def choice(wave: ItemWave, code: str) -> str:
    """How many chose one answer in one wave, in a table. Who stands apart is not part of the base."""
    found = next((one for one in wave.choices if one.code == code), None)
    if found is None:
        return "not asked"
    if found.count is None or wave.answered is None:
        return HIDDEN
    part = part_of(found, wave)
    return f"{thousands(found.count)} ({percent(part)})" if part else thousands(found.count)


def chosen(wave: ItemWave, code: str) -> str:
    """The same in a drawing: the percentage, or the number where there is none."""
    found = next((one for one in wave.choices if one.code == code), None)
    if found is None:
        return "not asked"
    if found.count is None or wave.answered is None:
        return HIDDEN
    part = part_of(found, wave)
    return part.percent() if part else thousands(found.count)


def part_of(found: ChoiceCount, wave: ItemWave) -> Share | None:
    """The share that chose it; None where there is none, or where a percentage would pretend to more than there is."""
    of = base(wave)
    if found.apart or found.count is None or of is None or not FEWEST_FOR_PERCENT <= of >= found.count:
        return None
    return Share(found.count, of)
