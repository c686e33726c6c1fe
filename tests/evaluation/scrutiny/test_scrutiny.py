"""What the scrutineer asks is a source at once, is answered and judged in the open, and nothing of it is ever overwritten."""

import doctest
import io
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import func, select

from evaluation.governance.models import Decision, GroupMeeting, GroupMember, MeetingState
from evaluation.recommendations.models import Source, SourceKind
from evaluation.scrutiny import evidence, operations, queries, rules
from evaluation.scrutiny.models import Challenge, ChallengeState
from evaluation.scrutiny.rules import Quarter
from lms.accounts.models import Person
from lms.activity.models import Activity
from lms.attendance.models import AttendanceMark, Mark
from lms.db import db
from lms.errors import RuleBroken
from lms.letters.models import Letter
from lms.organisations.models import PartnershipGroup
from lms.roles import Role
from tests.factories import NOW, booking, course, course_session, person
from tests.test_permissions import digest

S = ChallengeState
QUARTER = rules.quarter_of(date(2024, 10, 8))


@pytest.fixture
def scrutineer(app: Flask) -> Person:
    return person("Judith", "Hargreave", Role.SCRUTINEER)


@pytest.fixture
def officer(app: Flask) -> Person:
    return person("Priya", "Nair", Role.LD_OFFICER)


@pytest.fixture
def group(app: Flask) -> PartnershipGroup:
    """A group with two members, and one who left."""
    made = PartnershipGroup(key="lds", name="Strategic Group", short_name="LDS", purpose="Learning")
    for name, until in (("Helen", None), ("Amina", None), ("Siân", date(2024, 9, 1))):
        db.session.add(GroupMember(group=made, person=person(name), since=date(2024, 1, 1), until=until))
    db.session.flush()
    return made


@pytest.fixture
def challenge(scrutineer: Person, group: PartnershipGroup) -> Challenge:
    return raised(scrutineer, group)


def raised(by: Person, group: PartnershipGroup, **more: object) -> Challenge:
    return operations.raise_challenge(
        **{  # type: ignore[arg-type]
            "group": group,
            "framework_step": 6,
            "title": "Who is missing",
            "question": "Which services send nobody, and why?",
            "wanted_by": date(2024, 11, 8),
            "actor": by,
            "now": NOW,
            **more,
        }
    )


def test_the_rules_are_as_their_examples_say() -> None:
    assert doctest.testmod(rules).failed == 0
    assert [one.number for one in rules.STEPS] == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    ("day", "first", "last", "key"),
    [
        (date(2024, 3, 31), date(2024, 1, 1), date(2024, 3, 31), "2023-24-q4"),
        (date(2024, 4, 1), date(2024, 4, 1), date(2024, 6, 30), "2024-25-q1"),
        (date(2024, 12, 31), date(2024, 10, 1), date(2024, 12, 31), "2024-25-q3"),
    ],
)
def test_a_quarter_is_named_after_the_financial_year(day: date, first: date, last: date, key: str) -> None:
    assert rules.quarter_of(day) == Quarter(first, last)
    assert rules.quarter_of(day).key == key
    assert rules.quarter_called(key) == Quarter(first, last)
    assert rules.before(Quarter(first, last)).last == first - timedelta(days=1)


def test_a_challenge_is_a_source_in_the_same_transaction_and_the_members_get_a_letter(
    scrutineer: Person, group: PartnershipGroup, challenge: Challenge
) -> None:
    assert challenge.reference == "SCR-2024-1"
    source = db.session.scalars(select(Source).where(Source.reference == "SCR-2024-1")).one()
    assert (source.kind, source.learning) == (SourceKind.SCRUTINEER_CHALLENGE, "Which services send nobody, and why?")
    letters = db.session.scalars(select(Letter).where(Letter.key == "challenge-raised")).all()
    assert [one.to_name.split()[0] for one in letters] == ["Helen", "Amina"]
    assert "Which services send nobody, and why?" in letters[0].body
    assert "/scrutiny/challenges/SCR-2024-1" in letters[0].body
    assert raised(scrutineer, group).reference == "SCR-2024-2"
    with pytest.raises(RuleBroken, match="still to come"):
        raised(scrutineer, group, wanted_by=date(2024, 10, 7))
    assert db.session.scalar(select(func.count()).select_from(Source)) == 2


def test_every_change_is_kept_with_who_when_and_why(scrutineer: Person, officer: Person, challenge: Challenge) -> None:
    later = NOW + timedelta(days=20)
    operations.answer(
        challenge=challenge,
        text="Two did not.",
        dated=date(2024, 10, 25),
        minute="LDS-2024-10.3",
        actor=officer,
        now=later,
    )
    (letter,) = db.session.scalars(select(Letter).where(Letter.key == "challenge-answered")).all()
    assert (letter.person_id, "Two did not." in letter.body) == (scrutineer.id, True)
    operations.judge(challenge=challenge, satisfied=False, why="It does not say why.", actor=scrutineer, now=later)
    operations.reopen(challenge=challenge, why="Say why.", wanted_by=date(2024, 12, 1), actor=scrutineer, now=later)
    assert (challenge.state, challenge.due) == (S.REOPENED, date(2024, 12, 1))
    operations.answer(
        challenge=challenge,
        text="No cover.",
        dated=date(2024, 10, 28),
        minute="LDS-2024-11.1",
        actor=officer,
        now=later,
    )
    operations.judge(challenge=challenge, satisfied=True, why="That is clear.", actor=scrutineer, now=later)
    operations.close(challenge=challenge, why="Nothing more.", actor=scrutineer, now=later)
    assert [(one.after, one.text, one.actor) for one in challenge.history] == [
        (S.RAISED, "Which services send nobody, and why?", scrutineer),
        (S.ANSWERED, "Two did not.", officer),
        (S.NOT_SATISFIED, "It does not say why.", scrutineer),
        (S.REOPENED, "Say why.", scrutineer),
        (S.ANSWERED, "No cover.", officer),
        (S.SATISFIED, "That is clear.", scrutineer),
        (S.CLOSED, "Nothing more.", scrutineer),
    ]
    assert all(one.at for one in challenge.history)
    verbs = db.session.scalars(select(Activity.verb).where(Activity.subject_kind == "challenge")).all()
    assert len(verbs) == len(challenge.history)
    assert queries.problems() == []
    assert queries.answered_in_time(challenge) is True


@pytest.mark.parametrize("then", [S.ANSWERED, S.SATISFIED, S.NOT_SATISFIED, S.REOPENED, S.CLOSED])
@pytest.mark.parametrize("now", list(S))
def test_a_challenge_becomes_only_what_may_follow(now: ChallengeState, then: ChallengeState) -> None:
    if now in rules.MAY[then]:
        rules.check_next(now, then, "Because")
        with pytest.raises(RuleBroken, match="Enter"):
            rules.check_next(now, then, " ")
    else:
        with pytest.raises(RuleBroken):
            rules.check_next(now, then, "Because")
    assert (S.CLOSED, S.ANSWERED) not in {(one, S.ANSWERED) for one in rules.MAY[S.ANSWERED]}


def token(client: FlaskClient, address: str) -> str:
    return client.get(address).text.split('name="csrf_token" type="hidden" value="')[1].split('"')[0]


def send(client: FlaskClient, address: str, **typed: str) -> object:
    return client.post(address, data=typed | {"csrf_token": token(client, address)})


ASKED = {"framework_step": "6", "title": "Who is missing", "question": "Which services send nobody?"}
DAY = {"wanted_by-day": "8", "wanted_by-month": "11", "wanted_by-year": str(datetime.now(UTC).year + 1)}


def test_the_scrutineer_raises_and_judges_on_pages_and_an_officer_answers(
    scrutineer: Person,
    officer: Person,
    group: PartnershipGroup,
    sign_in: Callable[[Person], FlaskClient],
) -> None:
    now = datetime.now(UTC)
    asks, answers = sign_in(scrutineer), sign_in(officer)
    new = "/scrutiny/challenges/new"
    for changed, sentence in (
        ({"question": ""}, "Enter the question"),
        ({"question": "What of Kayleigh Smith, NHS number 943 476 5919?"}, "This may point to somebody"),
        ({"wanted_by-year": "2019"}, "Enter a day that is still to come"),
        ({"framework_step": ""}, "Choose one of the six steps"),
    ):
        refused = asks.post(new, data=ASKED | DAY | {"group": str(group.id), "csrf_token": token(asks, new)} | changed)
        assert (refused.status_code, sentence in refused.text) == (422, True), sentence
        assert "Who is missing" in refused.text
    assert db.session.scalars(select(Source)).all() == []
    made = send(asks, new, **ASKED, **DAY, group=str(group.id))
    page = made.location  # type: ignore[attr-defined]
    assert page.startswith("/scrutiny/challenges/SCR-")
    assert answers.get(f"{page}/judge").status_code == 403
    assert asks.get(f"{page}/answer").status_code == 403
    assert "There is no answer to judge yet" in send(asks, f"{page}/judge", satisfied="yes", why="Fine").text  # type: ignore[attr-defined]
    dated = {"dated-day": str(now.day), "dated-month": str(now.month), "dated-year": str(now.year)}
    assert "Enter the minute reference" in send(answers, f"{page}/answer", text="Housing sends nobody.", **dated).text  # type: ignore[attr-defined]
    send(answers, f"{page}/answer", text="Housing sends nobody.", minute="LDS-3", **dated)
    send(asks, f"{page}/judge", satisfied="no", why="And why?")
    send(asks, f"{page}/reopen", why="Say why.", **DAY)
    send(asks, f"{page}/close", why="Taken to the Executive.")
    said = answers.get(page).text
    for words in (
        "Housing sends nobody.",
        "Minute LDS-3",
        "Not satisfied",
        "And why?",
        "Reopened",
        "Taken to the Executive.",
    ):
        assert words in said
    for address in ("/scrutiny", "/scrutiny/challenges", "/scrutiny/steps/6", "/scrutiny?quarter=2024-25-q3"):
        assert answers.get(address).status_code == 200
    for address in ("/scrutiny/steps/7", "/scrutiny/challenges/SCR-1", "/scrutiny?quarter=soon"):
        assert answers.get(address).status_code == 404


def test_the_list_asks_as_much_for_one_challenge_as_for_five(
    scrutineer: Person,
    group: PartnershipGroup,
    challenge: Challenge,
    sign_in: Callable[[Person], FlaskClient],
    count_queries: list[str],
) -> None:
    client = sign_in(scrutineer)
    client.get("/scrutiny/challenges")
    seen = []
    for _ in range(2):
        count_queries.clear()
        client.get("/scrutiny/challenges")
        seen.append(len(count_queries))
        for _ in range(4):
            raised(scrutineer, group)
    assert seen[0] == seen[1]


def test_only_the_scrutineer_has_the_menu_entry_and_others_find_the_room(
    scrutineer: Person, officer: Person, sign_in: Callable[[Person], FlaskClient]
) -> None:
    assert 'href="/scrutiny"' in sign_in(scrutineer).get("/courses").text
    assert 'href="/scrutiny"' not in sign_in(officer).get("/courses").text
    assert sign_in(officer).get("/scrutiny").status_code == 200
    assert sign_in(person()).get("/scrutiny").status_code == 403


def test_notes_and_drafts_are_the_scrutineers_alone_until_the_report_is_signed(
    scrutineer: Person,
    officer: Person,
    challenge: Challenge,
    sign_in: Callable[[Person], FlaskClient],
) -> None:
    asks, reads = sign_in(scrutineer), sign_in(officer)
    quarter = rules.quarter_of(challenge.raised_on)
    note = f"/scrutiny/steps/6/note?quarter={quarter.key}"
    send(asks, note, text="Two sessions had no register for a week.")
    page = f"/scrutiny/steps/6?quarter={quarter.key}"
    assert "Two sessions had no register" in asks.get(page).text
    assert "Two sessions had no register" not in reads.get(page).text
    assert reads.get(note).status_code == 403

    report = f"/scrutiny/reports/{quarter.key}"
    assert asks.get(report).status_code == 404
    made = asks.post(f"{report}/draft", data={"csrf_token": token(asks, note)})
    assert made.location == report
    said = asks.get(report).text
    for words in (
        "This is a draft.",
        "1 challenge was raised.",
        "SCR-2024-1 to the Strategic Group, 8 October 2024: Who is missing",
        "What is missing or incomplete:",
        "Two sessions had no register for a week.",
        "SCR-2024-1 waits for the Strategic Group",
    ):
        assert words in said, words
    assert reads.get(report).status_code == 404
    assert reads.get(f"{report}.pdf").status_code == 404
    assert "DRAFT" in PdfReader(io.BytesIO(asks.get(f"{report}.pdf").data)).pages[0].extract_text()

    edit = asks.get(f"{report}/edit").text
    assert "SCR-2024-1 to the Strategic Group" in edit
    kept = queries.report(quarter)
    assert kept
    texts = dict(kept.current.texts) | {"raised": "One question was put, about who is missing."}
    named = texts | {"raised": "I rang Kayleigh Smith.", "seen": "1", "csrf_token": token(asks, note)}
    assert "This may point to somebody" in asks.post(f"{report}/edit", data=named).text
    changed = asks.post(f"{report}/edit", data=texts | {"seen": "1", "csrf_token": token(asks, note)})
    assert changed.status_code == 303
    stale = asks.post(f"{report}/edit", data=texts | {"raised": "x", "seen": "1", "csrf_token": token(asks, note)})
    assert (stale.status_code, "newer version since you opened this page" in stale.text) == (422, True)
    asks.post(f"{report}/draft", data={"csrf_token": token(asks, note)})
    now_said = asks.get(report).text
    assert "One question was put, about who is missing." in now_said
    assert "What the rule drafted for “What was raised”" in now_said
    old = asks.post(f"{report}/sign", data={"seen": "2", "csrf_token": token(asks, note)})
    assert old.status_code == 422
    assert asks.post(f"{report}/sign", data={"seen": "3", "csrf_token": token(asks, note)}).status_code == 303
    assert "One question was put, about who is missing." in reads.get(report).text
    paper = PdfReader(io.BytesIO(reads.get(f"{report}.pdf").data)).pages[0].extract_text()
    assert "DRAFT" not in paper
    assert "One question was put" in paper
    assert asks.post(f"{report}/edit", data=texts | {"seen": "4", "csrf_token": token(asks, note)}).status_code == 422
    assert send(asks, f"{report}/reopen", why="A figure was wrong.").status_code == 303  # type: ignore[attr-defined]
    assert reads.get(report).status_code == 404
    kept = queries.report(quarter)
    assert kept
    assert [one.step.value for one in kept.versions] == ["drafted", "edited", "drafted_again", "signed", "reopened"]
    assert kept.versions[0].texts == kept.versions[0].drafted
    assert all(one.by == scrutineer for one in kept.versions)
    assert queries.problems() == []


def test_evidence_is_counted_with_its_base_and_says_what_is_missing(
    scrutineer: Person, group: PartnershipGroup
) -> None:
    session = course_session(course("NEG"), starts_at=datetime(2024, 10, 2, 9, 30, tzinfo=NOW.tzinfo))
    for name in ("Amina", "Helen"):
        place = booking(session, person(name), asked_at=NOW - timedelta(days=20))
        db.session.add(AttendanceMark(booking=place, mark=Mark.ATTENDED, marked_at=session.ends_at))
    db.session.add(PartnershipGroup(key="x", name="Empty Group", short_name="X", purpose="None yet"))
    meeting = GroupMeeting(
        reference="EXE-2024-10",
        group=group,
        starts_at=NOW - timedelta(hours=1),
        ends_at=NOW,
        state=MeetingState.HELD,
        place="",
        link="",
    )
    for number, whom in enumerate(("Business manager", "")):
        db.session.add(
            Decision(
                reference=f"EXE-2024-10.{number}", meeting=meeting, wording="Agreed.", decided_on=NOW.date(),
                carried_out_by=whom, added_at=NOW,
            )
        )  # fmt: skip
    db.session.flush()
    found = {
        number: {one.label: one for one in evidence.of_step(number, QUARTER, date(2024, 10, 8))}
        for number in range(1, 7)
    }
    assert found[6]["Sessions somebody came to"].words == "1 session, 2 people each once, 2 delegates"
    assert found[6]["Courses held in this quarter whose effect is asked about"].missing
    assert found[6]["Verdicts by the rule, of courses with released results"].words == "none is released"
    assert found[2]["Organisations somebody came from to a session"].words.startswith("2 of ")
    decided = found[1]["Decisions of groups written down, with who carries them out"]
    assert decided.words == "1 of 2"
    groups = found[1]["Groups with members recorded"]
    assert (groups.words, groups.missing) == ("1 of 2", True)
    children = found[3]["What children and families told the partnership, as sources of learning"]
    assert (children.words, children.missing) == ("none is recorded", True)


def test_reading_everything_of_scrutiny_changes_nothing(
    scrutineer: Person, challenge: Challenge, sign_in: Callable[[Person], FlaskClient]
) -> None:
    quarter = rules.quarter_of(challenge.raised_on)
    operations.draft_report(quarter=quarter, drafted={"raised": "One."}, actor=scrutineer, now=NOW)
    client = sign_in(scrutineer)
    before = digest()
    there = f"/scrutiny/challenges/{challenge.reference}"
    report = f"/scrutiny/reports/{quarter.key}"
    for address in (
        *(
            "/scrutiny",
            "/scrutiny/steps/1",
            "/scrutiny/steps/1/note",
            "/scrutiny/challenges",
            "/scrutiny/challenges/new",
        ),
        *(there, f"{there}/judge", f"{there}/reopen", f"{there}/close"),
        *(report, f"{report}/edit", f"{report}/reopen", f"{report}.pdf"),
        *("/improvement/costs", "/improvement/costs/budget/2024-25", "/reports/contradictions"),
    ):
        assert client.get(address).status_code == 200, address
    assert digest() == before
