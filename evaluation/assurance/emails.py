"""The letters to the agencies of an event: the invitation, reminders, what changes, and the outcome."""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from flask import current_app

from evaluation.assurance import rules
from evaluation.assurance.models import AssuranceEvent, InvitedAgency
from lms import dates
from lms.accounts.models import Person
from lms.letters import queries as templates
from lms.letters.calendar import Entry, cancellation, invitation
from lms.letters.operations import queue
from lms.letters.words import fill, known_of
from lms.organisations.queries import partnership


def address_of(endpoint: str, **values: Any) -> str:
    """The full address of a page, as letters print it; also where there is no request."""
    base: str = current_app.config["PUBLIC_URL"]
    return base + current_app.url_map.bind("").build(endpoint, values)


def when_of(event: AssuranceEvent) -> str:
    """Its days and times, one on a line."""
    times = rules.times_of(event)
    lines = [dates.when(*each) for each in times] if times else [dates.weekday(one) for one in rules.days_of(event)]
    return "\n".join(lines + ([event.place] if event.place else []))


def actions_of(agency: InvitedAgency) -> str:
    """What an agency is asked about, one action on a line."""
    return "\n".join(f"{one.action.reference}: {one.action.wording}" for one in rules.asked(agency))


def values_of(agency: InvitedAgency, *, what_changed: str = "") -> dict[str, str]:
    """What every letter to an agency says in place of its placeholders."""
    event = agency.event
    return {
        "action_link": address_of("assurance.own_event", reference=agency.reference),
        "action_wording": actions_of(agency),
        "event_name": event.title,
        "event_when": when_of(event),
        "evidence_until": dates.day(event.evidence_until),
        "what_changed": what_changed,
    }


def to_agency(
    key: str,
    agency: InvitedAgency,
    person: Person,
    *,
    now: datetime,
    what_changed: str = "",
    moment: datetime | None = None,
) -> bool:
    """Write one letter to somebody who answers for an agency; False if it was written before."""
    event = agency.event
    first = key == "assurance-invitation"
    again = f"{moment:%Y%m%d}" if moment else "first" if first else f"{event.sequence}:{now:%Y%m%d%H%M%S}"
    known = values_of(agency, what_changed=what_changed)
    letter = queue(
        key,
        to=person,
        values=known,
        now=now,
        calendar="" if moment else _calendar(key, agency, person, now),
        dedupe=f"{key}:{event.id}:{agency.id}:{again}:{person.id}",
    )
    return letter is not None


def _calendar(key: str, agency: InvitedAgency, person: Person, now: datetime) -> str:
    event, here = agency.event, partnership()
    times = rules.times_of(event)
    if not times or here is None:
        return ""
    entry = Entry(
        uid=f"assurance-{agency.reference}@{urlsplit(current_app.config['PUBLIC_URL']).hostname}",
        sequence=event.sequence,
        occasions=tuple(times),
        title=event.title,
        place=event.place,
        description=f"Evidence until {dates.day(event.evidence_until)}.",
        url=address_of("assurance.own_event", reference=agency.reference),
        organiser_name=here.team_name,
        organiser_email=here.team_email,
        attendee_name=person.name,
        attendee_email=person.email or "",
    )
    return (cancellation if key == "assurance-called-off" else invitation)(entry, now=now)


# The outcome.


def outcome_values(agency: InvitedAgency) -> dict[str, str]:
    """What the outcome letter says: each action with what was found and why, and what is asked next."""
    judged = [(one.action, one.judgements[-1]) for one in rules.asked(agency) if one.judgements]
    new = [one for one in agency.event.new_actions if one.action.owner_organisation_id == agency.organisation_id]
    found = "\n".join(f"{action.reference}, {each.found.label.lower()}: {each.reason}" for action, each in judged)
    following = "\n".join(
        f"{one.action.reference}, due {dates.day(one.action.due)}: {one.action.wording}" for one in new
    )
    return values_of(agency) | {
        "judgement": found,
        "what_changed": following or "Nothing new.",
    }


def outcome_letter(agency: InvitedAgency, first_name: str) -> tuple[str, str]:
    """Subject and text of the outcome letter, as it would go now."""
    return _example("assurance-outcome", outcome_values(agency), first_name)


def invitation_letter(agency: InvitedAgency, first_name: str) -> tuple[str, str]:
    """Subject and text of the invitation, as it would go now."""
    return _example("assurance-invitation", values_of(agency), first_name)


def _example(key: str, values: dict[str, str], first_name: str) -> tuple[str, str]:
    template, here = templates.template(key), partnership()
    known = (known_of(here, first_name) if here else {}) | values
    return " ".join(fill(template.subject, known).split()), fill(template.body, known)


def outcome(agency: InvitedAgency, person: Person, *, now: datetime) -> bool:
    """Write the outcome letter, once for the judgements it tells."""
    last = max(one.judgements[-1].id for one in rules.asked(agency))
    letter = queue(
        "assurance-outcome",
        to=person,
        values=outcome_values(agency),
        now=now,
        dedupe=f"assurance-outcome:{agency.event_id}:{agency.id}:{last}:{person.id}",
    )
    return letter is not None
