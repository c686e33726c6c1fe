"""From sending to reading: one submission, in batches, in no order, without a name."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from evaluation.surveys import answers, queries, tokens
from evaluation.surveys.models import Answer, HeldAnswers, Invitation, Response
from lms.accounts import operations as accounts
from lms.activity.models import Activity
from lms.app import create_app
from lms.attendance.models import Mark
from lms.dates import from_london
from lms.db import db, writing
from lms.errors import RuleBroken
from lms.organisations.models import Sector
from tests.evaluation.surveys.conftest import RATED, Life, _made, sent

EVENING = from_london(date(2024, 11, 5), 20, 17)
#: The end of the time for late answers, a week after the closing day.
OVER = from_london(date(2024, 11, 20))


def responses(wave: str = "end") -> list[Response]:
    return list(db.session.scalars(select(Response).where(Response.wave == wave)))


def test_answers_wait_until_their_wave_is_over_and_then_come_all_together(taught: Life) -> None:
    for number in range(9):
        taught.answer("end", number, EVENING)
    taught.until(OVER - timedelta(minutes=1))
    assert (queries.waiting(taught.round("end")), len(responses())) == (9, 0)
    taught.until(OVER)
    assert (queries.waiting(taught.round("end")), len(responses())) == (0, 9)
    # All of one week, the last of the wave, whenever they came.
    assert {one.week for one in responses()} == {date(2024, 11, 18)}
    kept = {(row.question_key, row.number, row.choice, row.text) for row in db.session.query(Answer)}
    assert kept == {("rea_use", 3.0, None, None), ("neg_conf_spot", 3.0, None, None)}
    assert taught.until(OVER + timedelta(days=3)) == {}


def test_what_somebody_answered_before_a_course_they_did_not_come_to_is_deleted(life: Life) -> None:
    life.book(from_london(date(2024, 10, 8), 10))
    life.until(from_london(date(2024, 10, 9)))
    for number in range(14):
        life.answer("baseline", number, from_london(date(2024, 10, 9), 12))
    life.until(from_london(date(2024, 11, 5), 13, 10))
    life.mark(from_london(date(2024, 11, 5), 13, 10), range(12))
    life.mark(from_london(date(2024, 11, 5), 13, 10), [12], Mark.NO_SHOW)
    life.until(EVENING)
    assert len(responses("baseline")) == 14
    life.until(OVER)
    # One was marked as absent and of one the register says nothing.
    came = {tokens.pairing_code(life.session_id, life.people[number]) for number in range(12)}
    assert {one.pairing_code for one in responses("baseline")} == came
    assert db.session.query(Answer).count() == 2 * 12


def test_answers_from_before_the_course_wait_for_its_start(life: Life) -> None:
    life.book(from_london(date(2024, 10, 8), 10))
    life.until(from_london(date(2024, 10, 9)))
    for number in range(8):
        life.answer("baseline", number, from_london(date(2024, 10, 9), 12))
    life.until(from_london(date(2024, 11, 5), 9))
    assert len(responses("baseline")) == 0
    life.until(from_london(date(2024, 11, 5), 9, 30))
    assert len(responses("baseline")) == 8


def test_one_persons_waves_share_a_code_and_so_does_their_manager(life: Life) -> None:
    life.book(from_london(date(2024, 10, 8), 10))
    life.until(from_london(date(2024, 10, 9)))
    life.answer("baseline", 3, from_london(date(2024, 10, 9), 12))
    life.until(from_london(date(2024, 11, 5), 13, 10))
    life.mark(from_london(date(2024, 11, 5), 13, 10), range(12))
    life.until(EVENING)
    life.answer("end", 3, EVENING)
    life.answer("end", 4, EVENING)
    opened = from_london(date(2025, 2, 4))
    life.until(opened)
    life.answer("m3", 3, opened)
    life.answer("manager", 3, opened)
    life.until(from_london(date(2025, 6, 2)))
    codes = {wave: {one.pairing_code for one in responses(wave)} for wave in ("baseline", "end", "m3", "manager")}
    assert codes["baseline"] == codes["m3"] == codes["manager"]
    assert len(codes["end"]) == 2
    assert codes["baseline"] < codes["end"]
    assert codes["baseline"] == {tokens.pairing_code(life.session_id, life.people[3])}


class TestOneSubmission:
    def test_a_second_one_is_told_kindly_and_changes_nothing(self, taught: Life) -> None:
        taught.answer("end", 0, EVENING)
        with pytest.raises(RuleBroken, match="already here"):
            taught.answer("end", 0, EVENING, rea_use="0")
        assert db.session.query(HeldAnswers).count() == 1

    def test_it_is_found_by_its_key_when_the_machine_stopped_before_the_mark(self, taught: Life) -> None:
        taught.answer("end", 0, EVENING, marked=False)
        assert not taught.invitation("end", 0).answered
        assert sent(taught, "end", 0)
        with pytest.raises(RuleBroken, match="already here"):
            taught.answer("end", 0, EVENING, rea_use="0")

    def test_it_is_found_by_its_code_once_it_has_been_moved_on(self, taught: Life) -> None:
        taught.answer("end", 0, EVENING, marked=False)
        taught.until(OVER)
        assert db.session.query(HeldAnswers).count() == 0
        assert sent(taught, "end", 0)
        assert not sent(taught, "end", 5)

    def test_a_missing_mark_is_made_up_for_instead_of_a_reminder(self, taught: Life) -> None:
        taught.answer("end", 0, EVENING, marked=False)
        taught.until(from_london(date(2024, 11, 6), 9))
        assert taught.invitation("end", 0).answered
        assert taught.people[0] not in {letter.person_id for letter in taught.letters("survey-end-reminder")}
        assert len(taught.letters("survey-end-reminder")) == 11

    def test_nothing_is_taken_after_the_end(self, taught: Life) -> None:
        with pytest.raises(RuleBroken, match="have closed"):
            taught.answer("end", 0, OVER)

    def test_what_is_needed_must_be_answered(self, taught: Life) -> None:
        with pytest.raises(RuleBroken, match="How much will this course help you"):
            taught.answer("end", 0, EVENING, neg_conf_spot="3")
        opened = from_london(date(2025, 2, 4))
        taught.until(opened)
        with pytest.raises(RuleBroken, match="at least one question"):
            taught.answer("m3", 0, opened, rea_use="3")


class TestSectors:
    def sectors(self, wave: str) -> dict[str | None, int]:
        found: dict[str | None, int] = {}
        for one in responses(wave):
            name = one.sector.key if one.sector else None
            found[name] = found.get(name, 0) + 1
        return found

    def test_a_sector_is_kept_only_where_five_of_it_were_asked(self, life: Life) -> None:
        # 6 and 5 people of two sectors, 3 of a third: the third has no name, and alone it would be as good as named.
        life.book(from_london(date(2024, 10, 8), 10))
        life.until(from_london(date(2024, 10, 9)))
        for number in range(14):
            life.answer("baseline", number, from_london(date(2024, 10, 9), 12))
        life.until(from_london(date(2024, 11, 5), 9, 30))
        assert self.sectors("baseline") == {"sector-0": 6, None: 8}

    def test_all_are_named_where_nobody_is_left_over(self, life: Life) -> None:
        life.book(from_london(date(2024, 10, 8), 10), life.people[:11])
        life.until(from_london(date(2024, 10, 9)))
        for number in range(11):
            life.answer("baseline", number, from_london(date(2024, 10, 9), 12))
        life.until(from_london(date(2024, 11, 5), 9, 30))
        assert self.sectors("baseline") == {"sector-0": 6, "sector-1": 5}

    def test_somebody_who_changes_jobs_answers_for_where_they_worked_when_they_booked(self, life: Life) -> None:
        life.book(from_london(date(2024, 10, 8), 10), life.people[:11])
        life.until(from_london(date(2024, 10, 9)))
        mover, other = life.invitation("baseline", 0).booking.person, life.invitation("baseline", 6).booking.person
        assert mover.organisation.sector_id != other.organisation.sector_id
        accounts.move(person=mover, organisation=other.organisation, email=mover.email, by=None, now=EVENING)
        for number in range(11):
            life.answer("baseline", number, from_london(date(2024, 10, 9), 12))
        life.until(from_london(date(2024, 11, 5), 9, 30))
        assert self.sectors("baseline") == {"sector-0": 6, "sector-1": 5}

    def test_when_fewer_of_a_sector_come_its_name_goes_from_the_earlier_answers_too(self, life: Life) -> None:
        life.book(from_london(date(2024, 10, 8), 10), life.people[:11])
        life.until(from_london(date(2024, 10, 9)))
        for number in range(11):
            life.answer("baseline", number, from_london(date(2024, 10, 9), 12))
        life.until(from_london(date(2024, 11, 5), 13, 10))
        # Of the second sector only four come, and one of the first stays away too.
        life.mark(from_london(date(2024, 11, 5), 13, 10), [0, 1, 2, 3, 4, 6, 7, 8, 9])
        life.until(EVENING)
        for number in range(5):
            life.answer("end", number, EVENING)
        life.until(OVER)
        assert self.sectors("baseline") == {None: 9}
        assert self.sectors("end") == {None: 5}


def test_a_draft_is_kept_under_its_link_and_gone_after_sending(taught: Life) -> None:
    invitation = taught.invitation("end", 0)
    token = tokens.token_of(invitation.id)
    with writing():
        draft = answers.Draft({"rea_keep": "The group exercise"}, [1])
        answers.save_draft(invitation=taught.invitation("end", 0), token=token, draft=draft)
    kept = taught.invitation("end", 0)
    assert "group" not in kept.draft
    assert answers.read_draft(kept, token) == draft
    assert answers.read_draft(kept, tokens.token_of("somebody else")) == answers.Draft()
    taught.answer("end", 0, EVENING)
    assert (taught.invitation("end", 0).answered, taught.invitation("end", 0).draft) == (True, "")


def test_an_unfinished_draft_goes_when_the_wave_closes(taught: Life) -> None:
    token = tokens.token_of(taught.invitation("end", 0).id)
    with writing():
        answers.save_draft(invitation=taught.invitation("end", 0), token=token, draft=answers.Draft({}, [1]))
    taught.until(OVER)
    assert taught.invitation("end", 0).draft == ""


def test_sending_is_nobodys_activity(taught: Life) -> None:
    before = {one.verb for one in db.session.query(Activity)}
    taught.answer("end", 0, EVENING)
    taught.until(OVER)
    # That the course's results may be looked at again is noted; it is nobody's doing.
    assert {one.verb for one in db.session.query(Activity)} - {"results:released"} == before


def test_answers_sealed_with_a_lost_secret_stay_where_they_are(
    taught: Life, app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    taught.answer("end", 0, EVENING)
    monkeypatch.setitem(app.config, "SECRET_KEY", "another-secret-of-more-than-32-characters")
    taught.until(OVER)
    assert db.session.query(HeldAnswers).count() == 1
    assert len(responses()) == 0


def test_marks_made_after_the_end_are_not_kept(taught: Life) -> None:
    taught.answer("end", 0, EVENING, marked=False)
    name = taught.invitation("end", 0).id
    taught.until(OVER)
    with writing():
        answers.mark_answered(invitation_id=name)
    assert not db.session.get_one(Invitation, name).answered


def test_every_answer_moved_on_belongs_to_a_sector_that_exists_or_to_none(taught: Life) -> None:
    for number in range(12):
        taught.answer("end", number, EVENING)
    taught.until(OVER)
    there = set(db.session.scalars(select(Sector.id))) | {None}
    assert {one.sector_id for one in responses()} <= there


def test_the_same_answers_sent_ten_times_at_once_are_here_once(
    fresh_database: Callable[[], str], settings: dict[str, Any]
) -> None:
    app = create_app(**settings, SQLALCHEMY_DATABASE_URI=fresh_database())
    with app.app_context():
        life = Life(*_made())
        life.book(from_london(date(2024, 10, 8), 10))
        life.until(from_london(date(2024, 11, 5), 13, 5))
        life.mark(from_london(date(2024, 11, 5), 13, 10), range(12))
        life.until(EVENING)
        name = life.invitation("end", 0).id
        db.session.remove()

    def once(_: int) -> str:
        with app.app_context():
            try:
                with writing():
                    invitation = db.session.get_one(Invitation, name)
                    token = tokens.token_of(name)
                    answers.submit(invitation=invitation, token=token, answers=RATED["end"], now=EVENING)
            except RuleBroken as no:
                return str(no)
            return "kept"

    with ThreadPoolExecutor(10) as pool:
        said = Counter(pool.map(once, range(10)))
    with app.app_context():
        held = db.session.query(HeldAnswers).count()
        db.session.remove()
        db.engine.dispose()
    assert said == {"kept": 1, answers.SENT: 9}
    assert held == 1
