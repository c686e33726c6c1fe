"""The words of a course's results, by rule: what is said of each figure, and why something is not said. Pure.

No sentence says why anything changed, none names one person, and what is hidden is said to be hidden. The words of the verdict
itself are `evaluation.verdict`'s.
"""

from collections.abc import Sequence

from evaluation.impact.change_words import capital, plural_words
from evaluation.results.printed import HIDDEN, at, chance, count, ends, number, of_people, signed, value
from evaluation.results.report import (
    AgreementResult,
    ItemResult,
    ItemWave,
    Results,
    ScaleResult,
    Shift,
    Slice,
    TrendPoint,
    TwoGroups,
    WaveResponse,
)
from evaluation.verdict import LEAST_MATCHED
from lms import dates
from lms.words import inside, listing, plural, thousands

APART = (
    "Asked afterwards how things were before, people often remember them as lower than they said at the time. So these answers "
    "stand apart: they are never put together with those given before the course, and they decide nothing."
)
DIFFERENT_PEOPLE = (
    "Not everybody’s answers can be joined. Here two groups of different people stand side by side; what lies between them is "
    "not the change of anybody."
)
MANAGERS = (
    "Managers are asked on their own about the same practice, and do not see what their member of staff said. A gap is a "
    "question, not a fault."
)
TREND = (
    "In order of time, each with its 95% interval. Where two intervals overlap, what lies between them may be chance. "
    "Nothing here is a ranking, and no trainer stands beside another."
)
SAME_AND_ALL = (
    "Filled dots are the same people each time. Open rings are everybody who answered that time, with 95% intervals; under each "
    "wave stands how many they are. Where dots and rings part, those who stopped answering were not like those who stayed. The "
    "gold mark is the course."
)
INTERVALS = (
    "An interval of 95% is made so that 95 of 100 such intervals hold the true figure. That of a share is Wilson’s, that of a "
    "change of a mean Student’s."
)
SAME_PEOPLE = (
    "A change is of the same people before and after. A code joins one person’s answers; nobody’s name is kept with them. Where "
    f"fewer than {LEAST_MATCHED} people can be matched no change is given."
)
SIZES = (
    "The size d_z divides the change by the standard deviation of the changes, d_av by the mean of the two standard "
    "deviations. How well the questions of a scale go together is told by Cronbach’s alpha, from 30 people on."
)
NOTHING_YET = (
    "Nothing has been counted about this course yet. What the answers say stands here once enough people have answered questions "
    "that have closed."
)
NOT_ALONE = (
    "There is nothing to show yet: the questions have not closed, or too few people answered to be shown without telling of "
    "single people. Their answers are in the figures of the whole course."
)
REFUSED = "These answers cannot be shown on their own, so all sessions are shown"
QUOTES = "Sentences their writers allowed us to publish, chosen by an officer. They are examples; nothing is counted from them."
#: So many years or sessions are named in a sentence; of more it says what they lie between.
FEW_POINTS = 3


# who and when


def reference(results: Results) -> str:
    """The quiet line above the first heading."""
    return f"What the answers say about {results.course_code}"


def period(results: Results) -> str:
    """“14 April 2023 to 14 January 2025”; one day where there was one; empty before the first session."""
    if results.first_session is None or results.last_session is None:
        return ""
    first, last = dates.day(results.first_session), dates.day(results.last_session)
    return first if first == last else f"{first} to {last}"


def named(one: Slice) -> str:
    """A part of the course by its kind and name, as somebody chooses it."""
    return {
        "year": f"Report year {one.name}",
        "session": f"Session {one.name}",
        "trainer": f"Sessions of {one.name}",
    }.get(one.kind, f"Sector: {one.name}" if one.kind == "sector" else one.name)


def scope(results: Results) -> str:
    """Whose answers these are, and when they were counted."""
    counted = f"Questions: {results.question_set}. Counted on {dates.day(results.as_at)}."
    alone = results.slice.kind == "session" or not period(results)
    held = "" if alone else f": {plural(results.sessions, 'session')}, {period(results)}"
    return f"{named(results.slice)}{held}. {counted}"


def in_short(results: Results) -> str:
    """One line for a list: how many sessions, and how many answered when it is decided."""
    held = f"{plural(results.sessions, 'session')}, {period(results)}. " if period(results) else ""
    deciding = next((one for one in results.response if one.wave == results.deciding_wave), None)
    if deciding is None or deciding.answered is None:
        return f"{held}{response(results)}"
    when = capital(at(deciding.wave, deciding.name))
    return f"{held}{when}, {of_people(deciding.answered, 'answered', 'people asked')}."


def still_open(results: Results) -> str:
    """What is not in the figures yet; empty where everything is."""
    if not results.open_rounds:
        return ""
    rounds = capital(plural_words(results.open_rounds, "round"))
    waits = "is not counted yet: it is" if results.open_rounds == 1 else "are not counted yet: they are"
    return f"{rounds} of questions {waits} still open, or too few answers have come since the last count."


def verdict_words(results: Results) -> str:
    """“Better, with limits”; before anybody could answer there is nothing to say."""
    return results.verdict.words if results.verdict else "Not known yet"


def answer(results: Results) -> str:
    """What stands after the verdict at the top."""
    if results.verdict:
        return results.verdict.sentence
    deciding = next((one for one in results.response if one.wave == results.deciding_wave), None)
    if deciding is None:
        return f"The answers {at(results.deciding_wave)} decide, and none of them are counted yet."
    return (
        "What changed is hidden here: beside the figures of other parts of the course it would tell of single people."
    )


def rule_words(results: Results) -> str:
    """What the rule looks at, above its items."""
    return f"The rule, fixed before the first answer: one scale, and the answers {at(results.deciding_wave)}"


def withheld(slices: Sequence[Slice]) -> str:
    """Which parts cannot be chosen, and why; empty where all can."""
    if not slices:
        return ""
    names = "; ".join(inside(named(one)) for one in slices)
    return (
        f"Too few people answered to show these on their own: {names}. Beside the other figures they could tell of single "
        "people. Their answers are in the figures of all sessions."
    )


def hidden(threshold: int) -> str:
    """What the word “hidden” stands for."""
    return (
        f"“Hidden” stands where a number would tell of fewer than {threshold} people, or would let somebody work out one that "
        "does. It says nothing about whether the answers are good or poor."
    )


# what changed, and what was kept


def change(scale: ScaleResult) -> str:
    """One scale before and at its last wave, among the same people."""
    if scale.difference is None or scale.matched is None:
        return f"Fewer than {LEAST_MATCHED} people could be matched, or the figure is hidden, so no change is given."
    interval = f"interval {ends(scale.interval, sign=True)}" if scale.interval else "the same for everybody"
    return (
        f"The same {thousands(scale.matched)} people stood at {value(scale.mean_before)} {at(scale.first)} and at "
        f"{value(scale.mean_after)} {at(scale.last)}, on a scale of 0 to {scale.highest}: {signed(scale.difference)}, {interval}."
    )


def kept(scale: ScaleResult) -> str:
    """What became of the change by the last wave, on the people who answered every time."""
    when = at(scale.last)
    up, down = ("higher", "lower") if scale.higher_is_better else ("lower", "higher")
    return {
        "Kept": f"{capital(when)}, their answers are still clearly {up} than before.",
        "Faded": f"Their answers were clearly {up} at an earlier time; {when} they are no longer clearly {up} than before.",
        "No clear change": f"{capital(when)}, their answers are not clearly different from before.",
        "Worse": f"{capital(when)}, their answers are clearly {down} than before, which is not the way that was wanted.",
        "Not enough evidence": "There are too few answers to say whether anything was kept.",
    }[scale.kept]


def wave_means(scale: ScaleResult) -> str:
    """The means of those who answered every time, wave by wave, and what became of them."""
    known = [one for one in scale.waves if one.mean_of_matched is not None and one.matched is not None]
    if len(known) < 2 or known[0].matched is None:
        return "Too few people answered every time to be followed from wave to wave."
    told = listing([f"{value(one.mean_of_matched)} {at(one.wave, one.name)}" for one in known])
    people = plural(known[0].matched, "person", "people")
    return f"The {people} who answered every time stood at {told}. {kept(scale)}"


def moved(scale: ScaleResult) -> str:
    """How many improved, stayed the same and got worse."""
    told = _counted((scale.improved, scale.same, scale.worse), ("improved", "stayed the same", "got worse"))
    if scale.matched is None or not told:
        return "How many improved, stayed the same or got worse is hidden."
    return f"Of {plural(scale.matched, 'person', 'people')}, {told}."


def variants(scales: Sequence[ScaleResult]) -> tuple[str, ...]:
    """Which form of Wilcoxon’s test stands behind each probability."""
    found = {one.wilcoxon: [other.name for other in scales if other.wilcoxon == one.wilcoxon] for one in scales}
    return tuple(
        f"Wilcoxon’s signed ranks of {listing([f'“{name}”' for name in names])}: {how}."
        for how, names in found.items()
        if how
    )


def _counted(counts: Sequence[int | None], words: Sequence[str]) -> str:
    """The counts that may be known, with their words; empty where none may."""
    told = [f"{thousands(n)} {said}" for n, said in zip(counts, words, strict=True) if n is not None]
    return listing(told) + (", and the rest is hidden" if told and None in counts else "")


# who answered, and who is missing


def responded(wave: WaveResponse) -> str:
    """Of those asked in one wave, how many answered, and in what state."""
    when = capital(at(wave.wave, wave.name))
    if not wave.asked:
        return f"{when}, nobody was asked."
    if wave.answered is None:
        return f"{when}, {plural(wave.asked, 'person was', 'people were')} asked; how many answered is hidden."
    states = _counted([n for n in (wave.late, wave.partial) if n is not None], _states(wave))
    refused = (
        f" {plural(wave.refused, 'person', 'people')} would rather not answer." if wave.refused is not None else ""
    )
    return f"{when}, {of_people(wave.answered, 'answered', 'people asked')}{f': {states}' if states else ''}.{refused}"


def _states(wave: WaveResponse) -> list[str]:
    named = ((wave.late, "of them late"), (wave.partial, "of them in part"))
    return [words for n, words in named if n is not None]


def response(results: Results) -> str:
    """The finding of who answered: that of the wave that decides."""
    deciding = next((one for one in results.response if one.wave == results.deciding_wave), None)
    return (
        responded(deciding)
        if deciding
        else f"Nobody has been asked {at(results.deciding_wave)} yet, which is what decides."
    )


def other_waves(results: Results) -> tuple[str, ...]:
    """The same of the waves that do not decide."""
    return tuple(responded(one) for one in results.response if one.wave != results.deciding_wave)


def two_means(groups: TwoGroups) -> str:
    """Two groups of different people, with their means and what lies between them."""
    if groups.mean_first is None or groups.mean_second is None or groups.difference is None:
        return (
            f"{groups.what}: hidden. Too few people are in one of the two groups, or their means would tell of others."
        )
    interval = f", interval {ends(groups.interval, sign=True)}" if groups.interval else ""
    first = f"“{groups.first_name}” {value(groups.mean_first)} ({_people(groups.n_first)})"
    second = f"“{groups.second_name}” {value(groups.mean_second)} ({_people(groups.n_second)})"
    return f"{groups.what}: {first}, {second}. Between the two lies {signed(groups.difference)}{interval}."


def missing(groups: TwoGroups) -> str:
    """Who is missing, as far as their answers before can tell."""
    told = two_means(groups)
    if groups.difference is None or groups.interval is None:
        return f"{told} So it is not known how those who are missing stood before."
    low, high = groups.interval
    if low > 0 or high < 0:
        return f"{told} The two stood apart before the course already, so those who answered may not speak for those who did not."
    return f"{told} On what they said before the course the two are not clearly different. In other things they may be."


def _people(n: int | None) -> str:
    return HIDDEN if n is None else plural(n, "person", "people")


# each question


def is_ranked(item: ItemResult) -> bool:
    """Whether one answer to a question is better than another."""
    return item.kind == "knowledge" or (item.kind != "number" and item.direction != "none")


def good_words(item: ItemResult) -> str:
    """What a good answer to a question is."""
    return "the right answer" if item.kind == "knowledge" else "one of the answers hoped for"


def good(item: ItemResult) -> str:
    """The share with a good answer, wave by wave, each with its base in words; empty where no answer is better than another."""
    if not is_ranked(item) or not item.waves:
        return ""
    told = [f"{at(one.wave, one.name)} by {_good(one)}" for one in item.waves]
    return f"{capital(good_words(item))} was given {listing(told)}."


def _good(wave: ItemWave) -> str:
    if wave.answered is None:
        return "a number of people that is hidden"
    if wave.good is None:
        return f"a hidden number of {plural(wave.answered, 'person', 'people')}"
    return of_people(wave.good)


def if_poor(item: ItemResult) -> str:
    """What was promised for the case that the answers are poor, in the words of the question set."""
    return item.if_poor if item.if_poor.endswith(".") or not item.if_poor else f"{item.if_poor}."


def shifted(shift: Shift) -> str:
    """Who moved to which answer, and whether moves one way and the other balance."""
    words = ("moved to a better answer", "gave the same answer", "moved to a poorer one")
    told = _counted((shift.improved, shift.same, shift.worse), words)
    people = plural(shift.matched, "person", "people")
    return (
        f"Of {people}, {told}. {balance(shift)}" if told else f"How many of {people} moved is hidden. {balance(shift)}"
    )


def balance(shift: Shift) -> str:
    """Bowker's test in words."""
    if shift.bowker_p is None:
        return "Whether moves one way and the other balance is not tested: too little may be shown, or nobody moved."
    test = f"Bowker’s test, chi-squared({shift.bowker_df}) {number(shift.bowker_statistic)}, {chance(shift.bowker_p)}"
    if shift.bowker_p < 0.05:
        return f"Moves one way and the other do not balance: so uneven a table would be rare if both were as likely ({test})."
    return f"Moves one way and the other balance, as far as so many answers can tell ({test})."


# managers


def agrees(found: AgreementResult) -> str:
    """How far people and their managers say the same, in words. Never of one pair."""
    if found.pairs is None or found.kappa is None:
        return "Too few pairs answered to say how far people and their managers agree."
    same = f" {of_people(found.exactly_agree, 'gave the very same answer', 'pairs')}." if found.exactly_agree else ""
    kappa = f"weighted kappa {number(found.kappa)}"
    if found.interval is None:
        return f"{capital(plural_words(found.pairs, 'pair'))} answered: {kappa}, without an interval.{same}"
    low, high = found.interval
    word = "agree more than chance would bring" if low > 0 else "agree less than chance would bring"
    if low <= 0 <= high:
        word = "do not clearly agree more, or less, than chance would bring"
    kappa += f", interval {number(low)} to {number(high)}"
    return f"In {plural_words(found.pairs, 'pair')}, people and their managers {word}: {kappa}.{same}"


def both_means(found: AgreementResult) -> str:
    """What each side says on the whole; empty where it is hidden."""
    if found.delegates_mean is None or found.managers_mean is None:
        return ""
    own, theirs = value(found.delegates_mean), value(found.managers_mean)
    return f"People put themselves at a mean of {own}; their managers put them at {theirs}."


# in their own words, and over years and sessions


def quoted(wave: str, sector: str | None, made_up: bool) -> str:
    """Who is quoted: the sector where that is allowed and safe, when it was written, and that it may be printed."""
    when = at(wave)
    said = f"{sector}, {when}" if sector else capital(when)
    return f"{said}, printed with consent{'; made up' if made_up else ''}"


def trend(points: Sequence[TrendPoint], what: str) -> str:
    """What lies between the years or sessions, without saying which is best."""
    known = [one for one in points if one.difference is not None]
    if not known:
        return f"No {what} can be shown on its own: too few people could be matched, or they would tell of others."
    if len(known) <= FEW_POINTS:
        return f"The change from before the course was {listing([_point(one, what) for one in known])}."
    low, *_, high = sorted(one.difference for one in known if one.difference is not None)
    apart = len(points) - len(known)
    more = f" {capital(plural_words(apart, what))} more cannot be shown alone." if apart else ""
    between = f"lies between {signed(low)} and {signed(high)}"
    return f"In {plural_words(len(known), what)} the change from before the course {between}.{more}"


def _point(one: TrendPoint, what: str) -> str:
    interval = f", interval {ends(one.interval, sign=True)}" if one.interval else ""
    where = f"in {one.name}" if what == "year" else f"at {one.name.partition(',')[0]}"
    return f"{signed(one.difference)} {where} ({count(one.matched)} people{interval})"
