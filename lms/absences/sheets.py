"""Who did not come, as a table to download. No person is in it."""

from lms.absences.queries import Absences
from lms.absences.rules import Away
from lms.exports import Cell, Column

COLUMNS = (
    Column("Of"),
    Column("Name"),
    Column("Expected", "number"),
    Column("Marked on the register", "number"),
    Column("Came", "number"),
    Column("Sent apologies", "number"),
    Column("Did not come", "number"),
    Column("First day"),
    Column("Last day"),
)
HIDDEN = "hidden"


def rows_of(found: Absences) -> list[list[Cell]]:
    """All together, each course, each agency; then how many of those who did not come gave which reason."""
    rows = [_row(found, "All", "All", found.total)]
    rows += [_row(found, "Course", name, one) for name, one in found.by_course]
    rows += [_row(found, "Agency", name, one) for name, one in found.by_agency]
    for reason, people in found.reasons or ():
        shown: Cell = HIDDEN if people is None else people
        rows.append(["Reason", reason, None, None, None, None, shown, found.first, found.last])
    return rows


def _row(found: Absences, kind: str, name: str, one: Away) -> list[Cell]:
    figures: list[Cell] = [one.expected, one.marked, one.came, one.apology, one.no_show]
    return [kind, name, *figures, found.first, found.last]
