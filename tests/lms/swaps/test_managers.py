"""Where the course asks managers: what they have said goes along, and nothing is confirmed before they have."""

from datetime import timedelta

import pytest
from flask import Flask

from lms.accounts.models import Person
from lms.approvals import operations as approvals
from lms.bookings import queries, rules
from lms.bookings.models import Approval, Booking, BookingStatus, Ending
from lms.catalogue.models import Course, CourseSession
from lms.errors import RuleBroken
from lms.organisations.models import Organisation
from lms.roles import Role
from tests.factories import NOW, course, course_session, person
from tests.lms.bookings import steps
from tests.lms.swaps.swapping import confirmed, move, pass_on

WEEK = timedelta(days=7)


class TestAColleagueInstead:
    def test_the_colleagues_manager_is_asked_and_the_place_is_held(
        self, amina: Person, sam: Person, asks: Course
    ) -> None:
        session = course_session(asks, capacity=1)
        new = pass_on(steps.ask(session, amina, approved=True), sam)
        assert (new.status, new.approval, new.booked_at) == (BookingStatus.APPROVAL, Approval.ASKED, None)
        assert (new.manager_email, new.approve_until) == ("helen@agency.example", rules.approve_until(session, now=NOW))
        assert steps.letters(1) == [
            "booking-substituted-out to Amina",
            "approval-asked to Helen",
            "approval-waiting to Sam",
        ]
        assert steps.letter("approval-waiting").calendar == ""
        assert steps.ask(session, "Mei", approved=True).status is BookingStatus.WAITING, "the place is held"

        approvals.approve(booking=new, now=NOW)
        assert (new.status, new.booked_at) == (BookingStatus.BOOKED, NOW)
        assert steps.letter("approval-approved").calendar_method == "REQUEST"

    def test_when_the_manager_says_no_the_place_goes_to_who_waits(
        self, amina: Person, sam: Person, asks: Course
    ) -> None:
        session = course_session(asks, capacity=1)
        new = pass_on(steps.ask(session, amina, approved=True), sam)
        mei = steps.ask(session, "Mei", approved=True)
        approvals.refuse(booking=new, reason="Nobody to cover", now=NOW)
        assert (new.ending, mei.status) == (Ending.REFUSED, BookingStatus.BOOKED)

    def test_the_held_place_is_not_taken_back_when_there_are_fewer_and_is_confirmed_by_a_yes(
        self, amina: Person, sam: Person, asks: Course
    ) -> None:
        session = course_session(asks, capacity=3)
        old = steps.ask(session, amina, approved=True)
        for name in ("Mei", "Tom"):
            steps.ask(session, name, approved=True)
        steps.change_capacity(session, 1)
        new = pass_on(old, sam)
        steps.change_capacity(session, 2)
        assert new.status is BookingStatus.APPROVAL
        approvals.approve(booking=new, now=NOW)
        assert confirmed(session) == ["Mei", "Tom", "Sam"]

    def test_a_held_place_that_nobody_had_before_is_taken_back(self, sam: Person, asks: Course) -> None:
        """The control of the test above."""
        session = course_session(asks, capacity=2)
        steps.ask(session, "Mei", approved=True)
        held = steps.ask(session, sam)
        assert held.status is BookingStatus.APPROVAL
        steps.change_capacity(session, 1)
        assert steps.statuses(held) == ["waiting"]

    @pytest.mark.parametrize("role", [Role.TRAINING_LEAD, Role.DSL, Role.HEADTEACHER])
    def test_the_word_of_a_training_lead_of_the_organisation_is_enough(
        self, amina: Person, sam: Person, asks: Course, agency: Organisation, role: Role
    ) -> None:
        lead = person("Lead", "Person", role, organisation=agency)
        new = pass_on(steps.ask(course_session(asks), amina, approved=True), sam, by=lead)
        assert (new.status, new.approval, new.made_by_id) == (BookingStatus.BOOKED, Approval.GIVEN, lead.id)

    def test_the_word_of_an_officer_is_enough_that_of_a_lead_of_another_organisation_is_not(
        self, amina: Person, sam: Person, asks: Course
    ) -> None:
        officer, stranger = person("Officer", "O", Role.LD_OFFICER), person("Lead", "X", Role.TRAINING_LEAD)
        asked = pass_on(steps.ask(course_session(asks), amina, approved=True), sam, by=stranger)
        assert asked.status is BookingStatus.APPROVAL
        given = pass_on(steps.ask(course_session(asks), amina, approved=True), sam, by=officer, staff=True)
        assert given.status is BookingStatus.BOOKED

    @pytest.mark.parametrize("email", ["", "sam@agency.example"])
    def test_where_no_manager_is_known_a_lead_can_do_it(
        self, amina: Person, agency: Organisation, asks: Course, email: str
    ) -> None:
        alone = person(
            "Sam", "Hill", organisation=agency, email="sam@agency.example", manager_name="M", manager_email=email
        )
        old = steps.ask(course_session(asks), amina, approved=True)
        with pytest.raises(RuleBroken, match="Sam Hill’s manager, and we do not know who that is"):
            pass_on(old, alone)
        assert old.status is BookingStatus.BOOKED
        lead = person("Lead", "Person", Role.TRAINING_LEAD, organisation=agency)
        assert pass_on(old, alone, by=lead).status is BookingStatus.BOOKED


class TestAColleagueWhoWaits:
    def test_a_manager_who_was_asked_is_not_asked_again(self, amina: Person, sam: Person, asks: Course) -> None:
        session = course_session(asks, capacity=1)
        old = steps.ask(session, amina, approved=True)
        waits = steps.ask(session, sam)
        until = waits.approve_until
        pass_on(old, sam, NOW + timedelta(days=1))
        assert (waits.status, waits.approve_until) == (BookingStatus.APPROVAL, until)
        assert steps.letters(3) == ["booking-substituted-out to Amina", "approval-place-held to Sam"]
        approvals.approve(booking=waits, now=NOW + timedelta(days=1))
        assert waits.status is BookingStatus.BOOKED

    def test_a_lead_answers_for_the_manager_who_was_asked(
        self, amina: Person, sam: Person, asks: Course, agency: Organisation
    ) -> None:
        session = course_session(asks, capacity=1)
        old = steps.ask(session, amina, approved=True)
        waits = steps.ask(session, sam)
        pass_on(old, sam, by=person("Lead", "Person", Role.TRAINING_LEAD, organisation=agency))
        assert (waits.status, waits.approval, waits.answered_at) == (BookingStatus.BOOKED, Approval.GIVEN, NOW)
        with pytest.raises(RuleBroken, match="answered already"):
            approvals.approve(booking=waits, now=NOW)

    def test_a_manager_who_has_said_yes_is_not_asked_again(self, amina: Person, sam: Person, asks: Course) -> None:
        session = course_session(asks, capacity=1)
        old = steps.ask(session, amina, approved=True)
        waits = steps.ask(session, sam)
        approvals.approve(booking=waits, now=NOW)
        assert waits.status is BookingStatus.WAITING
        assert pass_on(old, sam).status is BookingStatus.BOOKED


class TestAnotherDate:
    @pytest.fixture
    def dates(self, app: Flask) -> list[CourseSession]:
        asks = course(needs_approval=True)
        start = course_session(asks, capacity=1)
        return [start, course_session(asks, capacity=1, starts_at=start.starts_at + WEEK)]

    @pytest.fixture
    def asked(self, dates: list[CourseSession]) -> Booking:
        amina = person("Amina", "Yusuf", manager_name="Helen Ward", manager_email="helen@agency.example")
        return steps.ask(dates[0], amina)

    def test_what_was_approved_stays_approved(self, asked: Booking, dates: list[CourseSession]) -> None:
        approvals.approve(booking=asked, now=NOW)
        new = move(asked, dates[1], NOW + timedelta(days=1))
        assert (new.status, new.approval, new.answered_at) == (BookingStatus.BOOKED, Approval.GIVEN, NOW)
        assert steps.letters(3) == ["booking-transferred to Amina"]

    def test_what_is_still_asked_moves_with_its_question_and_its_end(
        self, asked: Booking, dates: list[CourseSession]
    ) -> None:
        new = move(asked, dates[1], NOW + timedelta(days=1))
        assert (new.status, new.approval, new.booked_at) == (BookingStatus.APPROVAL, Approval.ASKED, None)
        assert (new.approve_until, new.approval_reminder_at) == (asked.approve_until, asked.approval_reminder_at)
        assert steps.letters(2) == ["approval-asked to Helen", "approval-waiting to Amina"]
        letter = steps.letter("approval-asked")
        assert (letter.link_to, "12 November 2024" in letter.body) == (new.reference, True)
        with pytest.raises(RuleBroken, match="no longer asks for this place"):
            approvals.approve(booking=asked, now=NOW + timedelta(days=1))
        approvals.approve(booking=new, now=NOW + timedelta(days=1))
        assert (new.status, steps.letter("approval-approved").calendar_method) == (BookingStatus.BOOKED, "REQUEST")

    def test_the_answer_is_due_before_the_new_date_begins(self, asked: Booking, dates: list[CourseSession]) -> None:
        sooner = course_session(dates[0].course, starts_at=NOW + timedelta(days=2))
        assert sooner.starts_at < (asked.approve_until or NOW)
        assert move(asked, sooner).approve_until == sooner.starts_at

    def test_the_held_place_goes_to_who_waits_for_it(self, asked: Booking, dates: list[CourseSession]) -> None:
        waits = steps.ask(dates[0], "Mei", approved=True)
        move(asked, dates[1])
        assert waits.status is BookingStatus.BOOKED

    def test_who_waits_and_was_approved_gets_a_place_at_once(self, asked: Booking, dates: list[CourseSession]) -> None:
        ella = person("Ella", manager_name="H", manager_email="h@agency.example")
        waits = steps.ask(dates[0], ella)
        approvals.approve(booking=waits, now=NOW)
        new = move(waits, dates[1])
        assert (new.status, new.approval) == (BookingStatus.BOOKED, Approval.GIVEN)

    def test_who_waits_and_is_still_asked_about_waits_elsewhere_with_the_question(
        self, asked: Booking, dates: list[CourseSession]
    ) -> None:
        steps.ask(dates[1], "Mei", approved=True)
        ella = person("Ella", manager_name="H", manager_email="h@agency.example")
        new = move(steps.ask(dates[0], ella), dates[1])
        assert (new.status, new.approval) == (BookingStatus.WAITING, Approval.ASKED)
        approvals.approve(booking=new, now=NOW)
        assert (new.status, queries.positions([new])[new.id]) == (BookingStatus.WAITING, 1)
