"""What is done about charges: made by rule once things are final, waived with a reason, paid by a trainer's credit."""

from datetime import date, datetime

from lms.accounts.models import Person
from lms.activity.operations import record
from lms.catalogue.models import Course, CourseSession
from lms.charges import emails, queries, rules
from lms.charges.models import Charge, ChargeKind, ChargeRule, Length, TrainerCredit
from lms.db import db
from lms.errors import RuleBroken
from lms.organisations.models import Organisation, Partnership, Sector


def charge_what_is_final(now: datetime) -> int:
    """Charge everything that has become final by now, by the rules of its day. How many things were looked at."""
    all_rules, found = queries.all_rules(), queries.final(now)
    for one in found:
        rule = rules.decides(all_rules, one.facts)
        charge = Charge(
            kind=one.facts.kind,
            booking=one.booking,
            enrolment=one.enrolment,
            organisation=one.organisation,
            rule=rule,
            pence=rule.pence if rule else 0,
            made_at=now,
        )
        if charge.pence and one.facts.kind is ChargeKind.PLACE:
            charge.credit = queries.credit_left(one.organisation.id)
        db.session.add(charge)
        db.session.flush()
        if charge.due:
            emails.charge_notice(charge, now=now)
        if charge.pence:
            _note("charge:made", charge, None, now, pence=charge.pence)
    return len(found)


def waive(*, charge: Charge, why: str, by: Person, now: datetime) -> None:
    """The organisation need not pay this, for a reason that is kept with who waived it."""
    db.session.refresh(charge, with_for_update=True)
    rules.check_waivable(why=why, waived=charge.waived_at is not None, pence=charge.due)
    charge.waived_at, charge.waived_by, charge.waived_why = now, by, why.strip()
    db.session.flush()
    _note("charge:waived", charge, by, now, why=charge.waived_why)


def charge_again(*, charge: Charge, by: Person, now: datetime) -> None:
    """A waiver was a mistake."""
    db.session.refresh(charge, with_for_update=True)
    if charge.waived_at is None:
        raise RuleBroken("This charge is not waived.")
    charge.waived_at, charge.waived_by, charge.waived_why = None, None, ""
    db.session.flush()
    _note("charge:not_waived", charge, by, now)


def add_rule(
    *,
    kind: ChargeKind,
    pence: int,
    valid_from: date,
    by: Person | None,
    now: datetime,
    course: Course | None = None,
    sector: Sector | None = None,
    length: Length | None = None,
    turnover_from: int | None = None,
    turnover_below: int | None = None,
) -> ChargeRule:
    """A rule that holds from a day on. Rules are never changed: end one and add the next."""
    if turnover_from is not None and turnover_below is not None and turnover_below <= turnover_from:
        raise RuleBroken("Enter a turnover below which it holds that is more than the one from which it holds")
    rule = ChargeRule(
        kind=kind,
        pence=pence,
        valid_from=valid_from,
        course=course,
        sector=sector,
        length=length,
        turnover_from=turnover_from,
        turnover_below=turnover_below,
    )
    db.session.add(rule)
    db.session.flush()
    record(
        "charge_rule:added",
        actor=by,
        subject_kind="charge_rule",
        subject=str(rule.id),
        now=now,
        kind=kind.value,
        pence=pence,
    )
    return rule


def end_rule(*, rule: ChargeRule, last: date, by: Person, now: datetime) -> None:
    """The last day on which this rule holds."""
    rules.check_ends(rule, last)
    rule.valid_until = last
    db.session.flush()
    record(
        "charge_rule:ended", actor=by, subject_kind="charge_rule", subject=str(rule.id), now=now, last=last.isoformat()
    )


def give_credit(*, session: CourseSession, trainer: Person, places: int, by: Person, now: datetime) -> TrainerCredit:
    """Somebody taught, and their organisation has so many places free for it."""
    if trainer not in session.trainers:
        raise RuleBroken("Only a trainer of the session earns a credit for it.")
    if session.ends_at > now:
        raise RuleBroken("A credit is earned once the session is over.")
    credit = TrainerCredit(
        organisation=trainer.organisation, session=session, person=trainer, places=places, earned_at=now
    )
    db.session.add(credit)
    db.session.flush()
    record("credit:given", actor=by, subject_kind="session", subject=session.reference, now=now, places=places)
    return credit


def set_turnover(*, organisation: Organisation, pounds: int | None, by: Person, now: datetime) -> None:
    """What an organisation turns over in a year, in pounds; None: not known."""
    if organisation.turnover == pounds:
        return
    organisation.turnover = pounds
    db.session.flush()
    record(
        "organisation:turnover_set",
        actor=by,
        subject_kind="organisation",
        subject=str(organisation.id),
        now=now,
        pounds=pounds,
    )


def set_charging(*, here: Partnership, charges: bool, by: Person, now: datetime) -> None:
    """Does the partnership charge? Turning it off hides everything about it, and keeps it."""
    here.charges = charges
    db.session.flush()
    record(
        "partnership:charging", actor=by, subject_kind="partnership", subject=here.key, now=now, charges=int(charges)
    )


def _note(verb: str, charge: Charge, by: Person | None, now: datetime, **more: str | int) -> None:
    record(
        verb,
        actor=by,
        subject_kind="charge",
        subject=charge.reference,
        now=now,
        organisation=charge.organisation.name,
        kind=charge.kind.value,
        **more,
    )
