"""`lms demo`: load a partnership's published figures and say who can sign in."""

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import func, inspect, select

from demo import kirklees, wakefield
from demo.due_scenes import set_duties
from demo.loading import PASSWORD
from demo.people import sign_in_people
from lms import dates
from lms.accounts.models import Person
from lms.db import db, writing
from lms.organisations.queries import partnership
from lms.roles import Role

#: Where each role looks first.
FIRST = {
    Role.PRACTITIONER: "/courses, find “{course}” and book",
    Role.TRAINER: "/teaching, the register of a session, best on a phone, also without a network",
    Role.TRAINING_LEAD: "/agency, the places of colleagues, /agency/training, and book for a team",
    Role.DSL: "/learning/due, what she must hold, and /agency/training",
    Role.HEADTEACHER: "/agency/training, who of the school holds what",
    Role.GOVERNOR: "/learning",
    Role.EDUCATION_ADVISER: "/improvement",
    Role.LD_OFFICER: "/programme, /letters, /improvement, /surveys and every register under /teaching; /rules and /coverage",
    Role.LD_GROUP: "{thread}, the whole thread",
    Role.SCRUTINEER: "{thread} and /reports, changing nothing",
    Role.ADMINISTRATOR: "/people and /admin",
}
COURSES = {"wakefield": "Multi-agency neglect", "kirklees": "Working together"}
THREADS = {"wakefield": "/improvement/CSPR-2022-1.2", "kirklees": "/improvement/CSPR-2023-2.1"}


@click.command("demo")
@click.argument("name", default="wakefield", type=click.Choice(["wakefield", "kirklees"]))
@with_appcontext
def command(name: str) -> None:
    """Load the published figures of a partnership with made-up people, once, and say who can sign in."""
    if not inspect(db.engine).has_table("partnership"):
        raise click.ClickException("The database is empty. Run “lms db upgrade” first.")
    here = partnership()
    if here is None and db.session.scalar(select(func.count()).select_from(Person)):
        raise click.ClickException("This database holds something else, so the demonstration was not loaded into it.")
    if here is not None and here.key != name:
        raise click.ClickException(f"This database holds {here.name}. One database serves one partnership.")
    if here is None:
        db.session.rollback()
        if name == "wakefield":
            wakefield.load()
        else:
            with writing():
                kirklees.load()
            set_duties()
    welcome(name)


def welcome(name: str) -> None:
    """Who can sign in, in which role, and where to look first."""
    here = partnership()
    url = current_app.config["PUBLIC_URL"]
    click.echo(f"\n{here.name if here else name}: a demonstration. People, agencies and answers are made up.")
    click.echo(
        f"Today is {dates.day(dates.now())} here; “.venv/bin/lms run-due --at 2025-02-01T09:00” makes the months pass."
    )
    click.echo(f"Open {url} and sign in with the password “{PASSWORD}” as one of these:\n")
    for one in sign_in_people(name):
        role = Role(one.role)
        click.echo(f"  {one.person.email:<46} {one.person.name}, {role.label}")
        click.echo(f"  {'':<46} look at {FIRST[role].format(thread=THREADS[name], course=COURSES[name])}")
    click.echo(
        f"\nLetters are not sent: read them at {url}/outbox. Somebody without an account starts at {url}/courses.\n"
    )
