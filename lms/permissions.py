"""Who may try what: one table. Every view names one row of it or is public; a view that names none cannot be reached."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

from flask import abort, current_app, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms.roles import Role


class Permission(StrEnum):
    """thing:action, one for each kind of thing a page lets people try."""

    ACCOUNT_VIEW = "account:view"
    LEARNING_VIEW = "learning:view"
    BOOKING_CREATE = "booking:create"
    BOOKING_VIEW = "booking:view"
    TEACHING_VIEW = "teaching:view"
    REGISTER_RECORD = "register:record"
    AGENCY_VIEW = "agency:view"
    TEAM_BOOK = "team:book"
    COURSE_MANAGE = "course:manage"
    SESSION_MANAGE = "session:manage"
    LETTER_EDIT = "letter:edit"
    CHARGE_MANAGE = "charge:manage"
    IMPROVEMENT_VIEW = "improvement:view"
    IMPROVEMENT_EDIT = "improvement:edit"
    CERTIFICATE_MANAGE = "certificate:manage"
    RECORD_APPROVE = "record:approve"
    RULE_MANAGE = "rule:manage"
    COVERAGE_VIEW = "coverage:view"
    ELEARNING_MANAGE = "elearning:manage"
    ABSENCE_VIEW = "absence:view"
    REPORT_VIEW = "report:view"
    SURVEY_VIEW = "survey:view"
    SURVEY_DESIGN = "survey:design"
    COMMENT_VIEW = "comment:view"
    COMMENT_REVIEW = "comment:review"
    REPORT_EDIT = "report:edit"
    ACTION_REPORT = "action:report"
    AGENCY_ANSWER = "agency:answer"
    CHALLENGE_RAISE = "challenge:raise"
    SCHOOL_VIEW = "school:view"
    SCHOOL_MANAGE = "school:manage"
    SCHOOL_OWN = "school:own"
    COST_VIEW = "cost:view"
    COST_EDIT = "cost:edit"
    PEOPLE_MANAGE = "people:manage"
    SYSTEM_VIEW = "system:view"


P = Permission
_OWN = {P.ACCOUNT_VIEW}
_LEARNER = _OWN | {P.LEARNING_VIEW, P.BOOKING_CREATE, P.BOOKING_VIEW, P.ACTION_REPORT}

#: The table. A person with several roles may do what any of them may.
GRANTS: dict[Role, set[Permission]] = {
    Role.PRACTITIONER: _LEARNER,
    Role.TRAINER: _LEARNER | {P.TEACHING_VIEW, P.REGISTER_RECORD},
    Role.TRAINING_LEAD: _LEARNER | {P.AGENCY_VIEW, P.TEAM_BOOK, P.RECORD_APPROVE, P.AGENCY_ANSWER},
    Role.DSL: _LEARNER | {P.AGENCY_VIEW, P.TEAM_BOOK, P.RECORD_APPROVE, P.AGENCY_ANSWER, P.SCHOOL_OWN},
    Role.HEADTEACHER: _LEARNER | {P.AGENCY_VIEW, P.TEAM_BOOK, P.RECORD_APPROVE, P.AGENCY_ANSWER, P.SCHOOL_OWN},
    Role.GOVERNOR: _LEARNER | {P.SCHOOL_OWN},
    Role.EDUCATION_ADVISER: _LEARNER
    | {P.IMPROVEMENT_VIEW, P.REPORT_VIEW, P.COVERAGE_VIEW, P.SCHOOL_VIEW, P.SCHOOL_MANAGE},
    Role.LD_OFFICER: _LEARNER
    | {P.TEACHING_VIEW, P.REGISTER_RECORD, P.IMPROVEMENT_VIEW, P.REPORT_VIEW, P.SURVEY_VIEW, P.PEOPLE_MANAGE}
    | {P.COURSE_MANAGE, P.SESSION_MANAGE, P.LETTER_EDIT, P.CHARGE_MANAGE, P.IMPROVEMENT_EDIT}
    | {P.CERTIFICATE_MANAGE, P.RULE_MANAGE, P.COVERAGE_VIEW, P.ELEARNING_MANAGE, P.ABSENCE_VIEW, P.RECORD_APPROVE}
    | {P.SURVEY_DESIGN, P.COMMENT_VIEW, P.COMMENT_REVIEW, P.REPORT_EDIT, P.COST_VIEW, P.COST_EDIT}
    | {P.SCHOOL_VIEW, P.SCHOOL_MANAGE},
    Role.LD_GROUP: _LEARNER
    | {P.IMPROVEMENT_VIEW, P.REPORT_VIEW, P.SURVEY_VIEW, P.COVERAGE_VIEW, P.COMMENT_VIEW, P.COST_VIEW, P.SCHOOL_VIEW},
    Role.SCRUTINEER: _OWN
    | {
        P.IMPROVEMENT_VIEW,
        P.REPORT_VIEW,
        P.SURVEY_VIEW,
        P.COVERAGE_VIEW,
        P.COMMENT_VIEW,
        P.COST_VIEW,
        P.CHALLENGE_RAISE,
        P.SCHOOL_VIEW,
    },
    Role.ADMINISTRATOR: _OWN | {P.PEOPLE_MANAGE, P.SYSTEM_VIEW},
}

PUBLIC = "public"
View = TypeVar("View", bound=Callable[..., Any])


def requires(permission: Permission) -> Callable[[View], View]:
    """Mark a view: only people who hold this permission reach it."""

    def mark(view: View) -> View:
        view.permission = permission  # type: ignore[attr-defined]
        return view

    return mark


def public(view: View) -> View:
    """Mark a view: anyone reaches it, signed in or not."""
    view.permission = PUBLIC  # type: ignore[attr-defined]
    return view


def slow(view: View) -> View:
    """Mark a view that does something slow (hashes a password) before it begins to write by itself."""
    view.slow = True  # type: ignore[attr-defined]
    return view


def uploads(most_bytes: int) -> Callable[[View], View]:
    """Mark a view that takes files: for those who may reach it, a request may be so many bytes larger than others. It is @slow
    too: it looks at the file before it begins to write."""

    def mark(view: View) -> View:
        view.most_bytes = most_bytes  # type: ignore[attr-defined]
        return slow(view)

    return mark


def can(person: Any, permission: Permission) -> bool:
    """May this person try this? Nobody who is not signed in may."""
    return bool(person.is_authenticated and any(permission in GRANTS[role] for role in person.roles))


def me() -> Any:
    """The person who is signed in, as a row of the database; only for views, which hand it down."""
    return cast(Any, current_user)._get_current_object()


def _goes_on_to() -> str | None:
    """Where to go after signing in: the page asked for; where something was sent, the page it was sent from."""
    if request.method in {"GET", "HEAD"}:
        return request.full_path.rstrip("?")
    there = urlsplit(request.referrer or "")
    if there.netloc != request.host:
        return None
    flash("You were no longer signed in, so nothing was changed. Sign in and do it once more.", "problem")
    return there.path


def enforce() -> ResponseReturnValue | None:
    """Runs before every view, in front of everything else."""
    view = current_app.view_functions.get(request.endpoint or "")
    if view is None:
        return None
    g.slow_view = getattr(view, "slow", False)
    permission = getattr(view, "permission", None)
    if permission == PUBLIC:
        return None
    if not current_user.is_authenticated:
        if permission is None:
            abort(403)
        return redirect(url_for("accounts.sign_in", next=_goes_on_to()), 303)
    if permission is None or not can(current_user, permission):
        abort(403)
    # Nothing of the form has been read yet. Whoever may not reach the view sends no more than others.
    request.max_content_length = current_app.config["MAX_CONTENT_LENGTH"] + getattr(view, "most_bytes", 0)
    return None
