"""The tables of the chapter that documents alone print: website, referrals, contributions, and figures without a base. Pure."""

from decimal import Decimal

from evaluation.impact.annual import Annual, Flag
from evaluation.impact.annual_counts import Printed
from evaluation.impact.annual_published import PrintedRow, PrintedTable
from evaluation.impact.annual_tables import Figure, Line, Measure, Part, Section, Table
from lms import dates
from lms.words import plural, thousands

ONLY_PUBLISHED = "As the document printed it. We have no records of our own behind it, so nothing is counted again."


def flags_of(annual: Annual, table: str) -> tuple[Flag, ...]:
    """What is to be known of a table."""
    return tuple(flag for flag in annual.flags if flag.table == table)


def documents(annual: Annual) -> Section:
    """Every table a document printed for days that end in the period."""
    tables = [
        make(annual, annual.printed[name])
        for name, make in (
            ("training_summary", _summary),
            ("website", _website),
            ("website_top_pages", _top_pages),
            ("referrals", _referrals),
            ("funding", _funding),
        )
        if name in annual.printed
    ]
    title = "What documents print"
    if not tables:
        return Section(
            "documents", title, "", empty=f"No document is recorded that prints other figures for {annual.period}."
        )
    return Section("documents", title, f"{ONLY_PUBLISHED} Each table names its own days.", tuple(tables))


def _number(value: Decimal) -> int | float:
    return int(value) if value == int(value) else float(value)


def _lines(rows: tuple[PrintedRow, ...]) -> tuple[Line, ...]:
    return tuple(Line(row.key, row.label, (Figure(_number(row.number)),)) for row in rows)


def _in_unit(table: PrintedTable, unit: str) -> tuple[PrintedRow, ...]:
    return tuple(row for row in table.rows if row.unit == unit)


def _caption(table: PrintedTable, words: str) -> str:
    return f"{words}, as published for {dates.period(table.first, table.last)}"


def _measure(table: PrintedTable, key: str, label: str, unit: str) -> Measure:
    return Measure(key, label, unit, table.first, table.last, f"{ONLY_PUBLISHED} From: {table.document}.")


def _summary(annual: Annual, table: PrintedTable) -> Table:
    """Figures without a base: they stand as they were printed, and it is said what is missing."""
    lines = []
    for row in table.rows:
        printed = Printed(str(row.number), row.qualifier, True, table.document, row.label)
        label = f"{row.label} (per cent)" if row.unit == "percent" else row.label
        lines.append(Line(row.key, label, (Figure(None, printed, "no base is printed"),)))
    return Table(
        key="training_summary",
        title="What the report said of training",
        caption=_caption(table, "What the report said of training"),
        head="Figure",
        measures=(_measure(table, "counted", "Counted again", "no unit"),),
        lines=tuple(lines),
        notes=("A percentage without the number of people behind it cannot be compared with one of ours.",),
        flags=flags_of(annual, "training_summary"),
    )


def _website(annual: Annual, table: PrintedTable) -> Table:
    views, unique, users = table.of("page_views"), table.of("unique_views"), table.of("users")
    notes = ["Views, unique views and users are three measures, so nothing is added."]
    if users:
        notes.append(f"{thousands(int(users))} users. Shares of users are not shares of views.")
    if views and users:
        notes.append(f"{views / users:.1f} page views for each user.")
    parts = (
        (
            Part(
                *("unique_share", "Unique views, of page views", int(unique), int(views), "page view"),
                rule="Unique views of page views, both as published.",
                decimals=1,
            ),
        )
        if views and unique
        else ()
    )
    return Table(
        key="website",
        title="Website",
        caption=_caption(table, "Website"),
        head="Measure",
        measures=(_measure(table, "views", "Views", "views"),),
        lines=_lines(_in_unit(table, "views")),
        parts=parts,
        notes=tuple(notes),
        flags=flags_of(annual, "website"),
    )


def _top_pages(annual: Annual, table: PrintedTable) -> Table:
    rows = table.rows
    return Table(
        key="website_top_pages",
        title="Most read pages",
        caption=_caption(table, "The most read pages, in per cent of page views"),
        head="Page",
        measures=(_measure(table, "share", "Per cent of page views", "percent of page views"),),
        lines=_lines(rows),
        total=Line("total", "These pages together", (Figure(_number(sum((one.number for one in rows), Decimal(0)))),)),
    )


def _referrals(annual: Annual, table: PrintedTable) -> Table:
    all_, again = table.of("referrals"), table.of("rereferrals")
    parts = (
        (
            Part(
                *("rereferral_rate", "Second referrals, of all referrals", int(again), int(all_), "referral"),
                rule="Referrals that were a second one, of all referrals, both as published.",
                decimals=1,
            ),
        )
        if all_ and again
        else ()
    )
    children = table.of("children")
    notes = (
        (f"{plural(int(children), 'child', 'children')} had a second referral: children, not referrals.",)
        if children
        else ()
    )
    return Table(
        key="referrals",
        title="Referrals",
        caption=_caption(table, "Referrals"),
        head="Measure",
        measures=(_measure(table, "referrals", "Referrals", "referrals"),),
        lines=_lines(_in_unit(table, "referrals")),
        parts=parts,
        notes=notes,
        flags=flags_of(annual, "referrals"),
    )


def _funding(annual: Annual, table: PrintedTable) -> Table:
    rows = table.rows
    return Table(
        key="funding",
        title="Contributions of the safeguarding partners",
        caption=_caption(table, "Contributions of the safeguarding partners"),
        head="Partner",
        measures=(_measure(table, "pounds", "Contribution", "pounds"),),
        lines=_lines(rows),
        total=Line("total", "All contributions", (Figure(_number(sum((one.number for one in rows), Decimal(0)))),)),
    )
