"""A small recommendation and everything it led to: as rows of the database, and as one made value for the pure functions."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import yaml
from sqlalchemy import insert

from evaluation.actions.models import Action, ActionEvidence, EvidenceKind
from evaluation.comments.models import Comment, Outcome, PublishedQuote
from evaluation.comments.queries import Quote
from evaluation.impact.change import Change, measure_change
from evaluation.impact.measures import judge_measure
from evaluation.impact.queries import AgencyReach, SectorReach, SessionReach, WaveCount
from evaluation.impact.thread import CourseReach, Thread
from evaluation.improvement.operations import load_log
from evaluation.measures.models import Direction, Measure, MeasureFigure, MeasureKind
from evaluation.offers.reach import OfferReach
from evaluation.recommendations.models import (
    Recommendation,
    RecommendationState,
    RecommendationStep,
    Source,
    SourceKind,
)
from evaluation.results.operations import release
from evaluation.surveys.models import (
    Answer,
    Audience,
    EvaluationPlan,
    Invitation,
    QuestionSet,
    Response,
    RoundStage,
    SurveyRound,
)
from lms.attendance.models import AttendanceMark, Mark
from lms.bookings.models import Booking, BookingOrigin
from lms.catalogue.models import Course, CourseSession
from lms.db import db
from lms.organisations.models import Organisation, PartnershipGroup, Priority, Sector, WorkforceCount
from lms.resources.models import Resource
from tests import factories
from tests.databases import ROOT

DOCUMENT: dict[str, Any] = yaml.safe_load((ROOT / "content" / "question-sets.yaml").read_text(encoding="utf-8"))
BEHAVIOUR = ("neg_beh_toolkit", "neg_beh_day", "neg_beh_list", "neg_beh_parent", "neg_beh_challenge")
CONFIDENCE = (
    "neg_conf_spot",
    "neg_conf_child",
    "neg_conf_parent",
    "neg_conf_toolkit",
    "neg_conf_pattern",
    "neg_conf_curious",
)
WAVES = ("baseline", "end", "m3", "m6", "manager")
NOW = factories.NOW
LOG: dict[str, Any] = yaml.safe_load(
    """
example_sources:
  - {reference: REV-1, kind: practice_review, title: A review, date: '2022-06-30', made_up: true,
     learning: 'Small signs were put together late. The child’s day was missing.'}
  - {reference: FOR-1, kind: forum_theme, title: A forum, date: '2023-01-10', made_up: true,
     learning: Schools heard nothing back.}
example_recommendations:
  - {reference: REV-1.2, source: REV-1, headline: Neglect was recognised too late, wording: Make sure that people act together.,
     plain_sentence: A review found it late., owner_group: ld, due: '2023-03-31', state: accepted, made_up: true,
     history: [{date: '2022-07-12', who: ld, what: stepped across}, {date: '2022-07-28', who: ld, what: accepted}]}
  - {reference: FOR-1.1, source: FOR-1, headline: Schools hear nothing back, wording: Tell schools what came of it.,
     owner_group: ld, due: null, state: offered, made_up: true,
     history: [{date: '2023-02-01', who: ld, what: offered to the group}]}
example_actions:
  - {reference: LDA-1, recommendations: [REV-1.2], wording: Launch a joint course., owner: ld, due: '2024-02-29',
     state: evidence_of_impact, priority: P01, learning_offers: [NEG, TOOL], made_up: true, done_on: '2024-02-29',
     evidence: [{kind: effect, shows: More files describe the child’s day., date: '2023-10-12', url: /improvement}],
     updates: [{date: '2023-02-06', text: Launched.}, {date: '2024-03-14', text: Looked at by the group.}]}
  - {reference: LDA-2, recommendations: [REV-1.2], wording: Put the toolkit on the first page., owner: ld, due: '2024-09-30',
     state: slipping, priority: P01, learning_offers: [TOOL], made_up: true, updates: []}
key_impact_measures:
  - key: LDA-1-A1
    kind: analytical_data
    name: Referrals with an assessment
    direction: higher_is_better
    target: 0.5
    learning_dates: ['2023-02-06']
    series: []
  - key: LDA-1-Q1
    kind: quality_assurance
    name: The child’s day is in the file
    direction: higher_is_better
    findings:
      - {date: '2022-09-15', method: audit, numerator: 9, denominator: 24}
      - {date: '2023-10-12', method: re-audit, numerator: 16, denominator: 24}
  - key: LDA-1-I1
    kind: impact_evaluation
    name: What people say they do
    direction: higher_is_better
    scale: behaviour_neglect
    compare: [baseline, m3, m6]
  - key: LDA-1-I2
    kind: impact_evaluation
    name: What difference people saw
    direction: higher_is_better
    question_keys: [res_difference]
    compare: [m3, m6]
"""
)
LOG["key_impact_measures"][0]["series"] = [
    {
        "month": f"{2022 + (3 + n) // 12}-{(3 + n) % 12 + 1:02}",
        "numerator": 8 + (10 if n > 9 else 0) + n % 3,
        "denominator": 50,
    }
    for n in range(24)
]


def given(number: int, wave: str, *, fades: bool = True) -> dict[str, float]:
    """What somebody answers in a wave: they do more after the course, some of it fades, one question stays as it was."""
    start, later = number % 3, {"baseline": 0, "m6": 0 if fades and number % 3 == 1 else 1}.get(wave, 1)
    if wave == "manager":
        return {f"mgr_{key}": float(2 if number % 2 else 1) for key in BEHAVIOUR}
    said: dict[str, float] = {key: float(min(4, start + later)) for key in CONFIDENCE}
    if wave != "end":
        said |= {key: float(min(3, start + later)) for key in BEHAVIOUR}
        said["neg_beh_challenge"] = float(start)
    return said | ({"res_difference": float(number % 4)} if wave in ("m3", "m6") else {})


def answers(people: int, *, fades: bool = True) -> dict[str, dict[str, dict[str, float]]]:
    """Answers of so many people, as `measure_change` takes them."""
    return {wave: {f"p{n}": given(n, wave, fades=fades) for n in range(people)} for wave in WAVES}


def a_change(
    people: int = 40, *, asked: int = 60, missing: tuple[str, ...] = ("housing",), fades: bool = True
) -> Change:
    """What changed for so many people, all of whom answered every wave."""
    return measure_change(
        DOCUMENT,
        answers(people, fades=fades),
        primary="behaviour_neglect",
        deciding_wave="m6",
        waves=WAVES,
        asked=asked,
        answered=people,
        missing_sectors=missing,
    )


def a_group() -> PartnershipGroup:
    """The group that owns everything here."""
    return PartnershipGroup(key="ld", name="Learning and Development Group", short_name="L&D", purpose="Learns.")


def an_effect() -> ActionEvidence:
    """What shows that an action had an effect."""
    return ActionEvidence(
        kind=EvidenceKind.EFFECT,
        shows="More files describe the child’s day.",
        about_on=date(2023, 10, 12),
        added_at=NOW,
        url="/improvement",
    )


def an_action(reference: str = "LDA-1", **details: Any) -> Action:
    """An action that ended well, unless told otherwise."""
    details = {"done_on": date(2024, 2, 29), "due": date(2024, 2, 29), "decided_on": date(2023, 1, 20), **details}
    if details["done_on"]:
        details.setdefault("evidence", [an_effect()])
    return Action(reference=reference, wording="Launch a joint course.", owner_group=a_group(), **details)


def some_measures() -> list[Measure]:
    """One measure of each kind."""
    more = {
        "direction": Direction.HIGHER_IS_BETTER,
        "question_keys": [],
        "waves": [],
        "source": "",
        "caution": "",
        "scale": "",
    }
    months = [
        MeasureFigure(
            dated=date(2022 + (3 + n) // 12, (3 + n) % 12 + 1, 1),
            numerator=8 + (10 if n > 9 else 0) + n % 3,
            denominator=50,
        )
        for n in range(24)
    ]
    audits = [
        MeasureFigure(dated=date(2022, 9, 15), method="audit", numerator=9, denominator=24),
        MeasureFigure(dated=date(2023, 10, 12), method="re-audit", numerator=16, denominator=24),
    ]
    kinds = MeasureKind
    return [
        Measure(
            key="A1",
            kind=kinds.ANALYTICAL_DATA,
            name="Referrals",
            figures=months,
            learning_dates=["2023-02-06"],
            **more,
        ),
        Measure(key="Q1", kind=kinds.QUALITY_ASSURANCE, name="Files", figures=audits, learning_dates=[], **more),
        Measure(
            key="I1",
            kind=kinds.IMPACT_EVALUATION,
            name="What people say",
            learning_dates=[],
            least_matched=10,
            **more | {"scale": "behaviour_neglect"},
        ),
    ]


def a_thread(**details: Any) -> Thread:
    """A whole thread as a value, without a database: 40 of 60 answered, housing did not come, three measures."""
    change = details.pop("change") if "change" in details else a_change()
    source = Source(
        reference="REV-1",
        kind=SourceKind.PRACTICE_REVIEW,
        title="A review",
        dated=date(2022, 6, 30),
        learning="Small signs were put together late. The child’s day was missing.",
    )
    recommendation = Recommendation(
        reference="REV-1.2",
        source=source,
        headline="Neglect was recognised too late",
        wording="Make sure that people act together.",
        owner_group=a_group(),
        due=date(2023, 3, 31),
        state=RecommendationState.ACCEPTED,
        history=[RecommendationStep(dated=date(2022, 7, 28), by="L&D Group", what="accepted")],
    )
    held = tuple(
        SessionReach(f"NEG-2023-0{n}", 1, datetime(2023, n, 7, 9, 30, tzinfo=UTC), "classroom", 32, 28, n % 2)
        for n in (3, 4)
    )
    waves = [(wave, WaveCount(60, 40)) for wave in WAVES]
    return Thread(
        **{
            "recommendation": recommendation,
            "as_at": NOW,
            "actions": (an_action(),),
            "courses": (CourseReach(Course(code="NEG", title="Multi-agency neglect"), held),),
            "other_offers": (Resource(code="TOOL", title="Neglect toolkit"),),
            "offers": (
                OfferReach("Course", "Multi-agency neglect", "people", 58, True, "registers"),
                OfferReach(
                    "Resource", "Neglect toolkit", "visits", 1240, False, "typed in: the website, up to 8 October 2024"
                ),
            ),
            "sectors": (
                SectorReach("Education", 37, 2, 300, (AgencyReach("Larch School", 20), AgencyReach("Elm School", 17))),
                SectorReach("Health", 20, 1, 100, (AgencyReach("Hospital trust", 20),)),
                SectorReach("Police", 1, 1, 140, (AgencyReach("Police", 1),)),
                SectorReach("Housing", 0, 0, 40),
            ),
            "plan": EvaluationPlan(course_id=1, waves=list(WAVES), deciding_wave="m6", decided_on=date(2023, 1, 20)),
            "waves": tuple(waves),
            "change": change,
            "measures": tuple(judge_measure(one, change) for one in some_measures()),
            "quotes": (Quote("Now I write down the small ones.", "m6", "Health"),),
            "next_actions": (
                an_action("LDA-2", done_on=None, due=date(2024, 9, 30)),
                an_action("LDA-3", done_on=None, due=date(2025, 3, 31)),
            ),
            **details,
        }
    )


def a_log() -> None:
    """The recommendation, its actions and measures as rows; groups, priority, course and resource with them."""
    factories.partnership(made_up=True)
    db.session.add(a_group())
    db.session.add(Priority(key="P01", number=1, name="Neglect", plan="Wakefield delivery plan"))
    db.session.add(Resource(code="TOOL", title="Neglect toolkit", kind="guide", tags=[]))
    factories.course("NEG")
    db.session.flush()
    load_log(LOG)


def a_year(people: int = 40) -> None:
    """The log, one session in March 2023 to which so many people came, and what they answered in every wave."""
    a_log()
    course = db.session.query(Course).filter_by(code="NEG").one()
    session = factories.course_session(
        course, reference="NEG-2023-03", starts_at=datetime(2023, 3, 7, 9, 30, tzinfo=UTC)
    )
    sectors = [
        Sector(key=f"k{n}", name=name, position=900 + n) for n, name in enumerate(("Education", "Health", "Housing"))
    ]
    homes = [Organisation(name=f"Home of {sector.name}", sector=sector) for sector in sectors]
    db.session.add_all([WorkforceCount(organisation=home, counted_on=date(2023, 1, 1), people=100) for home in homes])
    for number in range(people):
        somebody = factories.person(f"Person{number}", "Made-Up", organisation=homes[number % 2])
        came_by = BookingOrigin.WALK_IN if number == 0 else BookingOrigin.IMPORTED
        booking = factories.booking(session, somebody, origin=came_by)
        db.session.add(AttendanceMark(booking=booking, mark=Mark.ATTENDED, marked_at=session.ends_at))
    db.session.flush()
    ask(course, session, sectors[0])
    answer(course, session, people)
    release(course=course, now=session.ends_at + timedelta(days=2))


def ask(course: Course, session: CourseSession, sector: Sector) -> None:
    """A plan named before the course, and everybody with a place asked in every wave."""
    questions = QuestionSet(key="default", version=1, document=DOCUMENT)
    db.session.add(questions)
    db.session.flush()
    plan = {
        "waves": list(WAVES),
        "primary_scale": "behaviour_neglect",
        "deciding_wave": "m6",
        "decided_on": date(2023, 1, 20),
    }
    db.session.add(EvaluationPlan(course_id=course.id, question_set_id=questions.id, **plan))
    bookings = db.session.query(Booking).filter_by(session_id=session.id).all()
    for wave in WAVES:
        asks = {"baseline": Audience.BOOKED, "manager": Audience.MANAGER}.get(wave, Audience.CAME)
        times = {name: session.ends_at + timedelta(days=1) for name in ("opens_at", "closes_at")}
        own = {"session_starts_at": session.starts_at, "session_ends_at": session.ends_at}
        round_ = SurveyRound(
            session=session, question_set=questions, wave=wave, asks=asks, stage=RoundStage.CLOSED, **own, **times
        )
        db.session.add(round_)
        db.session.add_all(
            Invitation(round=round_, booking=booking, token_hash=f"{wave}-{booking.id}") for booking in bookings
        )
    db.session.flush()


def answer(course: Course, session: CourseSession, people: int, first: int = 0) -> int:
    """Answers of so many people in every wave, in bulk; says how many answers that is."""
    questions = db.session.query(QuestionSet).one()
    responses: list[dict[str, Any]] = []
    rows: list[dict[str, Any]] = []
    for wave in WAVES:
        for number in range(first, first + people):
            key = f"{wave}-{number}"
            responses.append(
                {
                    "id": key,
                    "course_id": course.id,
                    "session_id": session.id,
                    "question_set_id": questions.id,
                    "wave": wave,
                    "pairing_code": f"p{number}",
                    "week": date(2023, 9, 4),
                }
            )
            rows += [
                {"response_id": key, "question_key": question, "number": value, "choice": None, "text": None}
                for question, value in given(number, wave).items()
            ]
    db.session.execute(insert(Response), responses)
    db.session.execute(insert(Answer), rows)
    return len(rows)


def quote(words: str, *, number: int = 0, wave: str = "m6", consent: str = "none") -> None:
    """Somebody's sentence in a wave, with what they allowed; it was looked through, and stands among those to print."""
    blank = {"number": None}
    db.session.execute(
        insert(Answer),
        [
            {"response_id": f"{wave}-{number}", "question_key": "quote_text", "choice": None, "text": words, **blank},
            {
                "response_id": f"{wave}-{number}",
                "question_key": "quote_consent",
                "choice": consent,
                "text": None,
                **blank,
            },
        ],
    )
    round_ = db.session.query(SurveyRound).filter_by(wave=wave).one()
    comment = Comment(
        round_id=round_.id,
        response_id=f"{wave}-{number}",
        question_key="quote_text",
        outcome=Outcome.CLEAR,
        found=[],
    )
    db.session.add(comment)
    db.session.flush()
    db.session.add(PublishedQuote(comment_id=comment.id, published_on=date(2023, 10, 2)))
    db.session.flush()
