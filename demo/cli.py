"""`lms demo`: load a partnership's published figures and say who can sign in."""

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_migrate import upgrade
from sqlalchemy import inspect, text

from demo import kirklees, wakefield
from demo.due_scenes import set_duties
from demo.loading import PASSWORD
from demo.people import sign_in_people
from lms import dates
from lms.db import db, writing
from lms.organisations.queries import partnership
from lms.roles import Role
from lms.words import listing

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
    """Load the published figures of a partnership with made-up people, once, and say who can sign in. The database is brought up
    to date first."""
    held = _held()
    if "" in held:
        raise click.ClickException("This database holds something else, so the demonstration was not loaded into it.")
    if held and name not in held:
        raise click.ClickException(
            f"This database holds {listing([*held.values()])}. One database serves one partnership."
        )
    upgrade()
    if not held:
        if name == "wakefield":
            wakefield.load()
        else:
            with writing():
                kirklees.load()
            set_duties()
    welcome(name)


def _held() -> dict[str, str]:
    """Whose database this is, {key: name}, read before it is brought up to date: by no more than what every release has."""
    if not inspect(db.engine).has_table("partnership"):
        return {}
    with db.engine.connect() as connection:
        found = {row.key: row.name for row in connection.execute(text("SELECT key, name FROM partnership"))}
        others = connection.scalar(text("SELECT count(*) FROM person"))
    return found or ({"": "something else"} if others else {})


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
