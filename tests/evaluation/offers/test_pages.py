"""What an action offers, as officers keep it: every kind linked, counted, corrected, and kept where something depends on it."""

import html
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from evaluation.actions.models import Action
from evaluation.offers import operations
from evaluation.offers.models import LearningOffer, OfferKind
from evaluation.offers.operations import Told
from lms import dates
from lms.accounts.models import Person
from lms.activity.models import Activity
from lms.catalogue.models import GroupKind, SessionGroup
from lms.db import db
from lms.errors import RuleBroken
from lms.roles import Role
from tests.browsing import send
from tests.factories import NOW, course, person
from tests.threads import a_log, a_year

PAGE = "/improvement/actions/LDA-1/offers"


@pytest.fixture
def desk(app: Flask, sign_in: Callable[[Person], FlaskClient]) -> FlaskClient:
    a_log()
    return sign_in(person("Joan", "Field", Role.LD_OFFICER))


def words_of(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def offer(name: str) -> LearningOffer:
    return next(one for one in db.session.scalars(select(LearningOffer)) if one.name == name)


def test_every_kind_is_linked_once_and_says_what_it_needs(desk: FlaskClient) -> None:
    week = SessionGroup(key="week", title="A week", kind=GroupKind.SERIES)
    db.session.add(week)
    other = course("WTS", title="Working together")
    db.session.flush()
    assert "Select what is offered" in send(desk, f"{PAGE}/new").text
    assert "Select a course" in send(desk, f"{PAGE}/new", kind="course").text
    wrong = send(
        desk, f"{PAGE}/new", kind="campaign", **{"ends_on-day": "1", "ends_on-month": "2", "ends_on-year": "2024"}
    )
    for words in ("Enter what it is called", "Enter the first day too"):
        assert words in wrong.text
    ids = {"course": str(other.id), "series": str(week.id)}
    for kind, more in (
        ("course", {"course": ids["course"]}),
        ("series", {"series": ids["series"]}),
        *((kind.value, {"title": f"A {kind.label}"}) for kind in list(OfferKind)[3:]),
    ):
        assert send(desk, f"{PAGE}/new", kind=kind, **more).status_code == 303, kind
    assert "LDA-1 offers this already" in send(desk, f"{PAGE}/new", kind="series", series=ids["series"]).text
    page = words_of(desk.get(PAGE).text)
    for name in ("Working together", "A week", "A Briefing", "A Forum topic", "A Champion activity", "A Campaign"):
        assert name in page
    added = db.session.scalars(select(Activity).where(Activity.verb == "offer:added")).all()
    assert len(added) == 6
    assert {one.subject for one in added} == {"LDA-1"}


def test_a_child_is_never_named_in_a_title(desk: FlaskClient) -> None:
    asked = send(desk, f"{PAGE}/new", kind="campaign", title="For 943 476 5919")
    assert asked.status_code == 422
    assert "This may point to somebody" in asked.text


def test_counts_are_added_and_corrected_and_never_overwritten(desk: FlaskClient) -> None:
    assert send(desk, f"{PAGE}/new", kind="campaign", title="Look twice").status_code == 303
    counts = f"{PAGE}/{offer('Look twice').id}/counts"
    today = dates.london(dates.now()).date()

    def add(number: int, day: object = today, **more: str):  # type: ignore[no-untyped-def]
        days = {f"dated-{part}": str(getattr(day, part)) for part in ("day", "month", "year")}
        return send(desk, counts, count=str(number), unit="visits", source="the website", **days, **more)

    assert "still to come" in add(5, today + timedelta(days=1)).text
    assert add(400, today - timedelta(days=60)).status_code == 303
    assert add(1240).status_code == 303
    smaller = add(900)
    assert smaller.status_code == 422
    assert "cannot be smaller. Say what was wrong with it." in smaller.text
    assert add(900, why="Robots were counted").status_code == 303
    assert "900 visits" in words_of(desk.get(PAGE).text)
    page = words_of(desk.get(counts).text)
    for words in ("400 visits", "1,240 visits", "Robots were counted", "Joan Field"):
        assert words in page
    newest = max(offer("Look twice").counts, key=lambda one: one.id)
    assert send(desk, f"{counts}/{newest.id}/take-back", why="It was of another campaign").status_code == 303
    assert "1,240 visits" in words_of(desk.get(PAGE).text)
    assert "Taken back on" in words_of(desk.get(counts).text)
    refused = desk.get(f"{PAGE}/{offer('Look twice').id}/remove")
    assert "2 counts of its reach are kept with it." in words_of(refused.text)
    assert "Take it away" not in re.sub(r"<h1.*?</h1>|<title.*?</title>", "", refused.text)


def test_nothing_is_typed_for_what_keeps_a_register(desk: FlaskClient) -> None:
    neglect = offer("Multi-agency neglect")
    said = {"count": "3", "unit": "people", "source": "me", "dated-day": "1", "dated-month": "2", "dated-year": "2024"}
    refused = send(desk, f"{PAGE}/{neglect.id}/counts", **said)
    assert "Registers and completions say who was reached" in refused.text


def test_what_something_depends_on_stays_and_says_what(app: Flask, sign_in: Callable[[Person], FlaskClient]) -> None:
    a_year()
    desk = sign_in(person("Joan", "Field", Role.LD_OFFICER))
    neglect = offer("Multi-agency neglect")
    said = words_of(desk.get(f"{PAGE}/{neglect.id}/remove").text)
    assert "LDA-1-I1 and LDA-1-I2 are counted from the answers of this course." in said
    assert "40 people were reached by it, and the reach of LDA-1 counts them." in said
    with pytest.raises(RuleBroken, match="stays with LDA-1"):
        operations.remove(offer=neglect, why="x", actor=None, now=NOW)
    toolkit = offer("Neglect toolkit")
    assert send(desk, f"{PAGE}/{toolkit.id}/remove", why="").status_code == 422
    assert send(desk, f"{PAGE}/{toolkit.id}/remove", why="It serves another action").location == PAGE
    kept = db.session.scalars(select(Activity).where(Activity.verb == "offer:removed")).one()
    assert kept.details["why"] == "It serves another action"


def test_a_slip_of_today_or_yesterday_can_be_taken_away(app: Flask) -> None:
    a_year()
    other = db.session.scalars(select(Action).where(Action.reference == "LDA-2")).one()
    told = Told(OfferKind.COURSE, course_id=offer("Multi-agency neglect").course_id)
    for days, kept in ((1, 0), (2, 1)):
        slip = operations.add(action=other, told=told, actor=None, now=NOW)
        if kept:
            with pytest.raises(RuleBroken):
                operations.remove(offer=slip, why="A slip", actor=None, now=NOW + timedelta(days=days))
        else:
            operations.remove(offer=slip, why="A slip", actor=None, now=NOW + timedelta(days=days))
        assert len([one for one in other.offers if one.course_id]) == kept


def test_readers_see_and_do_not_change(app: Flask, sign_in: Callable[[Person], FlaskClient]) -> None:
    a_log()
    reader = sign_in(person("Siân", "Morgan", Role.LD_GROUP))
    page = reader.get(PAGE)
    assert page.status_code == 200
    assert "Link something more" not in page.text
    assert reader.get(f"{PAGE}/new").status_code == 403
    assert reader.get("/improvement/actions/LDA-9/offers").status_code == 404


def test_an_offer_is_one_thing(app: Flask) -> None:
    a_log()
    action = db.session.scalars(select(Action)).first()
    assert action is not None
    for wrong in (
        {"kind": OfferKind.CAMPAIGN},
        {"kind": OfferKind.COURSE, "title": "No course"},
        {"kind": OfferKind.CAMPAIGN, "title": "x", "course_id": course().id},
    ):
        with pytest.raises(IntegrityError), db.session.begin_nested():
            db.session.execute(
                insert(LearningOffer).values(action_id=action.id, made_up=False, **{"title": "", **wrong})
            )
