"""The tables of whom an impact report reached: by sector, by course, and beside them what other offers reached. Pure."""

from evaluation.impact.figures import Figure
from evaluation.impact_reports import grids
from evaluation.impact_reports import sentences as words
from evaluation.impact_reports.grids import Cell, Grid, Row
from evaluation.impact_reports.report import CourseLine, Reach, SectorLine
from evaluation.offers.reach import OfferReach
from lms import dates

NEVER_ADDED = "These stand beside the people who came to sessions and are never added to them."
BOOKED = "Of those who had booked a place."
ONCE = "Each counted once in this course."


def period_of(found: Reach) -> str:
    """Which days are counted."""
    return dates.period(found.first, found.last) if found.first else f"until {dates.day(found.last)}"


def sectors(found: Reach, period: str) -> Grid:
    """People of each sector, with its workforce; a sector nobody came from stays."""
    head = ("Sector", "People who came", "Agencies and schools", "Of the workforce")
    return Grid("By sector", head, tuple(_sector(one, period) for one in found.sectors))


def _sector(one: SectorLine, period: str) -> Row:
    name, unit, rule = one.sector, "agencies and schools", words.REACH_RULE
    share: Cell = grids.NOT_KNOWN
    if one.workforce and one.workforce >= one.people:
        share = Figure("reach", f"{name}: of the workforce", one.people, one.workforce, period=period, rule=rule)
    people = grids.count("reach", f"{name}: people", one.people, "people", period=period, rule=rule)
    return Row(
        name,
        (people, grids.count("reach", f"{name}: {unit}", one.organisations, unit, period=period, rule=rule), share),
    )


def courses(found: Reach, period: str) -> Grid:
    """Each course with its sessions and people, and all together, each person once."""
    rows = [_course(one, period) for one in found.courses]
    came = Figure(
        "reach", "Came, of those booked", found.came.numerator, found.came.denominator, period=period, rule=BOOKED
    )
    rows.append(
        Row(
            "All, each person once",
            (
                grids.count("reach", "Sessions", found.sessions, "sessions", period=period),
                grids.count("reach", "People", found.people, "people", period=period, rule=words.REACH_RULE),
                came,
                grids.count("reach", "Walked in", found.walked_in, "people", period=period),
            ),
        )
    )
    return Grid(
        "By course", ("Course", "Sessions", "People who came", "Came, of those booked", "Walked in"), tuple(rows)
    )


def _course(one: CourseLine, period: str) -> Row:
    name = one.title
    return Row(
        name,
        (
            grids.count("reach", f"{name}: sessions", one.sessions, "sessions", period=period),
            grids.count("reach", f"{name}: people", one.people, "people", period=period, rule=ONCE),
            Figure(
                "reach", f"{name}: came, of those booked", one.came_expected, one.expected, period=period, rule=BOOKED
            ),
            grids.count("reach", f"{name}: walked in", one.walked_in, "people", period=period),
        ),
    )


def offers(found: Reach, period: str) -> Grid:
    """What is offered beside sessions, each in its own unit."""
    head = ("Offer", "Reached", "Counted in", "People known one by one", "Where the number is from")
    return Grid("Other offers", head, tuple(_offer(one, period) for one in found.offers))


def _offer(one: OfferReach, period: str) -> Row:
    figure = Figure("reach", f"{one.title}: {one.unit}", value=one.count, unit=one.unit, period=period, rule=one.source)
    return Row(f"{one.title} ({one.kind})", (figure, one.unit, "Yes" if one.known else "No", one.source))
