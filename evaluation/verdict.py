"""What can be said of a course, by a rule that is shown with what was found. Pure: sentences and figures, no page.

Four words are the only verdicts. No sentence here says why anything changed: people before and after, without a group
that did not come, cannot show it. The sentences are read by everyone, so they are written here once and tested.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import stdev
from typing import Literal

from evaluation.statistics import PairedChange, ShareChange, paired, paired_shares
from lms.statistics import SMALL, Interval, Share, round_half_up

Word = Literal["better", "no clear change", "worse", "not enough evidence"]
KeptWord = Literal["Kept", "Faded", "No clear change", "Worse", "Not enough evidence"]

LEAST_MATCHED = 10


def meaningful_change(before: Sequence[float | None]) -> float | None:
    """The smallest change that counts as one where nobody has agreed another: half the spread of the answers before.

    Norman GR, Sloan JA, Wyrwich KW (2003), Interpretation of changes in health-related quality of life: the remarkable
    universality of half a standard deviation, Medical Care 41:582–592. None where the answers before do not vary.
    """
    given = [value for value in before if value is not None]
    return (stdev(given) / 2 or None) if len(given) > 1 else None


def judge(
    *,
    matched: int,
    difference: float | None,
    interval: Interval | None,
    meaningful: float | None,
    higher_is_better: bool = True,
    least: int = LEAST_MATCHED,
) -> Word:
    """The word for a mean or a share of the same people, after minus before.

    Too few people: not enough evidence. The whole interval on the wanted side of zero: better; on the other: worse.
    Across zero: no clear change if it leaves out every change of `meaningful` or more either way, else, or where nobody
    can say what change would matter, not enough evidence. No interval at all means that everyone moved by the same
    amount, and that amount decides.
    """
    if matched < least or difference is None:
        return "not enough evidence"
    low, high = interval or (difference, difference)
    if low > 0 or high < 0:
        return "better" if (low > 0) == higher_is_better else "worse"
    if interval and (meaningful is None or high >= meaningful or low <= -meaningful):
        return "not enough evidence"
    return "no clear change"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The one outcome and the one wave that decide, named before the first answer, and how its figures are written."""

    name: str
    wave: str = "6 months"
    unit: str = "points"
    digits: int = 1
    per_cent: bool = False
    higher_is_better: bool = True
    self_rated: bool = True

    def figure(self, value: float) -> str:
        """“+0.6” or “−3”: with its sign, in the outcome’s unit."""
        size = round_half_up(abs(value) * (100 if self.per_cent else 1), 0 if self.per_cent else self.digits)
        return f"{size}" if not size else f"{'−' if value < 0 else '+'}{size}"

    def change(self, difference: float, interval: Interval | None) -> str:
        """“+35 points, interval +16 to +50”."""
        said = f"{self.figure(difference)} {self.unit}"
        if interval is None:
            return f"{said} for everybody"
        return f"{said}, interval {self.figure(interval[0])} to {self.figure(interval[1])}"


@dataclass(frozen=True, slots=True)
class RuleItem:
    """One item of the rule, whether it was found to hold, and the figure it was read from."""

    sentence: str
    found: bool
    figure: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """The word, the sentence to go with it, the rule item by item, and what this cannot tell us."""

    word: Word
    with_limits: bool
    sentence: str
    rule: tuple[RuleItem, ...]
    cannot_tell: tuple[str, ...]

    @property
    def words(self) -> str:
        """“Better, with limits”."""
        return self.word.capitalize() + (", with limits" if self.with_limits else "")


def verdict(
    outcome: Outcome,
    *,
    change: PairedChange | ShareChange,
    asked: int,
    answered: int,
    meaningful: float | None,
    missing_sectors: Sequence[str] = (),
    least: int = LEAST_MATCHED,
    threshold: int = SMALL,
) -> Verdict:
    """The verdict on one outcome at one wave.

    `change` is of the people who answered before and at the wave; `asked` were asked at the wave and `answered` of them
    did; from `missing_sectors`, which work with children, nobody came. `meaningful` is in the outcome’s own unit (a share:
    from 0 to 1). Under `least` matched people no figure of the change is in the sentences, and no count under `threshold`.
    """
    matched, difference, interval = _figures(change)
    word = judge(
        matched=matched,
        difference=difference,
        interval=interval,
        meaningful=meaningful,
        higher_is_better=outcome.higher_is_better,
        least=least,
    )
    response = Share(answered, asked)
    enough = matched >= least and difference is not None
    half = 2 * answered >= asked > 0
    limits = (
        RuleItem("At least half of the people asked answered.", half, _count(response, threshold)),
        RuleItem(
            "Every sector whose people work with children was reached.",
            not missing_sectors,
            f"nobody came from {_listed(missing_sectors)}" if missing_sectors else "all of them",
        ),
    )
    return Verdict(
        word=word,
        with_limits=word != "not enough evidence" and not all(item.found for item in limits),
        sentence=_sentence(outcome, word, matched, difference if enough else None, interval, least),
        rule=(
            RuleItem(f"At least {least} people could be matched.", matched >= least, _people(matched, threshold)),
            *_change_items(outcome, word, difference if enough else None, interval, meaningful, least),
            *limits,
        ),
        cannot_tell=_cannot_tell(outcome, word, Share(min(matched, asked), asked), missing_sectors, threshold),
    )


def _figures(change: PairedChange | ShareChange) -> tuple[int, float | None, Interval | None]:
    if isinstance(change, PairedChange):
        return change.n_pairs, change.mean_diff, change.interval
    return change.before.denominator, change.difference, change.interval


def _change_items(
    outcome: Outcome,
    word: Word,
    difference: float | None,
    interval: Interval | None,
    meaningful: float | None,
    least: int,
) -> tuple[RuleItem, RuleItem]:
    wanted = "up" if outcome.higher_is_better else "down"
    clear = f"The change at {outcome.wave} is clear of zero and goes {wanted}, as wanted."
    narrow = "The interval is clear of zero, or too narrow to hold a change that would matter."
    if difference is None:
        withheld = f"not shown: fewer than {least} people could be matched"
        return RuleItem(clear, False, withheld), RuleItem(narrow, False, withheld)
    size = "nobody has said what change would matter"
    if meaningful is not None:
        size = f"a change of {outcome.figure(meaningful).lstrip('+')} {outcome.unit} would matter"
    return (
        RuleItem(clear, word == "better", outcome.change(difference, interval)),
        RuleItem(narrow, word != "not enough evidence", size),
    )


def _sentence(
    outcome: Outcome, word: Word, matched: int, difference: float | None, interval: Interval | None, least: int
) -> str:
    if difference is None:
        return f"Fewer than {least} people could be matched at {outcome.wave}, too few to say whether anything changed."
    found = outcome.change(difference, interval)
    if word == "not enough evidence":
        return (
            f"The answers of the same {matched} people on “{outcome.name}” fit a change that would matter "
            f"as well as none at all: {found}."
        )
    said = {
        "better": f"were better at {outcome.wave} than before",
        "worse": f"were worse at {outcome.wave} than before",
        "no clear change": f"were not clearly different at {outcome.wave} from before",
    }[word]
    return f"The answers of the same {matched} people on “{outcome.name}” {said}: {found}."


def _cannot_tell(
    outcome: Outcome, word: Word, matched: Share, missing_sectors: Sequence[str], threshold: int
) -> tuple[str, ...]:
    said = [
        f"People who could be matched: {_count(matched, threshold)} of those asked. "
        "Those who answered may have changed more, or less, than those who did not.",
        "There was no group without the course, and other things went on at the same time. "
        "This shows what changed, not why.",
    ]
    if missing_sectors:
        said.append(f"Nobody came from {_listed(missing_sectors)}, so nothing can be said about them.")
    if outcome.self_rated:
        said.append("People rated themselves.")
    if word in ("not enough evidence", "no clear change"):
        said.append("This does not show that nothing changed.")
    return tuple(said)


def _people(n: int, threshold: int) -> str:
    return "hidden" if n < threshold else f"{n} people"


def _count(share: Share, threshold: int) -> str:
    return "hidden" if share.numerator < threshold else share.words()


def _listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


@dataclass(frozen=True, slots=True)
class Wave:
    """One wave of one outcome: everybody who answered it, and those who answered every wave, against the first."""

    answered: int
    mean_of_all: float | None
    mean_of_matched: float | None
    difference: float | None
    interval: Interval | None


@dataclass(frozen=True, slots=True)
class KeptOrFaded:
    """Whether what was gained is still there at the last wave, on the people who answered all the waves."""

    word: KeptWord
    matched: int
    waves: tuple[Wave, ...]


def kept_or_faded(
    waves: Sequence[Sequence[float | None]],
    *,
    kind: Literal["mean", "share"] = "mean",
    higher_is_better: bool = True,
    meaningful: float | None = None,
    least: int = LEAST_MATCHED,
) -> KeptOrFaded:
    """Baseline first, then the later waves in order; the same person has the same place in each, None where absent.

    Kept: the last wave minus the baseline is clear of zero, the wanted way. Worse: clear of zero, the other way. Faded:
    an earlier wave was clear of zero, the wanted way, and the last is not. Otherwise as `judge` says. With
    kind="share" the answers are 1 or 0. `meaningful` is half the spread of the matched baseline unless given.
    """
    if len(waves) < 2 or any(len(wave) != len(waves[0]) for wave in waves):
        raise ValueError("There must be a baseline and a later wave, with one answer, or none, for each person.")
    stayed = [row for row in zip(*waves, strict=True) if None not in row]
    columns = [list(column) for column in zip(*stayed, strict=True)] or [[] for _ in waves]
    if meaningful is None:
        meaningful = meaningful_change(columns[0])
    found: list[Wave] = []
    words: list[Word] = []
    for everybody, matched in zip(waves, columns, strict=True):
        given = [value for value in everybody if value is not None]
        difference, interval = _against(columns[0], matched, kind) if found else (None, None)
        found.append(Wave(len(given), _mean(given), _mean(matched), difference, interval))
        words.append(
            judge(
                matched=len(matched),
                difference=difference,
                interval=interval,
                meaningful=meaningful,
                higher_is_better=higher_is_better,
                least=least,
            )
        )
    return KeptOrFaded(_kept_word(words), len(stayed), tuple(found))


def _against(
    first: Sequence[float | None], later: Sequence[float | None], kind: Literal["mean", "share"]
) -> tuple[float | None, Interval | None]:
    if kind == "mean":
        change = paired(first, later)
        return change.mean_diff, change.interval
    shares = paired_shares([bool(value) for value in first], [bool(value) for value in later])
    return shares.difference, shares.interval


def _mean(values: Sequence[float | None]) -> float | None:
    given = [value for value in values if value is not None]
    return sum(given) / len(given) if given else None


def _kept_word(words: Sequence[Word]) -> KeptWord:
    last = words[-1]
    if last == "better":
        return "Kept"
    if last == "worse":
        return "Worse"
    if "better" in words[:-1]:
        return "Faded"
    return "No clear change" if last == "no clear change" else "Not enough evidence"
