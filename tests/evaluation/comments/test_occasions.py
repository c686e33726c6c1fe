"""What people wrote about an occasion is looked through, read and quoted like what they wrote about a course."""

from datetime import timedelta

from flask.testing import FlaskClient

from evaluation.comments import operations, queries
from evaluation.comments.models import Comment
from lms.accounts.models import PersonRole
from lms.activity.models import Activity
from lms.db import db, writing
from lms.roles import Role
from tests.evaluation.occasions.conftest import CLOSES, OPENS, RATED, Survey, people, survey
from tests.evaluation.surveys.conftest import sign_in

__all__ = ["people", "survey"]


def test_an_occasion_has_its_own_texts_and_quotes(survey: Survey, client: FlaskClient) -> None:
    survey.until(OPENS + timedelta(hours=1))
    for number in range(6):
        survey.answer(
            number,
            OPENS + timedelta(days=1),
            **RATED,
            pri_example="I met Mrs Qzarian." if number == 0 else f"I ask who is at home, in case {number}.",
            quote_text="I ask who is at home.",
            quote_consent="none",
        )
    survey.until(CLOSES + timedelta(days=1))
    ((about, written),) = queries.overview()
    assert (about.kind, about.key) == ("occasion", "PRI-2024-1")
    assert {one.topic.question_key: (one.readable, one.waiting) for one in written} == {
        "pri_example": (5, 1),
        "quote_text": (6, 0),
    }
    quote = queries.quotes_to_choose(about)[0]
    with writing():
        operations.publish(comment=db.session.get_one(Comment, quote.comment_id), by=None, now=CLOSES)
    assert [one.text for one in queries.published_quotes(occasion_id=survey.occasion.id)] == ["I ask who is at home."]
    assert queries.published_quotes(course_id=1) == []
    line = db.session.query(Activity).where(Activity.verb == "quote:published").one()
    assert (line.subject_kind, line.subject) == ("survey_occasion", "PRI-2024-1")
    with writing():
        db.session.add(PersonRole(person_id=survey.people[0], role=Role.LD_OFFICER))
    sign_in(client, db.session.get_one(type(survey.invitation(0).person), survey.people[0]))
    page = client.get("/surveys/comments/occasion/PRI-2024-1/pri_example").text
    assert page.count("I ask who is at home, in case") == 5
    assert "Qzarian" not in page
