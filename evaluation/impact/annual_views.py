"""The reports somebody may read, and the learning chapter of the annual report: as a page and in every format."""

from datetime import date
from typing import Any

from flask import abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from evaluation.impact import annual_counts, annual_published, annual_sheets, blueprint
from evaluation.impact.annual import Annual, annual, report_year, year_of
from evaluation.impact.forms import PeriodForm
from evaluation.improvement import queries as improvement
from lms import dates
from lms.errors import RuleBroken
from lms.exports import download
from lms.organisations.queries import partnership
from lms.pdf import PdfError
from lms.permissions import Permission, requires


@blueprint.get("/reports")
@requires(Permission.REPORT_VIEW)
def reports() -> ResponseReturnValue:
    """Every report there is: the annual chapter of each year with records, any other period, and the threads."""
    form = PeriodForm()
    if not request.args:
        return _reports(form)
    period = form.period(_today())
    return redirect(address(year_of(period[0]), *period), 303) if period else _reports(form, 422)


@blueprint.get("/reports/annual/<year>")
@requires(Permission.REPORT_VIEW)
def annual_chapter(year: str) -> ResponseReturnValue:
    """The learning chapter of one report year, or of the period from `from` to `to`."""
    try:
        chapter = _counted(year)
    except RuleBroken as no:
        return _asked_again(year, str(no))
    return render_template(
        "evaluation/impact/annual.html", **annual_sheets.context(chapter), days=_days(year, chapter.first, chapter.last)
    )


@blueprint.get("/reports/annual/<year>.<any(pdf, xlsx, csv, json):kind>")
@requires(Permission.REPORT_VIEW)
def annual_download(year: str, kind: str) -> ResponseReturnValue:
    """The same chapter as a file."""
    try:
        chapter = _counted(year)
    except RuleBroken as no:
        return _asked_again(year, str(no))
    here = partnership() or abort(404)
    try:
        content, content_type = annual_sheets.document(
            chapter, kind, here=here, address=page_address(chapter), now=dates.now()
        )
    except PdfError as error:
        abort(503, str(error))
    return download(content, f"annual-{annual_sheets.stem(chapter)}.{kind}", content_type)


@blueprint.get("/reports/contradictions")
@requires(Permission.REPORT_VIEW)
def contradictions() -> ResponseReturnValue:
    """Every place known where a published report contradicts itself: what we do about it, and where it is flagged."""
    found = annual_counts.known_contradictions()
    return render_template(
        "evaluation/impact/contradictions.html",
        flagged=[(one, annual_published.PRINTED[one.table]) for one in found if one.table in annual_published.PRINTED],
        others=[one for one in found if one.table not in annual_published.PRINTED],
    )


def address(year: str, first: date, last: date) -> str:
    """The page of the chapter of a year or of another period, without its host."""
    return url_for("impact.annual_chapter", year=year, **_days(year, first, last))


def page_address(chapter: Annual) -> str:
    """The page of a chapter with its host, for files."""
    public: str = current_app.config["PUBLIC_URL"]
    return public + address(chapter.year, chapter.first, chapter.last)


def _days(year: str, first: date, last: date) -> dict[str, Any]:
    """What follows the address of a chapter whose period is not its report year."""
    return {} if (first, last) == report_year(year) else {"from": first.isoformat(), "to": last.isoformat()}


def _today() -> date:
    return dates.london(dates.now()).date()


def _asked_day(name: str) -> date | None:
    """A day of the address. RuleBroken where it is none."""
    typed = request.args.get(name, "")
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError:
        raise RuleBroken(f"“{typed[:20]}” is not a day. Enter the first and the last day") from None


def _counted(year: str) -> Annual:
    try:
        report_year(year)
    except RuleBroken:
        abort(404)
    return annual(year, first=_asked_day("from"), last=_asked_day("to"), today=_today())


def _asked_again(year: str, sentence: str) -> ResponseReturnValue:
    """The reports page with the period of the address in its form, and what is wrong with it."""
    asked: list[date | None] = []
    for name, usual in zip(("from", "to"), report_year(year), strict=True):
        try:
            asked.append(_asked_day(name) or usual)
        except RuleBroken:
            asked.append(None)
    form = PeriodForm(data={"first": asked[0], "last": asked[1]})
    form.refuse(sentence)
    return _reports(form, 422)


def _reports(form: PeriodForm, status: int = 200) -> tuple[str, int]:
    today, first = _today(), annual_counts.first_record()
    newest, oldest = int(year_of(today)[:4]), int(year_of(first or today)[:4])
    names = [year_of(date(start, 4, 1)) for start in range(newest, oldest - 1, -1)]
    found = annual_counts.recorded_years([(name, *report_year(name)) for name in names])
    printed = [
        period
        for period in annual_counts.published_periods()
        if period != report_year(year_of(period[0])) and period[0] <= today
    ]
    return render_template(
        "evaluation/impact/reports.html",
        form=form,
        years=[(name, *report_year(name)) for name in found],
        printed=[(first, last, address(year_of(first), first, last)) for first, last in printed],
        today=today,
        threads=improvement.recommendations(),
    ), status
