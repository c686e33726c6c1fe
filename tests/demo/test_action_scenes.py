"""The action log of the demonstration shows every state, through the doors people use."""

from collections.abc import Callable
from datetime import date, datetime

from flask import Flask

from demo.action_scenes import set_action_scenes
from demo.loading import FIRST_MOMENT, Loaded, load_agencies, load_partnership, load_people
from demo.people import sign_in_people
from demo.wakefield_records import wakefield_records
from evaluation.actions import checks, queries
from evaluation.actions.models import ActionState
from evaluation.actions.rules import stand
from evaluation.improvement.operations import load_log
from lms import dates
from lms.db import writing
from lms.set_up import catalogue_document
from tests.evaluation.actions.conftest import clock

__all__ = ["clock"]


def test_the_log_shows_every_state_with_its_history(app: Flask, clock: Callable[[datetime], None]) -> None:
    clock(FIRST_MOMENT)
    loaded, records = Loaded(), wakefield_records()
    with writing():
        load_partnership(loaded, key="wakefield", name="Wakefield", short_name="WSCP", report="wakefield-2022-23")
        load_agencies(loaded, records.agencies, counted_on=date(2022, 4, 1))
        load_people(loaded, [one.person for one in sign_in_people("wakefield")], "wakefield")
        load_log(catalogue_document())
    set_action_scenes(loaded)
    log = queries.actions()
    today = dates.london(FIRST_MOMENT).date()
    assert {stand(one, today).state for one in log} == set(ActionState)
    assert all(one.steps and one.made_up for one in log)
    assert [one.reference for one in log if any(asked.answered_on is None for asked in one.escalations)] == ["LDA-015"]
    assert [sentence for _, check in checks.CHECKS for sentence in check()] == []
