"""Learning records when the demonstration begins: training people had elsewhere, with made-up evidence, waiting or approved;
somebody who is there twice; somebody who has changed jobs.

Everything happens through the doors people use, in the days before the first moment.
"""

from datetime import date, datetime, timedelta

from demo.loading import FIRST_MOMENT, Loaded
from lms import pdf
from lms.accounts import operations as accounts
from lms.accounts.models import Person
from lms.bookings import operations as places
from lms.catalogue.models import Course, CourseSession
from lms.dates import from_london
from lms.db import db, writing
from lms.files import PDF, Upload
from lms.learning import operations as learning
from lms.learning.operations import Told
from lms.learning.queries import fingerprint
from lms.organisations.models import Organisation
from lms.people import operations as people
from lms.roles import Role


def _days_before(days: int, hour: int = 10) -> datetime:
    return from_london((FIRST_MOMENT - timedelta(days=days)).date(), hour)


def set_record_scenes(loaded: Loaded) -> None:
    """Everything named above, for Wakefield."""
    safer, trauma = (
        _certificate("Safer recruitment", "14 March 2023"),
        _certificate("Trauma-informed care", "6 June 2024"),
    )
    with writing():
        amina, helen = _person(loaded, "w-amina-yusuf"), _person(loaded, "w-helen-ward")
        _elsewhere(loaded, amina, helen, safer, trauma)
        _there_twice(loaded)
        _changed_jobs(loaded, amina, helen)


def _person(loaded: Loaded, key: str) -> Person:
    return db.session.get_one(Person, loaded.people[key].id)


def _of(loaded: Loaded, agency: str) -> list[Person]:
    organisation = loaded.organisations[agency].id
    return [_person(loaded, key) for key, one in loaded.people.items() if one.organisation_id == organisation]


def _certificate(title: str, day: str) -> Upload:
    """A made-up certificate of another provider, as its holder would send it."""
    html = (
        '<html><head><link rel="stylesheet" href="paper.css"><style>@page { size: a4 landscape; margin: 40mm; }</style></head>'
        f"<body><p class='org'>Sample Learning Trust (made up)</p><h1>{title}</h1><p class='answer'>This is to say that "
        f"Amina Yusuf took part on {day}.</p><p>Made up for a demonstration: it shows nothing about anybody.</p></body></html>"
    )
    return Upload(f"{title}.pdf", PDF, pdf.render_html(html, title=title, author="Sample Learning Trust (made up)"))


def _elsewhere(loaded: Loaded, amina: Person, helen: Person, safer: Upload, trauma: Upload) -> None:
    """One training that is approved, one that waits with its certificate, and one of a colleague without."""
    approved = learning.add_past(
        person=amina,
        told=Told(
            "Safer recruitment",
            "Sample Learning Trust",
            date(2023, 3, 14),
            hours=6.0,
            participatory_hours=4.0,
            expires_on=date(2025, 3, 13),
        ),
        evidence=safer,
        now=_days_before(20),
    )
    learning.approve(past=approved, by=helen, seen=fingerprint(approved), now=_days_before(18))
    told = Told("Trauma-informed care", "Sample Learning Trust", date(2024, 6, 6), hours=3.0, participatory_hours=3.0)
    learning.add_past(person=amina, told=told, evidence=trauma, now=_days_before(3))
    colleague = next(one for one in _of(loaded, "community-health") if one.id not in (amina.id, helen.id))
    neglect = db.session.get_one(Course, loaded.courses["NEG"].id)
    told = Told(
        "Neglect, a day of an earlier employer", "Another partnership", date(2021, 10, 5), hours=6.0, course=neglect
    )
    learning.add_past(person=colleague, told=told, evidence=None, now=_days_before(2))


def _there_twice(loaded: Loaded) -> None:
    """Somebody of Early Help is there a second time, under another address, and both accounts have booked one workshop."""
    workshop = db.session.scalars(db.select(CourseSession).where(CourseSession.reference == "SGW-2024-11")).one()
    known = next(one for one in _of(loaded, "early-help") if Role.TRAINER not in one.roles and one.email)
    second = accounts.add_person(
        first_name=known.first_name,
        last_name=known.last_name,
        email=f"{(known.email or '').partition('@')[0].replace('.', '_')}@early-help.example.org.uk",
        organisation=known.organisation,
        roles=[Role.PRACTITIONER],
        made_up=True,
        now=_days_before(9),
    )
    places.book_place(session=workshop, person=second, now=_days_before(4))


def _changed_jobs(loaded: Loaded, *others: Person) -> None:
    """A health visitor works at Northmoor Primary now, and waits for its yes."""
    school = db.session.get_one(Organisation, loaded.organisations["northmoor-primary"].id)
    mover = [one for one in _of(loaded, "community-health") if one.id not in {other.id for other in others}][1]
    email = f"{(mover.email or '').partition('@')[0]}@northmoor-primary.example.org.uk"
    people.ask_to_move(person=mover, organisation=school, email=email, job="School nurse", now=_days_before(1))
