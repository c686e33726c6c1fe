"""Pages on which officers make and change courses, levels and venues."""

from collections.abc import Iterable
from datetime import date

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms import dates, hooks
from lms.catalogue import queries as catalogue
from lms.catalogue.models import Course, Level, LevelScheme, Venue
from lms.catalogue.rules import about
from lms.courses import blueprint, forms, operations, queries, rules
from lms.courses.rules import Refused
from lms.forms import Form
from lms.organisations.queries import priorities
from lms.permissions import Permission, me, requires
from lms.words import plural


def _today() -> date:
    return dates.london(dates.now()).date()


def _page(name: str, form: Form, **more: object) -> ResponseReturnValue:
    """A page with its form; 422 when it comes back with what is wrong."""
    return render_template(f"lms/courses/{name}.html", form=form, **more), 422 if form.is_submitted() else 200


# Courses.


@blueprint.get("/courses/manage")
@requires(Permission.COURSE_MANAGE)
def manage() -> ResponseReturnValue:
    """Every course, also those no longer offered, and the way to levels and venues."""
    courses = queries.courses()
    return render_template(
        "lms/courses/manage.html",
        offered=[one for one in courses if one.retired_at is None],
        retired=[one for one in courses if one.retired_at is not None],
        next_starts=catalogue.next_starts(dates.now(), [one.id for one in courses]),
    )


@blueprint.route("/courses/new", methods=["GET", "POST"])
@requires(Permission.COURSE_MANAGE)
def new() -> ResponseReturnValue:
    """A new course."""
    form = _course_form(None)
    if form.validate_on_submit():
        try:
            course = operations.add_course(code=form.code.data or "", said=form.said(), actor=me(), now=dates.now())
        except Refused as no:
            form.give_back(no)
        else:
            if _wants_preview():
                return _preview(form, course, None)
            flash(f"“{course.title}” is added. People find it among the courses now.")
            return redirect(url_for("catalogue.course", code=course.code), 303)
    return _page("course", form, course=None)


@blueprint.route("/courses/<code>/edit", methods=["GET", "POST"])
@requires(Permission.COURSE_MANAGE)
def edit(code: str) -> ResponseReturnValue:
    """Everything that is said of a course, to be changed."""
    course = _course(code)
    form = _course_form(course)
    if form.validate_on_submit():
        try:
            changed = operations.change_course(
                course=course, code=form.code.data or "", said=form.said(), actor=me(), now=dates.now()
            )
        except Refused as no:
            form.give_back(no)
        else:
            if _wants_preview():
                return _preview(form, course, code)
            flash(f"“{course.title}” is changed." if changed else "Nothing was different, so nothing was changed.")
            return redirect(url_for("catalogue.course", code=course.code), 303)
    return _page(
        "course",
        form,
        course=course,
        code=code,
        links=hooks.links_for(course),
        to_come=queries.sessions_to_come(course, dates.now()),
    )


@blueprint.post("/courses/<code>/retire")
@requires(Permission.COURSE_MANAGE)
def retire(code: str) -> ResponseReturnValue:
    """Offer a course no longer."""
    course = _course(code)
    operations.retire(course=course, actor=me(), now=dates.now())
    flash(f"“{course.title}” is no longer offered. Its page says so.")
    return redirect(url_for("courses.edit", code=code), 303)


@blueprint.post("/courses/<code>/bring-back")
@requires(Permission.COURSE_MANAGE)
def bring_back(code: str) -> ResponseReturnValue:
    """Offer a course again."""
    course = _course(code)
    operations.bring_back(course=course, actor=me(), now=dates.now())
    flash(f"“{course.title}” is offered again.")
    return redirect(url_for("courses.edit", code=code), 303)


def _course(code: str) -> Course:
    return catalogue.course_by_code(code) or abort(404)


def _course_form(course: Course | None) -> forms.CourseForm:
    """The form with what there is to choose from. What comes after a course is not offered to come before it."""
    later = rules.after(course.id, queries.prerequisite_pairs()) if course else set()
    chosen = course.prerequisites if course else []
    offered = [one for one in queries.courses() if one.id not in later and (not one.retired_at or one in chosen)]
    return forms.CourseForm(
        levels=queries.valid_levels(_today()), courses=offered, priorities=priorities(), course=course
    )


def _wants_preview() -> bool:
    return request.form.get("then") == "preview"


def _preview(form: forms.CourseForm, course: Course, code: str | None) -> ResponseReturnValue:
    """What was typed as people will see it. The page is no redirect, so nothing of it is kept (`db.finish_request`)."""
    upcoming = catalogue.upcoming(dates.now(), course=course)
    said = about(course, today=_today(), next_start=upcoming[0].starts_at if upcoming else None)
    return render_template(
        "lms/courses/course.html", form=form, course=course if code else None, code=code, preview=course, about=said
    )


# Levels.


@blueprint.get("/levels")
@requires(Permission.COURSE_MANAGE)
def levels() -> ResponseReturnValue:
    """The schemes and their levels, those of today first."""
    return render_template(
        "lms/courses/levels.html", schemes=queries.schemes(), uses=queries.level_uses(), today=_today()
    )


@blueprint.route("/levels/schemes/new", methods=["GET", "POST"])
@requires(Permission.COURSE_MANAGE)
def new_scheme() -> ResponseReturnValue:
    """A new way of grading courses."""
    form = forms.SchemeForm()
    if form.validate_on_submit():
        try:
            scheme = operations.add_scheme(
                name=form.name.data or "", source=form.source.data or "", actor=me(), now=dates.now()
            )
        except Refused as no:
            form.refuse(str(no), no.field)
        else:
            flash(f"The scheme “{scheme.name}” is added. Now add its levels.")
            return redirect(url_for("courses.new_level", key=scheme.key), 303)
    return _page("scheme", form, scheme=None)


@blueprint.route("/levels/schemes/<key>", methods=["GET", "POST"])
@requires(Permission.COURSE_MANAGE)
def scheme(key: str) -> ResponseReturnValue:
    """The name and the source of a scheme, to be put right."""
    found = _scheme(key)
    form = forms.SchemeForm(obj=found)
    if form.validate_on_submit():
        try:
            operations.change_scheme(
                scheme=found, name=form.name.data or "", source=form.source.data or "", actor=me(), now=dates.now()
            )
        except Refused as no:
            form.refuse(str(no), no.field)
        else:
            flash(f"The scheme “{found.name}” is changed.")
            return redirect(url_for("courses.levels"), 303)
    return _page("scheme", form, scheme=found)


@blueprint.route("/levels/schemes/<key>/new", methods=["GET", "POST"])
@requires(Permission.COURSE_MANAGE)
def new_level(key: str) -> ResponseReturnValue:
    """A new level of a scheme."""
    found = _scheme(key)
    form = forms.NewLevel(levels=found.levels, today=_today())
    if form.validate_on_submit():
        try:
            level = operations.add_level(
                scheme=found,
                name=form.name.data or "",
                about=form.about.data or "",
                valid_from=form.valid_from.data or _today(),
                after=int(form.after.data) if form.after.data else None,
                actor=me(),
                now=dates.now(),
            )
        except Refused as no:
            form.refuse(str(no), no.field)
        else:
            flash(f"“{level.name}” is added. Courses can have it from {dates.day(level.valid_from)}.")
            return redirect(url_for("courses.levels"), 303)
    return _page("new_level", form, scheme=found)


@blueprint.route("/levels/<int:level_id>", methods=["GET", "POST"])
@requires(Permission.COURSE_MANAGE)
def level(level_id: int) -> ResponseReturnValue:
    """One level: its courses, and what it becomes on a day."""
    found, now = _level(level_id), dates.now()
    form = forms.RenameLevel(data={"name": found.name, "about": found.about, "carry": True})
    if form.validate_on_submit():
        try:
            after = operations.rename_level(
                level=found,
                name=form.name.data or "",
                about=form.about.data or "",
                valid_from=form.valid_from.data or _today(),
                carry=bool(form.carry.data),
                actor=me(),
                now=now,
            )
        except Refused as no:
            form.refuse(str(no), no.field)
        else:
            flash(f"“{found.name}” ends on {dates.day(found.valid_until)}, and “{after.name}” begins the day after.")
            return redirect(url_for("courses.levels"), 303)
    followed_by = queries.follower(found)
    return _page(
        "level",
        form,
        level=found,
        followed_by=followed_by,
        courses=queries.courses_of(found),
        left_behind=queries.left_behind(found, followed_by) if followed_by else [],
    )


@blueprint.route("/levels/<int:level_id>/end", methods=["GET", "POST"])
@requires(Permission.COURSE_MANAGE)
def end_level(level_id: int) -> ResponseReturnValue:
    """End a level that nothing follows."""
    found = _level(level_id)
    form = forms.EndLevel(data={"valid_until": found.valid_until or _today()})
    if form.validate_on_submit():
        try:
            last_day = form.valid_until.data or _today()
            operations.end_level(level=found, last_day=last_day, actor=me(), now=dates.now())
        except Refused as no:
            form.refuse(str(no), no.field)
        else:
            flash(f"“{found.name}” ends on {dates.day(found.valid_until)}.")
            return redirect(url_for("courses.levels"), 303)
    return _page("end_level", form, level=found, courses=queries.courses_of(found))


@blueprint.post("/levels/<int:level_id>/carry-over")
@requires(Permission.COURSE_MANAGE)
def carry_over(level_id: int) -> ResponseReturnValue:
    """Give the courses of a level what follows it."""
    carried = operations.carry_over(level=_level(level_id), actor=me(), now=dates.now())
    flash(f"{plural(carried, 'course')} carried over.")
    return redirect(url_for("courses.level", level_id=level_id), 303)


@blueprint.post("/levels/<int:level_id>/remove")
@requires(Permission.COURSE_MANAGE)
def remove_level(level_id: int) -> ResponseReturnValue:
    """Take away a level that was never used."""
    found = _level(level_id)
    name = found.name
    operations.remove_level(level=found, actor=me(), now=dates.now())
    flash(f"“{name}” is removed.")
    return redirect(url_for("courses.levels"), 303)


def _scheme(key: str) -> LevelScheme:
    return queries.scheme_by_key(key) or abort(404)


def _level(level_id: int) -> Level:
    return queries.level(level_id) or abort(404)


# Venues.


@blueprint.get("/venues")
@requires(Permission.COURSE_MANAGE)
def venues() -> ResponseReturnValue:
    """Every venue, and how often it is used."""
    return render_template("lms/courses/venues.html", venues=queries.venues(), uses=queries.venue_uses(dates.now()))


@blueprint.route("/venues/new", methods=["GET", "POST"])
@requires(Permission.COURSE_MANAGE)
def new_venue() -> ResponseReturnValue:
    """A new venue."""
    form = forms.VenueForm()
    if form.validate_on_submit():
        try:
            added = operations.add_venue(
                **_typed(form, ("name", "address", "access_notes")), actor=me(), now=dates.now()
            )
        except Refused as no:
            form.refuse(str(no), no.field)
        else:
            flash(f"“{added.name}” is added.")
            return redirect(url_for("courses.venues"), 303)
    return _page("venue", form, venue=None)


@blueprint.route("/venues/<int:venue_id>", methods=["GET", "POST"])
@requires(Permission.COURSE_MANAGE)
def venue(venue_id: int) -> ResponseReturnValue:
    """One venue: its words, to be put right, and the sessions to come in it."""
    found, now = _venue(venue_id), dates.now()
    form = forms.VenueForm(found)
    if form.validate_on_submit():
        try:
            operations.change_venue(
                venue=found, **_typed(form, ("name", "address", "access_notes")), actor=me(), now=now
            )
        except Refused as no:
            form.refuse(str(no), no.field)
        else:
            flash(f"“{found.name}” is changed. The pages of its sessions show it at once.")
            return redirect(url_for("courses.venues"), 303)
    used = queries.venue_uses(now).get(found.id, (0, 0))[1]
    return _page("venue", form, venue=found, to_come=queries.sessions_in(found, now), used=used)


@blueprint.post("/venues/<int:venue_id>/remove")
@requires(Permission.COURSE_MANAGE)
def remove_venue(venue_id: int) -> ResponseReturnValue:
    """Take away a venue that was never used."""
    found = _venue(venue_id)
    name = found.name
    operations.remove_venue(venue=found, actor=me(), now=dates.now())
    flash(f"“{name}” is removed.")
    return redirect(url_for("courses.venues"), 303)


def _venue(venue_id: int) -> Venue:
    return queries.venue(venue_id) or abort(404)


def _typed(form: Form, names: Iterable[str]) -> dict[str, str]:
    return {name: form[name].data or "" for name in names}
