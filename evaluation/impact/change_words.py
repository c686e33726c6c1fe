"""How a change is said: means, shares, counts and answers of the people who came, one sentence or one row each. Pure.

What is hidden is said to be hidden, and why. Estimates are written here alone, so that one figure is one number on the page,
on paper and in a table.
"""

from collections import Counter
from collections.abc import Sequence

from evaluation.comments.queries import Quote
from evaluation.impact.change import WAVE_NAMES, Change, ItemChange, ScaleChange
from evaluation.impact.measures import Audits, Series
from evaluation.impact.queries import WaveCount
from evaluation.verdict import KeptWord
from lms import dates
from lms.statistics import SMALL, Share, round_half_up
from lms.words import interval_words, listing, number_word, plural, points, thousands

#: One line of the table of what changed: name, people, before, after, change, interval.
Row = tuple[str, str, str, str, str, str]
#: What became of a number of questions, by the word each got.
KEPT: dict[KeptWord, tuple[str, str]] = {
    "Kept": ("was kept", "were kept"),
    "Faded": ("rose and then faded", "rose and then faded"),
    "No clear change": ("shows no clear change", "show no clear change"),
    "Worse": ("got worse", "got worse"),
    "Not enough evidence": ("leaves too little evidence to say", "leave too little evidence to say"),
}


def kept_words(items: Sequence[ItemChange]) -> str:
    """“Of five things asked about, one was kept and four rose and then faded.” Empty where nothing was asked twice."""
    if not items:
        return ""
    counted = Counter(item.kept for item in items)
    said = [
        f"{number_word(counted[word])} {one if counted[word] == 1 else many}"
        for word, (one, many) in KEPT.items()
        if counted[word]
    ]
    if len(items) == 1:
        return f"The one thing asked about {KEPT[items[0].kept][0]}."
    if len(said) == 1:
        return f"Of {plural_words(len(items), 'thing')} asked about, all {next(KEPT[word][1] for word in counted)}."
    return f"Of {plural_words(len(items), 'thing')} asked about, {listing(said)}."


def mean_words(scale: ScaleChange) -> str:
    """“mean 1.28 before, 1.50 after, on a scale of 0 to 3; +0.22, interval +0.09 to +0.34”."""
    change = scale.change
    if change is None or change.mean_diff is None:
        return "hidden"
    ends = change.interval
    interval = f", interval {signed_mean(ends[0])} to {signed_mean(ends[1])}" if ends else " for everybody"
    return (
        f"mean {mean(change.mean_pre)} before, {mean(change.mean_post)} after, on a scale of 0 to {scale.highest}; "
        f"{signed_mean(change.mean_diff)}{interval}"
    )


def mean(value: float | None) -> str:
    """A mean of a scale with two decimals."""
    return "hidden" if value is None else str(round_half_up(value, 2))


def signed_mean(value: float) -> str:
    """A difference of two means with its sign: “+0.22”, “−0.10”, “0.00”."""
    size = round_half_up(abs(value), 2)
    return f"{size}" if not size else f"{'−' if value < 0 else '+'}{size}"


def change_rows(change: Change) -> list[Row]:
    """The table of what changed: the scale that decides, its questions, then the other scales."""
    return [
        _scale_row(change.primary),
        *(_item_row(item) for item in change.items),
        *(_scale_row(scale) for scale in change.secondary),
    ]


def _scale_row(scale: ScaleChange) -> Row:
    name, change = f"{scale.name} (mean, 0 to {scale.highest})", scale.change
    people = thousands(scale.matched) if scale.matched >= SMALL else "hidden"
    if change is None or change.mean_diff is None:
        return name, people, "hidden", "hidden", "hidden", "hidden"
    ends = change.interval
    interval = f"{signed_mean(ends[0])} to {signed_mean(ends[1])}" if ends else "everybody alike"
    return name, people, mean(change.mean_pre), mean(change.mean_post), signed_mean(change.mean_diff), interval


def _item_row(item: ItemChange) -> Row:
    first, last, compared = item.waves[0], item.waves[-1], item.first_to_last
    people = thousands(item.matched) if item.matched >= SMALL else "hidden"
    difference, interval = "hidden", "hidden"
    if compared and compared.difference is not None and compared.interval is not None:
        difference = points(compared.difference)
        interval = interval_words(*compared.interval, difference=True).removeprefix("interval ")
    before, after = (one.share.percent() if one.share else "hidden" for one in (first, last))
    return item.name, people, before, after, difference, interval


def share_words(share: Share | None, instead: str = "hidden") -> str:
    """“33 of 43 (77%), interval 62 to 87”, or what stands there instead."""
    if share is None:
        return instead
    ends = share.interval()
    return f"{share.words()}, {interval_words(*ends)}" if ends else share.words()


def wave_words(item: ItemChange, wave: str) -> str:
    """One question in one wave, for the table behind its chart."""
    found = next((one for one in item.waves if one.wave == wave), None)
    return "not asked" if found is None else share_words(found.share)


def item_waves(change: Change) -> list[str]:
    """The waves any of the questions was asked in, in order."""
    asked = {wave.wave for item in change.items for wave in item.waves}
    return [wave for wave in WAVE_NAMES if wave in asked]


def items_note(change: Change) -> str:
    """What the charts of the questions show, and of whom."""
    matched = sorted({item.matched for item in change.items if item.matched >= SMALL})
    if not matched:
        return ""
    people = f"{matched[0]}" if len(matched) == 1 else f"{matched[0]} to {matched[-1]}"
    return (
        f"Share who chose one of the two highest answers, of the same people in every wave ({people} to a question: those whose "
        "work called for it each time). Thin lines are 95% intervals; the gold mark is the course."
    )


def counts_words(scale: ScaleChange, *, named: bool = True) -> str:
    """“Of 37 people, 20 improved, 9 stayed the same and 8 got worse.” What would tell of fewer than 5 people is hidden."""
    improved, same, worse = scale.counts
    name = f"{scale.name}: " if named else ""
    if improved is None:
        return capital(f"{name}how many improved is hidden, since it would tell of fewer than {SMALL} people.")
    if same is None or worse is None:
        return capital(
            f"{name}of {scale.matched} people, {improved} improved and {scale.matched - improved} did not. How many of those "
            f"stayed the same and how many got worse is hidden, since one of the two is under {SMALL}."
        )
    return capital(
        f"{name}of {scale.matched} people, {improved} improved, {same} stayed the same and {worse} got worse."
    )


def answered_words(waves: Sequence[tuple[str, WaveCount]]) -> str:
    """Who answered, wave by wave, in one sentence."""
    told = [f"{asked_name(wave).lower()} {response_words(count)}" for wave, count in waves]
    return f"Of those asked: {', '.join(told)}."


def matched_words(change: Change) -> str:
    """How many answered before and at the last wave, and why nobody can be found in it."""
    scale = change.primary
    people = plural(scale.matched, "person", "people") if scale.matched >= SMALL else f"Fewer than {SMALL} people"
    return (
        f"{people} answered before and at {WAVE_NAMES[scale.last].lower()} on “{scale.name}”. A code joins one person’s answers; "
        "nobody’s name is kept with them."
    )


def asked_name(wave: str) -> str:
    """How a wave is named where it is said who answered it."""
    return WAVE_NAMES.get(wave, "Managers")


def response_words(count: WaveCount) -> str:
    """“52 of 112 (46%)”, or “hidden” where fewer than 5 answered."""
    share = response(count)
    return share.words() if share else "hidden"


def response(count: WaveCount) -> Share | None:
    """Answered of asked, None where fewer than 5 answered. Whoever answered and was taken off the list later stays inside."""
    return None if count.answered < SMALL else Share(min(count.answered, count.asked), count.asked)


def managers_words(change: Change) -> str:
    """What managers say, who are asked on their own; empty where no manager is asked."""
    if change.managers is None:
        return ""
    share = change.managers.share
    if share is None:
        return "hidden, since too few could say, or too few of them said one thing."
    low, high = share.interval() or (0.0, 1.0)
    return (
        f"{share.numerator} of the {share.denominator} who could say saw it done more often than missed "
        f"({share.percent()}, {interval_words(low, high)})."
    )


def reliability_words(scale: ScaleChange) -> str:
    """Whether the questions of a scale go together; not said of fewer than 30 people."""
    found = scale.reliability
    if found.alpha is None or found.n < 30:
        return f"{scale.name}: how well its questions go together is not known yet"
    return f"{scale.name}: Cronbach’s alpha {round_half_up(found.alpha, 2)} of {found.n} people before the course"


def quote_words(quote: Quote, made_up: bool) -> str:
    """Who is quoted: the sector where that is allowed and safe, when it was written, and that it may be printed."""
    who = f"{quote.sector}, " if quote.sector else ""
    said = f"{who}{asked_name(quote.wave).lower() if who else asked_name(quote.wave)}, printed with consent"
    return f"{said}; made up" if made_up else said


def series_rows(series: Series) -> list[tuple[str, str]]:
    """A measure month by month: its share with the counts, or the number; a month without a figure says so."""
    if series.shares:
        figures = [share.words() if share else "no figure" for share in series.counted]
    else:
        figures = ["no figure" if value is None else f"{value:,g}" for value in series.values]
    return [(dates.month(month), figure) for month, figure in zip(series.months, figures, strict=True)]


def month_rows(many: Sequence[Series]) -> list[list[str]]:
    """Several measures month by month beside each other; a month one of them does not have says so."""
    told = [dict(zip(series.months, series_rows(series), strict=True)) for series in many]
    months = sorted({month for series in many for month in series.months})
    return [[dates.month(month), *(one[month][1] if month in one else "no figure" for one in told)] for month in months]


def audit_rows(audits: Audits) -> list[tuple[str, str]]:
    """Each audit with its share and interval."""
    return [(name, share_words(share)) for name, share in audits.findings]


def plural_words(number: int, one: str) -> str:
    """“one course”, “six sessions”, “12 measures”."""
    return f"{number_word(number) if number else 'no'} {one if number == 1 else one + 's'}"


def capital(words: str) -> str:
    """The words as they begin a sentence."""
    return words[:1].upper() + words[1:]
