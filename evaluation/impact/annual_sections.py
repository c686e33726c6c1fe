"""The annual chapter put together: which tables stand in it, in which order, and what each says first. Pure."""

from collections.abc import Callable, Iterable
from datetime import date

from evaluation.impact import annual_added
from evaluation.impact.annual import Annual, Flag
from evaluation.impact.annual_counts import SchoolRow, year_before
from evaluation.impact.annual_tables import Figure, Line, Measure, Part, Section, Table
from lms import dates
from lms.catalogue.models import CountedBy
from lms.charts import Bar
from lms.words import listing, plural, rounded, thousands


def sections(annual: Annual) -> tuple[Section, ...]:
    """The parts of the chapter, always in this order; one without records stays and says so."""
    counted = (_core(annual), _elearning(annual), _schools(annual), _bulletin(annual), _priorities(annual))
    return (*counted, *annual_added.sections(annual))


def period_flags(annual: Annual) -> tuple[Flag, ...]:
    """What is to be known of the period itself."""
    return _flags(annual, "period")


def answer(annual: Annual) -> str:
    """The chapter in two or three sentences."""
    return " ".join(section.lead for section in sections(annual)[:4] if section.tables) or (
        "Nothing was recorded in this period."
    )


def cover_figures(annual: Annual) -> list[tuple[str, str]]:
    """Up to four figures for the cover, each with its unit; what was not recorded is left out."""
    taught = annual.taught
    found = [
        (taught.courses, "sessions of" if taught.courses != 1 else "session of", "core training"),
        (taught.delegates if taught.delegates != taught.people else 0, "delegates at", "these sessions"),
        (taught.people, "people,", "each once"),
        (annual.bookings, "e-learning", "bookings"),
        (annual.schools_reached, "schools trained,", "each once"),
        (annual.subscribers, "bulletin", "subscribers"),
    ]
    return [(thousands(count), f"{one} {two}") for count, one, two in found if count][:4]


def _flags(annual: Annual, table: str) -> tuple[Flag, ...]:
    return tuple(flag for flag in annual.flags if flag.table == table)


def _measures(annual: Annual) -> Callable[..., Measure]:
    """Makes measures of the whole period."""

    def make(key: str, label: str, unit: str, rule: str) -> Measure:
        return Measure(key, label, unit, annual.first, annual.last, rule)

    return make


def _several(bars: Iterable[Bar]) -> tuple[Bar, ...]:
    """Bars worth looking at: one alone compares nothing."""
    found = tuple(bars)
    return found if len(found) > 1 else ()


SESSIONS_RULE = "Sessions that began in the period, were not cancelled, and at least one person came to."
DELEGATES_RULE = "Everybody a register shows as having come, wholly or in part. Somebody who came twice counts twice."
PEOPLE_RULE = "The same people, each counted once; so the total is not the sum of the rows."


def _core(annual: Annual) -> Section:
    taught, measure = annual.taught, _measures(annual)
    if not taught.rows:
        return Section(
            "core_training", "Core training", "", empty=f"No session of core training was held, {annual.period}."
        )
    table = Table(
        key="core_training",
        title="Core training",
        caption=f"Core training, {annual.period}",
        head="Course",
        measures=(
            measure("sessions", "Sessions held", "sessions", SESSIONS_RULE),
            measure("delegates", "Delegates", "delegates", DELEGATES_RULE),
            measure("people", "People, each once", "people", PEOPLE_RULE),
            measure("size", "Delegates a session", "delegates a session", "Delegates, by sessions held; one decimal."),
        ),
        lines=tuple(
            Line(
                row.code,
                row.title,
                (
                    Figure(row.courses, row.published_courses),
                    Figure(row.delegates, row.published_delegates),
                    Figure(row.people),
                    Figure(rounded(row.delegates / row.courses, 1)),
                ),
            )
            for row in taught.rows
        ),
        total=Line(
            "total",
            "All courses",
            (
                Figure(taught.courses),
                Figure(taught.delegates),
                Figure(taught.people),
                Figure(rounded(taught.delegates / taught.courses, 1)),
            ),
        ),
        parts=(
            Part(
                *("online", "Held online", taught.online, taught.courses, "session"),
                rule="Sessions held on screen, or on screen and in a room, of all sessions held.",
                printed=taught.published_online,
            ),
        ),
        bars=_several(Bar(row.title, row.delegates) for row in taught.rows),
        bars_title="Delegates by course",
        flags=_flags(annual, "core_training"),
    )
    return Section(
        "core_training",
        "Core training",
        f"{plural(taught.courses, 'session')} of {plural(len(taught.rows), 'course')} in core training had "
        f"{plural(taught.delegates, 'delegate')}: {plural(taught.people, 'person', 'people')}, each counted once.",
        (table, annual_added.modes(annual)),
    )


def _elearning(annual: Annual) -> Section:
    rows, measure = annual.elearning, _measures(annual)
    if not rows:
        return Section("elearning_bookings", "E-learning", "", empty=f"No e-learning was booked, {annual.period}.")
    table = Table(
        key="elearning_bookings",
        title="E-learning",
        caption=f"E-learning booked {annual.period}",
        head="Course",
        measures=(
            measure("booked", "Booked", "bookings", "Bookings made in the period."),
            measure("started", "Started", "bookings", "Those of these bookings that have been started since."),
            measure("completed", "Completed", "bookings", "Those of these bookings that have been completed since."),
        ),
        lines=tuple(
            Line(
                row.code,
                row.title,
                (Figure(row.booked, row.published), Figure(row.started), Figure(row.completed)),
            )
            for row in rows
        ),
        total=Line(
            "total",
            "All courses",
            tuple(
                Figure(sum(column)) for column in zip(*((r.booked, r.started, r.completed) for r in rows), strict=True)
            ),
        ),
        parts=(_largest([(row.code, row.title, row.booked) for row in rows], annual.bookings, "booking", "Bookings"),),
        notes=("Bookings are not delegates: they are never added to the people who came to sessions.",),
        bars=_several(Bar(row.title, row.booked) for row in rows),
        bars_title="Bookings by course",
        flags=_flags(annual, "elearning_bookings"),
    )
    completed = sum(row.completed for row in rows)
    return Section(
        "elearning_bookings",
        "E-learning",
        f"E-learning was booked {plural(annual.bookings, 'time')}; {thousands(completed)} of these bookings were completed.",
        (table,),
    )


#: For each unit a course for schools may be counted in: the measure that carries it.
OWN = {CountedBy.SCHOOLS: "schools", CountedBy.SESSIONS: "sessions"}


def _schools(annual: Annual) -> Section:
    if not annual.schools:
        return Section(
            "education_training",
            "Training for schools",
            "",
            empty=f"No training for schools was held, {annual.period}.",
        )
    units = [unit for unit in CountedBy if annual.in_unit(unit)]
    leads = []
    if CountedBy.SCHOOLS in units:
        leads.append(f"whole-school training reached {plural(annual.schools_reached, 'school')}, each counted once")
    open_sessions = sum(row.sessions for unit in units if unit is not CountedBy.SCHOOLS for row in annual.in_unit(unit))
    if open_sessions:
        leads.append(f"{plural(open_sessions, 'session')} were open to people from any school")
    lead = ", and ".join(leads) + "."
    return Section(
        "education_training",
        "Training for schools",
        lead[:1].upper() + lead[1:],
        tuple(_school_table(annual, unit, last=unit is units[-1]) for unit in units),
    )


def _school_table(annual: Annual, unit: CountedBy, *, last: bool) -> Table:
    own, measure, rows = OWN.get(unit, "delegates"), _measures(annual), annual.in_unit(unit)
    hosted = unit is CountedBy.SCHOOLS
    every = {
        "schools": measure(
            "schools",
            "Schools",
            "schools",
            "Schools such a session was held at, each counted once."
            if hosted
            else "Schools that people came from, each counted once in a course.",
        ),
        "sessions": measure("sessions", "Sessions", "sessions", SESSIONS_RULE),
        "delegates": measure("delegates", "Delegates", "delegates", DELEGATES_RULE),
    }
    order = sorted(every, key=lambda key: key != own)
    # Schools that came to two courses are one school: only the whole-school count knows them each once.
    total = {
        "schools": Figure(annual.schools_reached) if hosted else Figure(None, why="not added"),
        "sessions": Figure(sum(row.sessions for row in rows)),
        "delegates": Figure(sum(row.delegates for row in rows)),
    }
    name = f"Training for schools, counted in {own}"
    return Table(
        key=f"education_training_{own}",
        title=name,
        caption=f"{name}, {annual.period}",
        head="Course",
        measures=tuple(every[key] for key in order),
        lines=tuple(Line(row.code, row.title, tuple(_school_figure(row, key, own) for key in order)) for row in rows),
        total=Line(
            "total",
            "All courses, each school once" if hosted else "All courses",
            tuple(total[key] for key in order),
        ),
        notes=_school_notes(annual, hosted=hosted, last=last),
        flags=_flags(annual, "education_training") if last else (),
    )


def _school_notes(annual: Annual, *, hosted: bool, last: bool) -> tuple[str, ...]:
    notes = []
    if not hosted:
        notes.append("People of one school came to several of these courses, so their schools are not added.")
    if last and len({row.unit for row in annual.schools}) > 1:
        notes.append(
            "There is no total over these tables: schools and sessions are different units, and a sum of them would count "
            "nothing."
        )
    return tuple(notes)


def _school_figure(row: SchoolRow, key: str, own: str) -> Figure:
    count = {"schools": row.schools, "sessions": row.sessions, "delegates": row.delegates}[key]
    return Figure(count, row.published if key == own else None)


def _bulletin(annual: Annual) -> Section:
    rows, day = annual.bulletin, annual.bulletin_day
    before = year_before(day)
    sent = annual.editions_monthly + annual.editions_special
    if not rows and not sent:
        return Section(
            "ebulletin", "E-bulletin", "", empty="No subscriber and no edition of an e-bulletin is recorded."
        )
    change = annual.subscribers - annual.subscribers_before
    tables = []
    lead = f"{plural(sent, 'edition')} of the e-bulletin went out."
    if rows:
        tables.append(_subscribers(annual, day, before, change))
        compared = (
            f"{thousands(abs(change))} {'more' if change > 0 else 'fewer'} than" if change else "the same number as"
        )
        readers = plural(annual.subscribers, "person", "people")
        lead = f"{readers} took the e-bulletin on {dates.day(day)}, {compared} a year before."
    tables.append(_editions(annual, sent))
    return Section("ebulletin", "E-bulletin", lead, tuple(tables))


def _subscribers(annual: Annual, day: date, before: date, change: int) -> Table:
    rule = "Subscriptions that had begun and not ended on that day."
    return Table(
        key="ebulletin_sector",
        title="Subscribers by sector",
        caption=f"E-bulletin subscribers by sector, {dates.day(day)} and {dates.day(before)}",
        head="Sector",
        measures=(
            Measure("now", dates.day(day), "people", day, day, rule),
            Measure("before", dates.day(before), "people", before, before, rule),
            Measure("change", "Change", "people", before, day, "The first count less the second.", signed=True),
        ),
        lines=tuple(
            Line(
                row.key,
                row.sector,
                (Figure(row.now, row.published), Figure(row.before, row.published_before), Figure(row.change)),
            )
            for row in annual.bulletin
        ),
        total=Line(
            "total",
            "All sectors, counted",
            (
                Figure(annual.subscribers, annual.published_subscribers),
                Figure(annual.subscribers_before),
                Figure(change),
            ),
        ),
        parts=(
            _largest([(row.key, row.sector, row.now) for row in annual.bulletin], annual.subscribers, "person", rule),
        )
        if annual.subscribers
        else (),
        notes=annual_added.fewer(annual),
        bars=_several(
            Bar(row.sector, row.now, f"{thousands(row.now)}, was {thousands(row.before)}", before=row.before)
            for row in annual.bulletin
        ),
        bars_title=f"Filled: {dates.day(day)}; open: {dates.day(before)}",
        flags=_flags(annual, "ebulletin_sector"),
    )


def _largest(rows: Iterable[tuple[str, str, int]], total: int, unit: str, rule: str) -> Part:
    """The share of the largest row of a table, with one decimal where the base is 100 or more."""
    key, label, count = max(rows, key=lambda row: row[2])
    units = "people" if unit == "person" else ""
    return Part(f"largest-{key}", label, count, total, unit, rule=rule, decimals=int(total >= 100), units=units)


def _editions(annual: Annual, sent: int) -> Table:
    return Table(
        key="ebulletin_editions",
        title="Editions",
        caption=f"Editions of the e-bulletin sent, {annual.period}",
        head="Kind",
        measures=(_measures(annual)("editions", "Editions", "editions", "Editions sent in the period."),),
        lines=(
            Line("monthly", "Monthly", (Figure(annual.editions_monthly, annual.published_monthly),)),
            Line("special", "Special", (Figure(annual.editions_special, annual.published_special),)),
        ),
        total=Line("total", "All editions", (Figure(sent, annual.published_editions),)),
    )


def _priorities(annual: Annual) -> Section:
    if not annual.priorities:
        return Section("delivery_plan", "Delivery plan", "", empty="No delivery plan with priorities is recorded.")
    unserved = [f"{row.number} {row.name}" for row in annual.priorities if not row.courses]
    rule = "Courses in the catalogue today that name the priority; one course may serve several."
    table = Table(
        key="delivery_plan",
        title="Priorities",
        caption=f"{annual.plan}: priorities, and courses that serve each on {dates.day(annual.today)}",
        head="Priority",
        measures=(Measure("courses", "Courses", "courses", annual.today, annual.today, rule),),
        lines=tuple(
            Line(str(row.number), f"{row.number} {row.name}", (Figure(row.courses),)) for row in annual.priorities
        ),
        notes=("A course may serve several priorities, so the courses are not added.",),
    )
    lead = f"The plan has {plural(len(annual.priorities), 'priority', 'priorities')}."
    if unserved:
        lead += f" No course serves {listing(unserved)}."
    return Section("delivery_plan", "Delivery plan", lead, (table,))
