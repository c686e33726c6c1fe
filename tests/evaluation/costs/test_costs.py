"""What learning cost: shared between sessions, corrected in the open, and never a figure that is not known."""

import doctest
import io
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from evaluation.costs import budgets, imports, operations, queries, rules, sentences
from evaluation.costs.effect import effect
from evaluation.costs.models import BudgetColumn, BudgetLine, BudgetSide, CostKind, CostLine
from evaluation.costs.operations import BudgetSum, Said
from evaluation.costs.report import Cost
from evaluation.costs.report import CostLine as Line
from evaluation.results.report import Results, ScaleResult, Slice
from evaluation.verdict import Verdict
from lms.accounts.models import Person
from lms.attendance.models import AttendanceMark, Mark
from lms.catalogue.models import Course, CourseSession
from lms.charges.models import Charge, ChargeKind, TrainerCredit
from lms.db import db
from lms.errors import RuleBroken
from lms.roles import Role
from tests.factories import NOW, booking, course, course_session, person

FIRST, LAST = date(2024, 4, 1), date(2025, 3, 31)


def held(of: Course, month: int, people: list[Person]) -> CourseSession:
    """A session of 2024 these people came to."""
    starts_at = datetime(2024, month, 5, 9, 30, tzinfo=UTC)
    session = course_session(of, starts_at=starts_at, reference=f"{of.code}-2024-{month:02}")
    for one in people:
        place = booking(session, one, asked_at=starts_at - timedelta(days=9))
        db.session.add(AttendanceMark(booking=place, mark=Mark.ATTENDED, marked_at=session.ends_at))
    db.session.flush()
    return session


@pytest.fixture
def officer(app: Flask) -> Person:
    return person("Priya", "Nair", Role.LD_OFFICER)


@pytest.fixture
def neglect(officer: Person) -> tuple[Course, list[CourseSession], list[Person]]:
    """A course held in May, June and July for three people; the third came to July only, and nobody ever cancelled."""
    of = course("NEG")
    amina, helen, siân = person("Amina"), person("Helen"), person("Siân")
    return of, [held(of, 5, [amina, helen]), held(of, 6, [amina]), held(of, 7, [siân])], [amina, helen, siân]


def said(pence: int, kind: CostKind = CostKind.TRAINER, **more: object) -> Said:
    return Said(**{"kind": kind, "pence": pence, "dated": date(2024, 7, 5), "source": "Invoice 1", **more})  # type: ignore[arg-type]


def cost(sessions: list[CourseSession]) -> Cost:
    return queries.cost_of([one.id for one in sessions], first=FIRST, last=LAST)


def test_the_rules_are_as_their_examples_say() -> None:
    for module in (rules, sentences):
        assert doctest.testmod(module).failed == 0


def test_a_cost_of_a_course_is_shared_to_the_penny_between_sessions_of_its_days(
    officer: Person, neglect: tuple[Course, list[CourseSession], list[Person]]
) -> None:
    of, sessions, _ = neglect
    called_off = course_session(of, starts_at=datetime(2024, 6, 20, 9, tzinfo=UTC), cancelled_at=NOW)
    operations.write_for_course(
        course=of, first=date(2024, 5, 1), last=date(2024, 7, 5), said=said(10000), actor=officer, now=NOW
    )
    assert [cost([one]).paid for one in [*sessions, called_off]] == [3334, 3333, 3333, 0]
    assert cost(sessions).total == 10000
    assert cost(sessions).complete
    # A session that did not bear it at first does so when the period reaches it; outside of it nothing is borne.
    october = held(of, 10, [])
    assert cost([october]).sessions == 0
    # Another period of the report: only its sessions are counted, with their own share.
    assert queries.cost_of([one.id for one in sessions], first=date(2024, 6, 1), last=date(2024, 6, 30)).total == 3333


def test_a_commission_falls_to_the_sessions_it_names_and_in_kind_stands_apart(
    officer: Person, neglect: tuple[Course, list[CourseSession], list[Person]]
) -> None:
    _, (may, june, july), _ = neglect
    operations.write_for_sessions(sessions=[may, june], said=said(9001, CostKind.COMMISSION), actor=officer, now=NOW)
    operations.write_for_sessions(sessions=[july], said=said(4000, in_kind=True), actor=officer, now=NOW)
    found = cost([may, june, july])
    assert found.lines == (Line("Commissioned", 9001), Line("Trainers, in kind", 4000, True))
    assert (found.paid, found.total, found.complete) == (9001, 13001, True)
    assert sentences.for_each(found, 3) == (
        "£30 was paid for each of 3 people who came, £43.34 with what was given in kind."
    )
    assert cost([may]).paid + cost([june]).paid == 9001


def test_without_a_cost_for_every_session_there_is_no_cost_per_person(
    officer: Person, neglect: tuple[Course, list[CourseSession], list[Person]]
) -> None:
    _, sessions, _ = neglect
    operations.write_for_sessions(sessions=sessions[:1], said=said(5000), actor=officer, now=NOW)
    found = cost(sessions)
    assert (found.sessions, found.all_sessions) == (1, 3)
    assert "No cost per person is worked out until every session has one" in sentences.for_each(found, 3)


def test_charges_are_worked_out_and_neither_waived_ones_nor_credits_count(
    officer: Person, neglect: tuple[Course, list[CourseSession], list[Person]]
) -> None:
    _, sessions, _ = neglect
    one, two = db.session.scalars(select(AttendanceMark).order_by(AttendanceMark.id)).all()[:2]
    for place, more in ((one, {}), (two, {"waived_at": NOW, "waived_why": "Snow"})):
        db.session.add(
            Charge(
                kind=ChargeKind.PLACE,
                booking=place.booking,
                organisation=place.booking.person.organisation,
                pence=3500,
                made_at=NOW,
                **more,
            )
        )
    db.session.flush()
    assert cost(sessions).charged == 3500


def test_a_correction_keeps_the_old_line_with_who_when_and_why(
    officer: Person, neglect: tuple[Course, list[CourseSession], list[Person]]
) -> None:
    of, sessions, _ = neglect
    line = operations.write_for_sessions(sessions=sessions[:1], said=said(5000), actor=officer, now=NOW)
    with pytest.raises(RuleBroken, match="why it is corrected"):
        operations.correct(line=line, said=said(6000), why=" ", actor=officer, now=NOW)
    with pytest.raises(RuleBroken, match="Nothing is different"):
        operations.correct(line=line, said=said(5000), why="Typed again", actor=officer, now=NOW)
    newer = operations.correct(line=line, said=said(6000), why="VAT was missing", actor=officer, now=NOW)
    assert cost(sessions).paid == 6000
    assert (newer.replaces, newer.why, newer.written_by) == (line, "VAT was missing", officer)
    with pytest.raises(RuleBroken, match="corrected already"):
        operations.correct(line=line, said=said(7000), why="Again", actor=officer, now=NOW)
    operations.correct(line=newer, said=said(0), why="Never paid", actor=officer, now=NOW)
    assert [one.pence for one in queries.lines_of(of)] == [0, 6000, 5000]
    assert cost(sessions).total == 0
    assert queries.problems() == []


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"pence": 0}, "sum above 0"),
        ({"source": " "}, "where the sum is from"),
        ({"dated": date(2024, 10, 9)}, "a day that has come"),
        ({"kind": CostKind.COMMISSION, "in_kind": True}, "commissioned was paid for"),
    ],
)
def test_what_cannot_be_a_cost_is_refused(
    officer: Person, neglect: tuple[Course, list[CourseSession], list[Person]], given: dict[str, object], sentence: str
) -> None:
    with pytest.raises(RuleBroken, match=sentence):
        operations.write_for_sessions(
            sessions=neglect[1][:1],
            said=said(**{"pence": 100, **given}),
            actor=officer,
            now=NOW,  # type: ignore[arg-type]
        )


def test_trainers_in_kind_are_proposed_once_from_the_credits_of_their_organisations(
    officer: Person,
    neglect: tuple[Course, list[CourseSession], list[Person]],
    sign_in: Callable[[Person], FlaskClient],
) -> None:
    _, (may, *_), (_, helen, _) = neglect
    db.session.add(TrainerCredit(organisation=helen.organisation, session=may, person=helen, places=1, earned_at=NOW))
    db.session.flush()
    (proposed,) = queries.proposals()
    assert (proposed.session, proposed.trainer, proposed.hours) == (may, helen, 3.5)
    client = sign_in(officer)
    page = client.get("/improvement/costs?year=2024-25").text
    assert "NEG-2024-05, Helen Yusuf" in page
    address = f"/improvement/costs/new/session?session=NEG-2024-05&in_kind={helen.id}"
    assert 'value="NEG-2024-05"' in client.get(address).text
    sent = {"session": "neg-2024-05", "kind": "trainer", "in_kind": "y", "sum": "210", "source": "3.5 hours at £60"}
    day = {"dated-day": "5", "dated-month": "5", "dated-year": "2024"}
    answer = client.post(address, data=sent | day | {"csrf_token": token(client, address)})
    assert answer.location == "/improvement/costs/courses/NEG?year=2024-25"
    assert queries.proposals() == []
    said_there = client.get(answer.location).text
    assert "£210" in said_there
    assert "Trainers, in kind" in said_there


def token(client: FlaskClient, address: str) -> str:
    return client.get(address).text.split('name="csrf_token" type="hidden" value="')[1].split('"')[0]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"session": "NOT-2024-01"}, "There is no session called NOT-2024-01"),
        ({"sum": "a lot"}, "Enter a sum in pounds, like 50 or 35.50"),
        ({"dated-year": "2031"}, "Enter a day that has come"),
        ({"kind": ""}, "Choose what it was for"),
        ({"note": "NHS number 943 476 5919"}, "This may point to somebody"),
    ],
)
def test_bad_input_has_a_sentence_beside_its_field_and_nothing_typed_is_lost(
    officer: Person,
    neglect: tuple[Course, list[CourseSession], list[Person]],
    sign_in: Callable[[Person], FlaskClient],
    changed: dict[str, str],
    sentence: str,
) -> None:
    client = sign_in(officer)
    sent = {"session": "NEG-2024-05", "kind": "venue", "sum": "80", "source": "Invoice 7", "note": "Room 2"}
    sent |= {"dated-day": "5", "dated-month": "5", "dated-year": "2024"} | changed
    address = "/improvement/costs/new/session"
    answer = client.post(address, data=sent | {"csrf_token": token(client, address)})
    assert answer.status_code == 422
    assert answer.text.count(sentence) == 2
    assert "Invoice 7" in answer.text
    assert db.session.scalars(select(CostLine)).all() == []


def test_the_year_on_the_page_and_in_the_files_is_the_same_and_asks_as_much_for_one_course_as_for_three(
    officer: Person,
    neglect: tuple[Course, list[CourseSession], list[Person]],
    sign_in: Callable[[Person], FlaskClient],
    count_queries: list[str],
) -> None:
    _, sessions, people = neglect
    operations.write_for_sessions(sessions=sessions, said=said(9000), actor=officer, now=NOW)
    client = sign_in(officer)
    client.get("/improvement/costs?year=2024-25")
    count_queries.clear()
    page = client.get("/improvement/costs?year=2024-25").text
    few = len(count_queries)
    assert "£90 was paid" in page
    assert "£30 was paid for each of 3 people who came" in page
    book = openpyxl.load_workbook(io.BytesIO(client.get("/improvement/costs/2024-25.xlsx").data))
    assert [cell.value for cell in book.worksheets[0][2]] == [
        "NEG",
        "Multi-agency neglect",
        3,
        3,
        90,
        0,
        90,
        0,
        3,
        30,
        30,
    ]
    assert (
        "NEG,Multi-agency neglect,3,3,90.0,0.0,90.0,0.0,3,30.0,30.0"
        in client.get("/improvement/costs/2024-25.csv").text
    )
    for code in ("C1", "C2"):
        more = held(course(code), 6, people)
        operations.write_for_sessions(sessions=[more], said=said(100), actor=officer, now=NOW)
    db.session.commit()
    count_queries.clear()
    assert "£92 was paid" in client.get("/improvement/costs?year=2024-25").text
    assert len(count_queries) == few


def test_who_may_read_costs_reads_them_and_only_officers_write(
    neglect: tuple[Course, list[CourseSession], list[Person]], sign_in: Callable[[Person], FlaskClient]
) -> None:
    for role, status in ((Role.SCRUTINEER, 200), (Role.LD_GROUP, 200), (Role.PRACTITIONER, 403)):
        client = sign_in(person("Siân", "Morgan", role))
        assert client.get("/improvement/costs").status_code == status
        assert client.get("/improvement/costs/new/session").status_code == 403
    officer = sign_in(person("Priya", "Nair", Role.LD_OFFICER))
    for scope in ("session", "course", "commission"):
        assert officer.get(f"/improvement/costs/new/{scope}").status_code == 200
    for address in (
        "/improvement/costs?year=2023",
        "/improvement/costs/courses/NOT",
        "/improvement/costs/lines/9/correct",
    ):
        assert officer.get(address).status_code == 404


# What changed for it --------------------------------------------------------------------------------------------------


def results(word: str = "better", **scale: object) -> Results:
    told = {"improved": 12, "same": 6, "worse": 2, "matched": 20} | scale
    empty: dict[str, object] = dict.fromkeys(Results.__dataclass_fields__, ())
    primary = ScaleResult("s", "Skill", 5, True, True, "before", "m6", **told)  # type: ignore[arg-type]
    return Results(
        **empty
        | {
            "slice": Slice("all", "all", "All"),
            "scales": (primary,),
            "verdict": Verdict(word, False, "", (), ()),  # type: ignore[arg-type]
        }
    )


@pytest.mark.parametrize(
    ("found", "whole", "begins", "paid_each"),
    [
        (
            results(),
            True,
            "£10 was paid for each person with evidence of change, £15 with what was given in kind",
            1000,
        ),
        (results(improved=None, same=None, worse=None), True, "Not enough evidence: too few people", None),
        (
            results("no clear change"),
            True,
            "The verdict is “no clear change”, so no cost per person with evidence",
            None,
        ),
        (results("worse"), True, "The verdict is “worse”", None),
        (results(), False, "A cost is written down for 1 of 2 sessions the results are about", None),
        (results(improved=0), True, "Nobody stood higher at the end", None),
    ],
)
def test_cost_for_each_person_with_evidence_of_change_is_only_told_where_the_results_tell_how_many(
    found: Results, whole: bool, begins: str, paid_each: int | None
) -> None:
    lines = (Line("Rooms", 12000), Line("Trainers, in kind", 6000, True))
    told = effect(found, Cost(FIRST, LAST, lines, 0, 2 if whole else 1, 2))
    assert told.words.startswith(begins)
    assert told.paid_each == paid_each


# The budget -----------------------------------------------------------------------------------------------------------

FILE = b"""year,side,heading,planned,actual,total,source
2024-25,income,Partners,300000,,,Plan
2024-25,expense,Staff,"\xc2\xa3210,000",209000.50,,Plan
2024-25,expense,Training,20000,,,Plan
2024-25,expense,All expenses,231000,,yes,Plan
"""


def test_a_budget_is_taken_from_a_file_added_up_and_a_stated_total_is_compared_not_trusted(
    officer: Person, sign_in: Callable[[Person], FlaskClient]
) -> None:
    client = sign_in(officer)
    address = "/improvement/costs/budget/file"
    wrong = FILE.replace(b"20000", b"many")
    answer = client.post(
        address, data={"file": (io.BytesIO(wrong), "budget.csv"), "csrf_token": token(client, address)}
    )
    assert answer.status_code == 422
    assert "Row 4, column “planned”" in answer.text
    assert db.session.scalars(select(BudgetLine)).all() == []
    answer = client.post(address, data={"file": (io.BytesIO(FILE), "budget.csv"), "csrf_token": token(client, address)})
    assert answer.location == "/improvement/costs/budget/2024-25"
    page = client.get(answer.location).text
    assert "£231,000 is stated, and the rows come to £230,000. The difference is £1,000. We print the rows." in page
    assert "Planned: income less expenses is £70,000." in page
    assert "Actual: no balance, because no income is written down." in page
    assert "£209,000.50" in page
    budget = budgets.budget("2024-25")
    assert sentences.share(budget, "Training", BudgetColumn.PLANNED) == "8.7%"
    book = openpyxl.load_workbook(io.BytesIO(client.get("/improvement/costs/budget/2024-25.xlsx").data))
    assert ("2024-25", "Expenses", "Total of the rows", 230000, 209000.5, "Total") in book.worksheets[0].values
    assert "Total as stated,231000.0," in client.get("/improvement/costs/budget/2024-25.csv").text
    twice = client.post(address, data={"file": (io.BytesIO(FILE), "b.csv"), "csrf_token": token(client, address)})
    assert "there is a sum for “Partners” already" in twice.text
    assert len(db.session.scalars(select(BudgetLine)).all()) == 5
    assert imports.BUDGET.name == "budget"


def test_a_sum_of_the_budget_is_corrected_in_the_open(
    officer: Person, sign_in: Callable[[Person], FlaskClient]
) -> None:
    line = operations.write_budget(
        year="2024-25",
        said=BudgetSum(BudgetSide.EXPENSE, BudgetColumn.ACTUAL, "Training", 1900000),
        source="Ledger",
        actor=officer,
        now=NOW,
    )
    client = sign_in(officer)
    address = f"/improvement/costs/budget/lines/{line.id}/correct"
    sent = {"sum": "19300", "source": "Ledger", "csrf_token": token(client, address)}
    assert "Enter why it is corrected" in client.post(address, data=sent).text
    client.post(address, data=sent | {"why": "A late invoice"})
    page = client.get("/improvement/costs/budget/2024-25").text
    assert "Training, £19,000 became £19,300. “A late invoice”" in page
    assert budgets.budget("2024-25").total(BudgetSide.EXPENSE, BudgetColumn.ACTUAL) == 1930000
    assert client.post(address, data=sent | {"why": "Again"}).status_code == 422
    # Years without a budget help on, and what is no year is asked for again.
    assert "Write down its first sum" in client.get("/improvement/costs/budget/2023-24").text
    assert client.get("/improvement/costs/budget?year=2023-24").location == "/improvement/costs/budget/2023-24"
    assert "is not a report year" in client.get("/improvement/costs/budget?year=soon").text
    new = "/improvement/costs/budget/2024-25/new"
    sent = {"side": "expense", "column": "actual", "heading": "training", "sum": "5", "csrf_token": token(client, new)}
    assert "there is a sum for “Training” already" in client.post(new, data=sent).text
    assert client.post(new, data=sent | {"heading": "Rooms"}).status_code == 303
