"""What the answers of one course say, for one slice of its sessions: one value that page, PDF, spreadsheet, CSV and JSON print.

Everything in it may be read by whoever may read reports: numbers that must not be known are not in it at all (None, “hidden”).
It is made by the worker (`operations.release`) and kept; a page never touches a single answer.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from evaluation.verdict import KeptWord, Verdict
from lms.statistics import Interval, Share

SliceKind = Literal["all", "year", "session", "trainer", "sector"]


@dataclass(frozen=True, slots=True)
class Slice:
    """Whose answers: all of the course, one report year, one session, one trainer's sessions, or one sector.

    `key` names it in an address: “all”, “year:2023-24”, “session:NEG-2024-03”, “trainer:17”, “sector:health”.
    """

    kind: SliceKind
    key: str
    name: str


@dataclass(frozen=True, slots=True)
class WaveResponse:
    """One wave: how many were asked and how many answered. `answered` is None where it is hidden, and so are the others.

    `answered` holds everybody whose answers count; `partial` and `late` are among them.
    """

    wave: str
    name: str
    asked: int
    answered: Share | None
    partial: int | None = None
    late: int | None = None
    refused: int | None = None


@dataclass(frozen=True, slots=True)
class GroupResponse:
    """The response of one sector or one session, wave by wave in the order of `Results.response`; None is hidden."""

    name: str
    key: str
    waves: tuple[Share | None, ...]


@dataclass(frozen=True, slots=True)
class WaveMean:
    """The mean of a scale in one wave: of those who answered every wave, and beside it of everybody who answered this one."""

    wave: str
    name: str
    matched: int | None
    mean_of_matched: float | None
    answered: int | None
    mean_of_all: float | None
    interval_of_all: Interval | None


@dataclass(frozen=True, slots=True)
class ScaleResult:
    """One scale before and at its last wave, among the same people. None is withheld (under 10 matched) or hidden.

    `improved`, `same` and `worse` add up to `matched` where all are shown. `wilcoxon` says which variant `p_wilcoxon` is.
    """

    key: str
    name: str
    highest: int
    higher_is_better: bool
    primary: bool
    first: str
    last: str
    matched: int | None
    mean_before: float | None = None
    mean_after: float | None = None
    sd_before: float | None = None
    sd_after: float | None = None
    difference: float | None = None
    interval: Interval | None = None
    t: float | None = None
    df: int | None = None
    p_t: float | None = None
    p_wilcoxon: float | None = None
    wilcoxon: str = ""
    d_z: float | None = None
    d_av: float | None = None
    improved: int | None = None
    same: int | None = None
    worse: int | None = None
    kept: KeptWord = "Not enough evidence"
    waves: tuple[WaveMean, ...] = ()
    alpha: float | None = None
    alpha_n: int | None = None


@dataclass(frozen=True, slots=True)
class ChoiceCount:
    """How many chose one worded answer; None is hidden. `apart` answers (“no opportunity”) stand outside the ordered ones."""

    code: str
    label: str
    count: int | None
    apart: bool = False


@dataclass(frozen=True, slots=True)
class ItemWave:
    """One question in one wave. `answered` is its base; `good` the share with a good (or right) answer, None where hidden.

    A question answered with a number has a mean with its interval in place of choices.
    """

    wave: str
    name: str
    answered: int | None
    choices: tuple[ChoiceCount, ...]
    good: Share | None
    several: bool = False
    mean: float | None = None
    interval: Interval | None = None


@dataclass(frozen=True, slots=True)
class Shift:
    """Before × after of one ordered question among the same people; cells are None where hidden."""

    first: str
    last: str
    labels: tuple[str, ...]
    cells: tuple[tuple[int | None, ...], ...]
    matched: int
    improved: int | None
    same: int | None
    worse: int | None
    bowker_statistic: float | None
    bowker_df: int | None
    bowker_p: float | None


@dataclass(frozen=True, slots=True)
class ItemResult:
    """One question in every wave it was asked in, and what is done if the answer is poor."""

    key: str
    wording: str
    level: str
    kind: str
    direction: str
    if_poor: str
    waves: tuple[ItemWave, ...]
    shift: Shift | None = None


@dataclass(frozen=True, slots=True)
class TwoGroups:
    """Means of two groups of different people, which is never the change of a person. None where one is too small."""

    what: str
    first_name: str
    second_name: str
    n_first: int | None
    n_second: int | None
    mean_first: float | None
    mean_second: float | None
    difference: float | None
    interval: Interval | None
    p: float | None


@dataclass(frozen=True, slots=True)
class AgreementResult:
    """Delegates and their managers on the same practice: how many pairs, weighted kappa and its interval. Never of one pair."""

    key: str
    name: str
    pairs: int | None
    exactly_agree: Share | None
    kappa: float | None
    interval: Interval | None
    delegates_mean: float | None
    managers_mean: float | None


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """The primary scale at the deciding wave for one session or year: a mean with its interval; None where too few answered."""

    key: str
    name: str
    dated: date
    matched: int | None
    difference: float | None
    interval: Interval | None
    good: Share | None = None


@dataclass(frozen=True, slots=True)
class Results:
    """Everything one slice may say. `slices` are the others that may be chosen; `withheld` names those too small to choose."""

    course_code: str
    course_title: str
    slice: Slice
    as_at: date
    first_session: date | None
    last_session: date | None
    sessions: int
    open_rounds: int
    question_set: str
    deciding_wave: str
    threshold: int
    slices: tuple[Slice, ...]
    withheld: tuple[Slice, ...]
    response: tuple[WaveResponse, ...]
    by_sector: tuple[GroupResponse, ...]
    by_session: tuple[GroupResponse, ...]
    verdict: Verdict | None
    scales: tuple[ScaleResult, ...]
    items: tuple[ItemResult, ...]
    looking_back: tuple[ScaleResult, ...]
    stayed_or_not: tuple[TwoGroups, ...]
    unpaired: tuple[TwoGroups, ...]
    agreement: tuple[AgreementResult, ...]
    by_year: tuple[TrendPoint, ...]
    by_session_trend: tuple[TrendPoint, ...]
    made_up: bool = False
