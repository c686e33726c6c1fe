"""A course's results put together: which questions the report answers, in which order, with what stands beside each. Pure.

Page and paper print these parts one after the other, so that neither can say what the other does not.
"""

from dataclasses import dataclass

from evaluation.impact.change_words import capital, plural_words
from evaluation.results import sentences as said
from evaluation.results import tables
from evaluation.results.report import ItemResult, Results, ScaleResult
from evaluation.results.tables import Table
from evaluation.verdict import KeptWord

LEVELS = {
    "1": "Reaction: what people thought of the course",
    "2": "Learning: what people know and feel ready for",
    "3": "Behaviour: what people do",
    "4": "Results: what came of it",
}


@dataclass(frozen=True, slots=True)
class Block:
    """One finding: sentences, the drawings beside them by their keys, and the tables with every figure."""

    key: str
    title: str = ""
    kept: KeptWord | None = None
    said: tuple[str, ...] = ()
    drawings: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    small: tuple[str, ...] = ()
    #: A heading above this block and those after it.
    under: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One question the report answers. `lead` carries the finding; somebody who reads only leads has read the report."""

    key: str
    title: str
    lead: str
    blocks: tuple[Block, ...] = ()


def parts(results: Results) -> tuple[Part, ...]:
    """The parts that have something to say, in the order somebody reads them."""
    found = (
        _changed(results),
        _answered(results),
        _questions(results),
        _managers(results),
        _looking_back(results),
        _two_groups(results),
        _over_time(results),
    )
    return tuple(part for part in found if part.blocks or part.key in ("changed", "answered"))


def _changed(results: Results) -> Part:
    title = "What changed, and was it kept?"
    primary = next((one for one in results.scales if one.primary), None)
    if primary is None:
        return Part("changed", title, said.answer(results))
    together = Block(
        "scales",
        "All scales beside each other",
        tables=(tables.changes(results.scales), tables.tests(results.scales)),
        small=(said.SAME_PEOPLE, *said.variants(results.scales), said.SIZES),
    )
    blocks = (*(_scale(one) for one in results.scales), together)
    return Part("changed", title, f"{primary.name}. {said.change(primary)}", blocks)


def _scale(scale: ScaleResult, *, apart: bool = False) -> Block:
    """One scale; `apart`: people looking back, of whom nothing is said to be kept."""
    own = () if scale.primary and not apart else (said.change(scale),)
    return Block(
        f"scale-{scale.key}",
        scale.name,
        kept=None if apart else scale.kept,
        said=(*own, said.moved(scale)) if apart else (*own, said.wave_means(scale), said.moved(scale)),
        drawings=(f"waves-{scale.key}", f"moved-{scale.key}"),
        tables=(tables.waves(scale),) if scale.waves else (),
        small=(said.SAME_AND_ALL,) if scale.primary and scale.waves else (),
    )


def _answered(results: Results) -> Part:
    title = "Who answered, and who is missing?"
    if not results.response:
        return Part("answered", title, said.response(results))
    blocks = [
        Block(
            "response",
            said=said.other_waves(results),
            drawings=("response",),
            tables=(tables.response(results.response),),
        )
    ]
    if results.by_sector:
        blocks.append(Block("by-sector", tables=(tables.grouped(results, results.by_sector, "Sector"),)))
    if results.by_session:
        blocks.append(Block("by-session", tables=(tables.grouped(results, results.by_session, "Session"),)))
    if results.stayed_or_not:
        listed = tables.groups(results.stayed_or_not, "Those who answered later, and those who did not")
        told = tuple(said.missing(one) for one in results.stayed_or_not)
        blocks.append(Block("missing", "Who is missing", said=told, tables=(listed,)))
    return Part("answered", title, said.response(results), tuple(blocks))


def _questions(results: Results) -> Part:
    levels = sorted({one.level for one in results.items}, key=lambda level: (level not in LEVELS, level))
    blocks = []
    for level in levels:
        for place, item in enumerate([one for one in results.items if one.level == level]):
            blocks.append(_item(item, LEVELS.get(level, "About the people who answered") if not place else ""))
    asked = capital(plural_words(len(blocks), "question"))
    lead = f"{asked}, each with its worded answers, of everybody who answered it at the time."
    return Part("questions", "What was answered to each question?", lead, tuple(blocks))


def _item(item: ItemResult, under: str) -> Block:
    moved = (said.shifted(item.shift),) if item.shift else ()
    several = "Several answers could be chosen." if any(wave.several for wave in item.waves) else ""
    return Block(
        f"item-{item.key}",
        item.wording,
        said=(*filter(None, [said.good(item)]), *moved),
        drawings=(f"item-{item.key}",),
        tables=(*([tables.choices(item)] if item.waves else []), *([tables.shift(item.shift)] if item.shift else [])),
        small=tuple(filter(None, [said.if_poor(item), several])),
        under=under,
    )


def _managers(results: Results) -> Part:
    title = "Do their managers see the same?"
    if not results.agreement:
        return Part("managers", title, said.MANAGERS)
    blocks = [
        Block(f"agreement-{one.key}", one.name, said=tuple(filter(None, [said.agrees(one), said.both_means(one)])))
        for one in results.agreement
    ]
    blocks.append(Block("agreement", tables=(tables.agreement(results.agreement),)))
    return Part("managers", title, said.MANAGERS, tuple(blocks))


def _looking_back(results: Results) -> Part:
    blocks = tuple(_scale(one, apart=True) for one in results.looking_back)
    return Part("looking-back", "Looking back: how people remember themselves", said.APART, blocks)


def _two_groups(results: Results) -> Part:
    title = "Two groups, not the same people"
    if not results.unpaired:
        return Part("two-groups", title, said.DIFFERENT_PEOPLE)
    told = tuple(said.two_means(one) for one in results.unpaired)
    listed = tables.groups(results.unpaired, "Two groups of different people")
    return Part("two-groups", title, said.DIFFERENT_PEOPLE, (Block("groups", said=told, tables=(listed,)),))


def _over_time(results: Results) -> Part:
    found = (
        (results.by_year, "years", "Year by year", "year"),
        (results.by_session_trend, "sessions", "Session by session", "session"),
    )
    blocks = tuple(
        Block(
            key,
            title,
            said=(said.trend(points, what),),
            drawings=(key,),
            tables=(tables.trend(points, what.capitalize()),),
        )
        for points, key, title, what in found
        if len(points) > 1
    )
    return Part("over-time", "Over the years and sessions", said.TREND, blocks)
