"""From the answers of a course to what each of its slices may say. Pure: nothing here reads the database or the clock."""

from collections.abc import Mapping, Sequence

import numpy as np

from evaluation.impact.change import WAVE_WORDS
from evaluation.results import items, scales
from evaluation.results.course import Course
from evaluation.results.protection import Counts, Flags, tell_people
from evaluation.results.report import GroupResponse, ItemResult, Results, WaveResponse
from evaluation.statistics import PairedChange
from evaluation.verdict import Outcome, Verdict, meaningful_change, verdict
from lms.statistics import Share


def measure(course: Course) -> list[Results]:
    """What every slice may say that may say anything: those of which it may be told how many answered some wave."""
    told = {wave: course.people(of, [wave]) for wave, of in course.frame.answered.items()}
    chosen = np.any([told[wave] for wave in course.plan.learners_waves if wave in told], axis=0)
    there = _there(course)
    slices = course.cut.slices
    of_items = items.items(course)
    of_scales = scales.scales(course, [_hidden(one) for one in of_items])
    back, stayed, apart = scales.looking_back(course), scales.stayed_or_not(course), scales.unpaired(course)
    managers = scales.agreement(course)
    points = scales.trend(course, ("year", "session"))
    response = _response(course, told)
    groups = _groups(course, told)
    verdicts = _verdicts(course, told)
    made = []
    for place in np.flatnonzero(chosen & there):
        here = slices[place]
        inside = course.cut.sessions(int(place), len(course.frame.sessions))
        facts = [one for one, held in zip(course.frame.sessions, inside, strict=True) if held]
        within = [p for p in course.slices if slices[p].kind == "session" and here.kind in ("all", "year", "trainer")]
        within = [p for p in within if (course.cut.masks[p] <= course.cut.masks[place]).all() and there[p]]
        years = [p for p in points if slices[p].kind == "year" and here.kind == "all"]
        by_sector = [p for p in course.slices if slices[p].kind == "sector" and there[p] and here.kind == "all"]
        made.append(
            Results(
                course_code=course.plan.code,
                course_title=course.plan.title,
                slice=here,
                as_at=course.plan.as_at,
                first_session=min((one.held_on for one in facts), default=None),
                last_session=max((one.held_on for one in facts), default=None),
                sessions=len(facts),
                open_rounds=sum(n for n, held in zip(course.open_rounds, inside, strict=False) if held),
                question_set=course.plan.question_set,
                deciding_wave=course.plan.deciding,
                threshold=course.threshold,
                slices=tuple(slices[p] for p in course.slices if chosen[p] and there[p]),
                withheld=tuple(slices[p] for p in course.slices if there[p] and not chosen[p]),
                response=response[place],
                by_sector=tuple(groups[p] for p in by_sector),
                by_session=tuple(groups[p] for p in within),
                verdict=verdicts[place],
                scales=of_scales[place],
                items=of_items[place],
                looking_back=back[place],
                stayed_or_not=stayed[place],
                unpaired=apart[place],
                agreement=managers[place],
                by_year=tuple(points[p] for p in years),
                by_session_trend=tuple(points[p] for p in within),
                made_up=course.plan.made_up,
            )
        )
    return made


def _there(course: Course) -> Flags:
    """Which slices exist: people of them were asked."""
    everybody = np.sum(list(course.frame.asked.values()), axis=0)
    return np.array([_asked(course, everybody, place) > 0 for place in course.slices])


def _asked(course: Course, asked: Counts, place: int) -> int:
    """How many people of a slice were asked."""
    here = course.cut.slices[place]
    if here.kind == "sector":
        number = next(n for n, sector in enumerate(course.frame.sectors) if f"sector:{sector.key}" == here.key)
        return int(asked[:, number].sum())
    return int(asked[course.cut.sessions(place, len(course.frame.sessions))].sum())


def _hidden(results: Sequence[ItemResult]) -> Mapping[tuple[str, str], bool]:
    """Of which question in which wave a choice is not told."""
    return {
        (wave.wave, one.key): any(choice.count is None for choice in wave.choices)
        for one in results
        for wave in one.waves
    }


def _share(course: Course, wave: str, told: Flags, sizes: Counts, place: int) -> Share | None:
    if not told[place]:
        return None
    answered = int(sizes[place])
    # Somebody who has since been taken off the list of those asked has answered all the same.
    return Share(answered, max(answered, _asked(course, course.frame.asked[wave], place)))


def _response(course: Course, told: Mapping[str, Flags]) -> list[tuple[WaveResponse, ...]]:
    """Who was asked and who answered, wave by wave, for every slice."""
    found: list[list[WaveResponse]] = [[] for _ in course.slices]
    for wave in (wave for wave in course.plan.waves if wave in course.frame.answered):
        of = course.frame.answered[wave]
        sizes = course.size(of)
        partly, parts = course.choices(
            of, course.frame.partial[wave].astype(np.int64), 2, told[wave], np.array([[False, True]])
        )
        late, refused = (_kept(course, of_round[wave]) for of_round in (course.frame.late, course.frame.refused))
        for place in course.slices:
            found[place].append(
                WaveResponse(
                    wave=wave,
                    name=course.plan.wave_name(wave),
                    asked=_asked(course, course.frame.asked[wave], place),
                    answered=_share(course, wave, told[wave], sizes, place),
                    partial=int(parts[place, 0]) if partly[place, 0] else None,
                    late=late[place],
                    refused=refused[place],
                )
            )
    return [tuple(one) for one in found]


def _kept(course: Course, by_session: Counts) -> list[int | None]:
    """A count the rounds keep (late, refused), for the slices made of sessions, protected like how many answered."""
    if (by_session < 0).any():
        return [None for _ in course.slices]
    made = np.array([one.kind != "sector" for one in course.cut.slices])
    masks = np.array([course.cut.sessions(place, len(by_session)) for place in course.slices])
    told = tell_people(masks, by_session, [0] * len(masks), threshold=course.threshold, allowed=made)
    return [int(by_session[masks[place]].sum()) if told[place] else None for place in course.slices]


def _groups(course: Course, told: Mapping[str, Flags]) -> list[GroupResponse]:
    waves = [wave for wave in course.plan.waves if wave in told]
    sizes = {wave: course.size(course.frame.answered[wave]) for wave in waves}
    return [
        GroupResponse(
            name=course.cut.slices[place].name,
            key=course.cut.slices[place].key,
            waves=tuple(_share(course, wave, told[wave], sizes[wave], place) for wave in waves),
        )
        for place in course.slices
    ]


def _verdicts(course: Course, told: Mapping[str, Flags]) -> list[Verdict | None]:
    """The verdict on the primary scale at the deciding wave, by the same rule for every slice.

    None where there are enough people and their figures would still give somebody else's away.
    """
    one, deciding = scales.scale(course, course.plan.primary), course.plan.deciding
    before, after = scales.scores(course, one, "baseline"), scales.scores(course, one, deciding)
    both = scales.changed(course, before, after, ["baseline", deciding], one.higher_is_better)
    outcome = Outcome(
        name=one.name,
        wave=WAVE_WORDS.get(deciding, course.plan.wave_name(deciding)),
        unit=f"on a scale of 0 to {one.highest}",
        digits=2,
        higher_is_better=one.higher_is_better,
    )
    sizes = course.size(course.frame.answered[deciding]) if deciding in told else np.zeros(len(course.slices), int)
    found: list[Verdict | None] = []
    for place in course.slices:
        if both.size[place] >= course.least and not both.figures[place]:
            found.append(None)
            continue
        change = both.change(course, place, one.higher_is_better)
        if not both.figures[place]:  # too few: the rule needs no more than how many, where that may be told
            change = PairedChange(change.n_rows, change.n_pairs if both.told[place] else 0)
        answered = int(sizes[place]) if deciding in told and told[deciding][place] else 0
        asked = _asked(course, course.frame.asked[deciding], place) if deciding in told else 0
        first = before[both.of & course.cut.people(place)]
        found.append(
            verdict(
                outcome,
                change=change,
                asked=max(asked, answered),
                answered=answered,
                meaningful=meaningful_change([float(n) for n in first]) if both.figures[place] else None,
                missing_sectors=() if course.cut.slices[place].kind == "sector" else course.plan.missing_sectors,
                least=course.least,
                threshold=course.threshold,
            )
        )
    return found
