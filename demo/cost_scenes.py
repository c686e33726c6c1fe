"""What the neglect course cost, session by session, with trainers in kind; a budget made up for Wakefield; and the budget
Kirklees published, row by row, beside which its stated income is compared."""

from datetime import date, timedelta

from sqlalchemy import select

from demo.figures import figures_of
from demo.loading import FIRST_MOMENT, Loaded, at
from evaluation.costs import operations
from evaluation.costs.models import BudgetColumn, BudgetSide, CostKind
from evaluation.costs.operations import BudgetSum, Said
from lms.catalogue.models import Course, CourseSession, Mode
from lms.charges.models import TrainerCredit
from lms.dates import london
from lms.db import db, writing

#: Made up: income and expenses of Wakefield, planned and actual, in pounds.
BUDGET = (
    (BudgetSide.INCOME, "Contributions of the safeguarding partners", 304574, 304574),
    (BudgetSide.INCOME, "Charges for places", 0, 1260),
    (BudgetSide.EXPENSE, "Staff", 214000, 211350),
    (BudgetSide.EXPENSE, "Website and software", 24500, 25940),
    (BudgetSide.EXPENSE, "Training", 31000, 28415),
    (BudgetSide.EXPENSE, "Supplies and services", 6500, 7210),
    (BudgetSide.EXPENSE, "Independent scrutineer", 27000, 27000),
)
ROOM, MATERIALS, HOUR = 18000, 4500, 3200


def set_costs(loaded: Loaded) -> None:
    """Everything named above, for Wakefield."""
    with writing():
        neglect = db.session.get_one(Course, loaded.courses["NEG"].id)
        sessions = db.session.scalars(
            select(CourseSession)
            .where(
                CourseSession.course_id == neglect.id,
                CourseSession.cancelled_at.is_(None),
                CourseSession.ends_at < FIRST_MOMENT,
            )
            .order_by(CourseSession.starts_at)
        ).all()
        for session in sessions:
            _session(session)
        first, last = london(sessions[0].starts_at).date(), london(sessions[-1].starts_at).date()
        operations.write_for_course(
            course=neglect,
            first=first,
            last=last,
            said=Said(CostKind.MATERIALS, MATERIALS * len(sessions), last, "Printing, one order (made up)"),
            actor=None,
            now=FIRST_MOMENT,
        )
        for side, heading, planned, actual in BUDGET:
            for column, sum_ in ((BudgetColumn.PLANNED, planned), (BudgetColumn.ACTUAL, actual)):
                _budget("2023-24", side, column, heading, sum_, source="Made up for a demonstration", made_up=True)


def _session(session: CourseSession) -> None:
    """A room where there is one, and the hours of each trainer: paid for the first, given in kind by the others."""
    day = london(session.starts_at).date()
    hours = round((session.ends_at - session.starts_at).total_seconds() / 3600)
    if session.mode is not Mode.VIRTUAL:
        said = Said(CostKind.VENUE, ROOM, day, f"Hire of the room, {session.reference} (made up)")
        operations.write_for_sessions(sessions=[session], said=said, actor=None, now=FIRST_MOMENT)
    source = f"{hours} hours in the room and as many to prepare, at £32 (made up)"
    for place, trainer in enumerate(session.trainers):
        if place and day > FIRST_MOMENT.date() - timedelta(days=365):
            # The newest are left open: their organisations have a credit, and the page proposes them.
            db.session.add(
                TrainerCredit(
                    organisation=trainer.organisation,
                    session=session,
                    person=trainer,
                    places=1,
                    earned_at=session.ends_at,
                )
            )
            continue
        operations.write_for_sessions(
            sessions=[session],
            said=Said(CostKind.TRAINER, 2 * hours * HOUR, day, source, in_kind=place > 0),
            trainer=trainer if place else None,
            actor=None,
            now=FIRST_MOMENT,
        )


def _budget(
    year: str, side: BudgetSide, column: BudgetColumn, heading: str, sum_: int, *, source: str, made_up: bool = False
) -> None:
    operations.write_budget(
        year=year,
        said=BudgetSum(side, column, heading, sum_ * 100),
        source=source,
        actor=None,
        now=at(date(2024, 6, 3)),
        made_up=made_up,
    )


def set_published_budget() -> None:
    """The budget Kirklees published for 2023-24, in the caller's transaction."""
    for figure in figures_of("kirklees", "budget"):
        side = BudgetSide.INCOME if figure.key == "income" else BudgetSide.EXPENSE
        source = f"{figure.source_document}, {figure.source_page_or_line}"
        _budget("2023-24", side, BudgetColumn.ACTUAL, figure.label, int(figure.value), source=source)
