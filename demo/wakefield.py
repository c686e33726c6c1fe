"""The Wakefield demonstration: school training, the bulletin, the neglect thread as it happened, and what is to come."""

from datetime import date

from demo.action_scenes import set_action_scenes
from demo.certificate_scenes import set_certificate_scenes
from demo.comment_scenes import set_comment_scenes
from demo.cost_scenes import set_costs
from demo.due_scenes import load_recent_training, set_duties, set_neglect_rule
from demo.elearning import add_elearning, book_elearning
from demo.governance_scenes import set_governance
from demo.history import live_through
from demo.loading import (
    FIRST_MOMENT,
    Loaded,
    at,
    load_agencies,
    load_attendances,
    load_partnership,
    load_people,
    load_published,
    load_sessions,
    question_document,
)
from demo.occasion_scenes import set_occasions
from demo.offer_scenes import set_offers
from demo.plan_scenes import set_plan_scenes
from demo.question_set_scenes import set_question_sets
from demo.recommendation_scenes import set_recommendations
from demo.record_scenes import set_record_scenes
from demo.report_scenes import set_reports
from demo.rooms import set_rooms
from demo.scenes import set_scenes
from demo.school_scenes import set_schools
from demo.scrutiny_scenes import set_scrutiny
from demo.wakefield_records import wakefield_records
from evaluation.improvement.operations import load_log
from evaluation.surveys import operations as surveys
from lms.bulletin.models import Edition, Subscriber
from lms.db import db, writing
from lms.reminders.operations import see_to
from lms.set_up import catalogue_document

#: The course, its questions and what decides were agreed when the course was designed, before anybody answered.
PLANNED_AT = at(date(2022, 11, 17))


def load() -> None:
    """Everything of Wakefield, into an empty database. The records are one transaction, the months after it many."""
    records = wakefield_records()
    loaded = Loaded()
    with writing():
        load_partnership(
            loaded,
            key="wakefield",
            name="Wakefield Safeguarding Children Partnership",
            short_name="WSCP",
            report="wakefield-2022-23",
        )
        load_agencies(loaded, records.agencies, counted_on=date(2022, 4, 1))
        load_people(loaded, records.people, "wakefield", sessions=records.sessions)
        load_sessions(loaded, records.school_training.sessions, imported=True)
        load_attendances(loaded, records.school_training.attendances)
        db.session.add_all(
            Subscriber(
                email=one.email,
                sector=loaded.sectors[one.sector],
                subscribed_on=one.subscribed_on,
                unsubscribed_on=one.unsubscribed_on,
            )
            for one in records.subscribers
        )
        db.session.add_all(
            Edition(title=one.title, sent_on=one.sent_on, special=one.kind == "special") for one in records.editions
        )
        load_log(catalogue_document())
        load_published("wakefield")
        surveys.set_evaluation_plan(
            course=loaded.courses["NEG"],
            question_set=surveys.load_question_set(document=question_document()),
            primary_scale="behaviour_neglect",
            deciding_wave="m6",
            actor=None,
            now=PLANNED_AT,
        )
        for manager in records.neglect.managers:
            person = loaded.people[manager.person]
            person.manager_name, person.manager_email = manager.name, manager.email
    set_action_scenes(loaded)
    live_through(loaded, records.neglect, until=FIRST_MOMENT)
    with writing():
        load_sessions(loaded, records.coming, imported=False)
        load_attendances(loaded, records.coming_bookings)
        load_recent_training(loaded, records.people)
        see_to(FIRST_MOMENT)  # nobody is reminded of what was due before these were loaded
        add_elearning(loaded)
        book_elearning(loaded, "w-amina-yusuf")
    set_scenes(loaded)
    set_record_scenes(loaded)
    set_rooms(loaded)
    set_duties()
    set_neglect_rule(loaded)
    set_certificate_scenes(loaded)
    set_occasions()
    set_comment_scenes(loaded)
    set_question_sets(loaded)
    set_recommendations(loaded)
    set_offers(loaded)
    set_governance(loaded)
    set_plan_scenes(loaded)
    set_costs(loaded)
    set_scrutiny(loaded)
    set_reports()
    set_schools()
