"""A recommendation goes from group to group, and every step says who, when and why."""

from datetime import date, timedelta

import pytest
from sqlalchemy import delete, select

from evaluation.actions.models import Action, Outcome
from evaluation.recommendations import checks, operations
from evaluation.recommendations.models import RecommendationState, RecommendationStep
from evaluation.recommendations.operations import Decision
from lms.accounts.models import Person
from lms.activity.models import Activity
from lms.db import db
from lms.errors import RuleBroken
from lms.letters.models import Letter
from lms.organisations.models import PartnershipGroup
from lms.permissions import GRANTS, Permission
from lms.roles import Role
from tests.browsing import send
from tests.evaluation.recommendations.conftest import SignIn
from tests.evaluation.recommendations.desk import Desk, found, words_of
from tests.factories import NOW, person


def problems() -> list[str]:
    return [sentence for _, check in checks.CHECKS for sentence in check()]


def letters() -> list[Letter]:
    return list(db.session.scalars(select(Letter).where(Letter.key == "recommendation-offered").order_by(Letter.id)))


def test_it_steps_across_to_a_group_which_gets_a_letter_and_accepts_it(desk: Desk, members: list[Person]) -> None:
    answer = desk.step("FOR-1.1", "across", group="del", reason="It is about delivery.", minute="LDS-2024-09.2")
    assert answer.location == "/improvement/recommendations/FOR-1.1/history"
    assert found("FOR-1.1").owner_group.name == "Delivery Group"
    reader, other = letters()
    assert reader.person_id == members[0].id
    assert "Delivery Group has been offered a recommendation:\n\nTell schools what came of it." in reader.body
    assert "Why it comes to you: It is about delivery." in reader.body
    assert "by 5 November 2024" in reader.body
    assert "/improvement/FOR-1.1" in reader.body
    assert "/improvement" not in other.body, "who may not open the page gets no link to it"
    assert reader.due_at > NOW + timedelta(hours=16), "it waits until the step can no longer be undone"
    desk.step("FOR-1.1", "accept", minute="LDD-2024-10.1")
    assert found("FOR-1.1").state is RecommendationState.ACCEPTED
    said = desk.history("FOR-1.1")
    assert (
        "8 October 2024, Learning and Development Group: stepped across to Delivery Group. It is about delivery."
        in said
    )
    assert "Minute LDS-2024-09.2. Written down by Joan Field, 8 October 2024" in said
    assert "8 October 2024, Delivery Group: accepted. Minute LDD-2024-10.1." in said
    assert (
        "1 February 2023, Learning and Development Group: offered to the group. Taken over from earlier records."
        in said
    )
    assert problems() == []
    verbs = db.session.scalars(
        select(Activity.verb).where(Activity.subject_kind == "recommendation").order_by(Activity.id)
    )
    assert list(verbs) == ["recommendation:stepped_across", "recommendation:accepted"]


def test_it_is_declined_with_the_reason_and_opened_again(desk: Desk) -> None:
    refused = desk.step("FOR-1.1", "decline", minute="LD-1")
    assert (refused.status_code, "Enter why the group declines it" in refused.text) == (422, True)
    assert 'value="LD-1"' in refused.text, "nothing typed is lost"
    desk.step("FOR-1.1", "decline", reason="Schools are told by the duty line now.")
    assert found("FOR-1.1").state is RecommendationState.DECLINED
    assert "FOR-1.1 was declined already" in words_of(desk.browser.get("/improvement/recommendations/FOR-1.1/accept"))
    assert "Reopen it first" in send_change(desk, "FOR-1.1")
    desk.step("FOR-1.1", "reopen", reason="The duty line was closed.")
    assert found("FOR-1.1").state is RecommendationState.OFFERED
    assert problems() == []


def send_change(desk: Desk, reference: str, seen: int | None = None, **fields: str) -> str:
    one = found(reference)
    given = {
        "headline": one.headline,
        "wording": one.wording,
        "plain_sentence": one.plain_sentence,
        "seen": str(one.revision if seen is None else seen),
        "due-day": "",
        "due-month": "",
        "due-year": "",
        "reason": "The group asked for it.",
        **fields,
    }
    path = f"/improvement/recommendations/{reference}/change"
    answer = send(desk.browser, path, **given)
    return words_of(desk.browser.get(answer.location) if answer.location else answer)


def test_accepting_twice_is_refused_in_a_sentence_and_changes_nothing(desk: Desk) -> None:
    desk.step("FOR-1.1", "accept", reason="We do it.")
    before = len(found("FOR-1.1").history)
    given = {"dated-day": "8", "dated-month": "10", "dated-year": "2024", "reason": "We do it.", "seen": "1"}
    page = send(
        desk.browser,
        "/improvement/recommendations/FOR-1.1/change",
        to="/improvement/recommendations/FOR-1.1/accept",
        **given,
    )
    assert page.status_code == 422
    said = "FOR-1.1 was accepted already, by Learning and Development Group on 8 October 2024. Nothing has changed."
    assert said in words_of(page)
    assert len(found("FOR-1.1").history) == before


def test_whoever_presses_second_is_told_and_nothing_is_half_done(
    desk: Desk, sign_in: SignIn, members: list[Person]
) -> None:
    seen = found("REV-1.2").revision
    group = db.session.scalars(select(PartnershipGroup).where(PartnershipGroup.key == "del")).one()
    desk.step("REV-1.2", "across", group="del", reason="It is theirs.")
    written = len(letters())
    with pytest.raises(
        RuleBroken, match=r"Somebody else has changed REV-1\.2 .* \(.*stepped across to Delivery Group\)"
    ):
        operations.step_across(
            recommendation=found("REV-1.2"),
            to=group,
            decision=Decision(NOW.date(), "Ours."),
            seen=seen,
            by=None,
            now=NOW,
        )
    assert "Somebody else has changed REV-1.2 since you opened this page" in send_change(desk, "REV-1.2", seen=seen)
    assert len(letters()) == written
    assert problems() == []


@pytest.mark.parametrize(
    ("dated", "sentence"),
    [
        ("2024-10-09", "Enter a day that is not in the future"),
        ("2023-01-31", "Enter 1 February 2023 or a later day: then it was offered to the group"),
    ],
)
def test_a_step_is_dated_after_the_last_and_not_in_the_future(desk: Desk, dated: str, sentence: str) -> None:
    page = desk.step("FOR-1.1", "accept", dated=dated, reason="We do it.")
    assert page.status_code == 422
    assert sentence in words_of(page)
    assert desk.step("FOR-1.1", "accept", dated="2023-02-01", reason="We do it.").status_code == 303
    assert found("FOR-1.1").history[-1].dated == date(2023, 2, 1)


def test_it_closes_only_when_every_action_is_done_with_an_answer_about_evidence(desk: Desk) -> None:
    one = desk.browser.get("/improvement/recommendations/REV-1.2/close")
    assert "REV-1.2 cannot be closed yet. It waits for LDA-2 (overdue)." in words_of(one)
    two = db.session.scalars(select(Action).where(Action.reference == "LDA-2")).one()
    two.done_on = date(2024, 9, 30)
    page = desk.step("FOR-1.1", "accept", reason="We do it.")
    assert page.status_code == 303
    assert "nobody has said yet what the evidence shows" in words_of(
        desk.browser.get("/improvement/recommendations/REV-1.2/close")
    )
    assert "FOR-1.1 has no action" in words_of(desk.browser.get("/improvement/recommendations/FOR-1.1/close"))
    two = db.session.scalars(select(Action).where(Action.reference == "LDA-2")).one()
    two.outcome, two.review_on = Outcome.NOT_ENOUGH_EVIDENCE, date(2025, 4, 1)
    desk.step("REV-1.2", "close", reason="The toolkit is on the first page; its effect is looked at in April.")
    assert found("REV-1.2").state is RecommendationState.CLOSED
    two = db.session.scalars(select(Action).where(Action.reference == "LDA-2")).one()
    two.done_on = None
    home = words_of(desk.browser.get("/improvement"))
    assert "An action is open again" in home
    assert "closed it on 8 October 2024, and an action that serves it is not done." in home
    desk.step("REV-1.2", "reopen", reason="The toolkit moved.")
    assert found("REV-1.2").state is RecommendationState.ACCEPTED
    assert problems() == []


def test_what_changes_is_kept_with_what_it_said_before(desk: Desk) -> None:
    due = {"due-day": "31", "due-month": "3", "due-year": "2025"}
    assert "Enter why you change it" in send_change(desk, "FOR-1.1", reason="", **due)
    said = send_change(desk, "FOR-1.1", wording="Tell schools within a week.", **due)
    assert "Joan Field: wording and due date changed, due 31 March 2025. The group asked for it." in said
    assert "Its wording was “Tell schools what came of it.”." in said
    assert "Its due date was empty." in said
    assert "Nothing was different" in send_change(desk, "FOR-1.1", **due)
    named = send_change(desk, "FOR-1.1", wording="Tell Jayden Smith’s school, 943 476 5919.", **due)
    assert "This may point to somebody" in named
    assert found("FOR-1.1").wording == "Tell schools within a week."
    assert problems() == []


def test_the_last_step_is_undone_by_whoever_made_it_until_the_end_of_the_day(
    desk: Desk, members: list[Person], sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    history = "/improvement/recommendations/FOR-1.1/history"
    assert "Undo this step" not in desk.history("FOR-1.1"), "what was taken over from records is nobody’s to undo"
    desk.step("FOR-1.1", "across", group="del", reason="It is theirs.")
    send_change(desk, "FOR-1.1", wording="Tell schools within a week.")
    other = sign_in(person("Mei", "Chen", Role.LD_OFFICER))
    assert "Undo this step" not in other.get(history).text
    send(other, "/improvement/recommendations/FOR-1.1/across", to=f"{history[:-8]}/undo")
    assert found("FOR-1.1").wording == "Tell schools within a week."
    for group in ("Delivery Group", "Learning and Development Group"):
        send(desk.browser, history, to=f"{history[:-8]}/undo")
        assert found("FOR-1.1").wording == "Tell schools what came of it."
        assert found("FOR-1.1").owner_group.name == group
    assert letters() == [], "nobody had got the letter yet, so nobody gets it"
    said = desk.history("FOR-1.1")
    assert "undone: “stepped across to Delivery Group” of 8 October 2024" in said
    assert said.count("Undone later.") == 2
    assert problems() == []
    desk.step("FOR-1.1", "accept", reason="We do it.")
    monkeypatch.setattr("lms.dates.now", lambda: NOW + timedelta(days=1))
    assert "Undo this step" not in desk.history("FOR-1.1")
    send(desk.browser, "/improvement/recommendations/FOR-1.1/change", to=f"{history[:-8]}/undo")
    assert found("FOR-1.1").state is RecommendationState.ACCEPTED


def test_one_recommendation_has_several_actions_and_one_action_several_recommendations(desk: Desk) -> None:
    ids = {one.reference: str(one.id) for one in db.session.scalars(select(Action))}
    path = "/improvement/recommendations/FOR-1.1/actions"
    only = send(desk.browser, path, were="", words="toolkit", then="find")
    assert "LDA-2" in only.text
    assert "LDA-1 Launch" not in only.text
    send(desk.browser, path, actions=[ids["LDA-1"], ids["LDA-2"]], were="", words="")
    assert {one.reference for one in found("FOR-1.1").actions} == {"LDA-1", "LDA-2"}
    assert "Joan Field: LDA-1 and LDA-2 linked." in desk.history("FOR-1.1")
    # Ticking again what is ticked, by somebody whose page is older, changes nothing.
    send(desk.browser, path, actions=[ids["LDA-1"]], were="", words="")
    assert len(found("FOR-1.1").actions) == 2
    # The last recommendation of an action does not let it go.
    send(desk.browser, path, actions=[], were=" ".join(ids.values()), words="")
    assert found("FOR-1.1").actions == []
    refused = send(
        desk.browser, "/improvement/recommendations/REV-1.2/actions", actions=[], were=ids["LDA-1"], words=""
    )
    assert "LDA-1 would belong to no recommendation. Let it serve another first." in words_of(refused)
    assert len(found("REV-1.2").actions) == 2
    assert problems() == []


def test_what_is_accepted_and_has_actions_is_not_declined(desk: Desk) -> None:
    said = words_of(desk.browser.get("/improvement/recommendations/REV-1.2/decline"))
    assert "REV-1.2 was accepted, and LDA-1 and LDA-2 serve it." in said


@pytest.mark.parametrize("role", [Role.LD_GROUP, Role.SCRUTINEER, Role.EDUCATION_ADVISER, Role.TRAINING_LEAD])
def test_others_read_the_history_and_change_nothing(desk: Desk, sign_in: SignIn, role: Role) -> None:
    browser = sign_in(person("Siân", "Morgan", role))
    page = browser.get("/improvement/recommendations/FOR-1.1/history")
    assert page.status_code == (200 if Permission.IMPROVEMENT_VIEW in GRANTS[role] else 403)
    assert "Accept it" not in page.text
    assert browser.get("/improvement/recommendations/FOR-1.1/accept").status_code == 403


def test_what_is_wrong_with_a_history_is_said(desk: Desk) -> None:
    one, other = found("FOR-1.1"), found("REV-1.2")
    one.state = RecommendationState.ACCEPTED
    desk.step("REV-1.2", "across", group="del", reason="x")
    other = found("REV-1.2")
    other.owner_group = one.owner_group
    step = other.history[-1]
    step.reason, step.dated = "", date(2024, 10, 9)
    db.session.flush()
    assert problems() == [
        "FOR-1.1 is accepted, and the last step of its history says “offered to the group”.",
        "FOR-1.1 is accepted, and no group has accepted it.",
        "REV-1.2 is with another group than the last step of its history says.",
        "REV-1.2: “stepped across to Delivery Group” is dated after it was written down.",
        "REV-1.2: “stepped across to Delivery Group” gives no reason.",
    ]
    db.session.execute(delete(RecommendationStep).where(RecommendationStep.recommendation_id == one.id))
    db.session.expire_all()
    assert "FOR-1.1 is accepted, and no step of its history says so." in problems()


def test_what_nobody_answered_and_what_no_action_serves_waits_on_the_first_page(desk: Desk) -> None:
    page = words_of(desk.browser.get("/improvement"))
    assert "No answer for 615 days Offered to Learning and Development Group on 1 February 2023." in page
    desk.step("FOR-1.1", "accept", dated="2024-09-12", reason="We do it.")
    assert "FOR-1.1 Schools hear nothing back Past" not in words_of(desk.browser.get("/improvement"))
    found("FOR-1.1").due = date(2024, 10, 7)
    page = words_of(desk.browser.get("/improvement"))
    assert "FOR-1.1 Schools hear nothing back Past its date, no action" in page
    assert "accepted it on 12 September 2024. It was due on 7 October 2024, and no action serves it." in page
    assert "Sources of learning Reviews, audits, forums" in page, "the rooms around the log"
