"""`lms set-up`: the first rows of a real partnership, from what content/ says, and its first administrator.

Everything else is entered on pages or imported.
"""

import re
from datetime import date, datetime
from functools import cache
from typing import Any

import click
import yaml
from email_validator import EmailNotValidError, validate_email
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import func, select

from lms import dates
from lms.accounts.models import Person
from lms.accounts.operations import add_person
from lms.app import ROOT
from lms.bookings.models import PriorityReason
from lms.catalogue.models import Level, LevelScheme
from lms.db import db, writing
from lms.due.operations import load_rules
from lms.letters import links
from lms.letters.delivery import can_send
from lms.letters.models import Letter
from lms.organisations.models import Organisation, Partnership, Sector
from lms.organisations.queries import partnership
from lms.roles import Role

CONTENT = ROOT / "content"


@cache
def catalogue_document() -> dict[str, Any]:
    """content/courses.yaml: sectors, and the courses, priorities, groups and worked thread of the demonstration."""
    document: dict[str, Any] = yaml.safe_load((CONTENT / "courses.yaml").read_text(encoding="utf-8"))
    return document


@cache
def levels_document() -> dict[str, Any]:
    """content/levels.yaml: schemes of levels, and the reasons to go first on a waiting list."""
    document: dict[str, Any] = yaml.safe_load((CONTENT / "levels.yaml").read_text(encoding="utf-8"))
    return document


@cache
def rules_document() -> dict[str, Any]:
    """content/training-rules.yaml: who must hold what, by groups and rules."""
    document: dict[str, Any] = yaml.safe_load((CONTENT / "training-rules.yaml").read_text(encoding="utf-8"))
    return document


def load_sectors() -> dict[str, Sector]:
    """The sectors: {key: sector}."""
    found = {
        given["key"]: Sector(key=given["key"], name=given["name"], position=position)
        for position, given in enumerate(catalogue_document()["sectors"])
    }
    db.session.add_all(found.values())
    db.session.flush()
    return found


def load_levels() -> dict[str, Level]:
    """The schemes of levels and their levels: {level's key: level}."""
    document = levels_document()
    valid_from, found = date.fromisoformat(document["valid_from"]), {}
    for position, scheme in enumerate(document["schemes"]):
        made = LevelScheme(key=scheme["key"], name=scheme["name"], source=scheme["source"], position=position)
        db.session.add(made)
        for number, level in enumerate(scheme["levels"]):
            found[level["key"]] = Level(scheme=made, **level, position=number, valid_from=valid_from)
    db.session.add_all(found.values())
    db.session.flush()
    return found


def load_priority_reasons() -> None:
    """The reasons to go first on a waiting list."""
    db.session.add_all(PriorityReason(**reason) for reason in levels_document()["priority_reasons"])
    db.session.flush()


def set_up(
    *,
    key: str,
    name: str,
    short_name: str,
    team_name: str,
    team_email: str,
    team_phone: str,
    administrator: str,
    administrator_name: str,
    now: datetime,
) -> Person:
    """The partnership with its sectors, levels, priority reasons and rules, its team as the first organisation, and in it the
    administrator, who gets a letter. Only into an empty database."""
    db.session.add(
        Partnership(
            key=key,
            name=name,
            short_name=short_name,
            team_name=team_name,
            team_email=team_email,
            team_phone=team_phone,
        )
    )
    sectors = load_sectors()
    load_levels()
    load_priority_reasons()
    load_rules(rules_document(), now=now)
    team = Organisation(name=team_name, sector=sectors["other"])
    db.session.add(team)
    db.session.flush()
    first_name, _, last_name = administrator_name.strip().rpartition(" ")
    return add_person(
        first_name=first_name,
        last_name=last_name,
        email=administrator,
        organisation=team,
        roles=[Role.ADMINISTRATOR],
        now=now,
        letter=True,
    )


# The command.


def _text(longest: int) -> Any:
    """A check of an option: something, and not longer than can be kept."""

    def check(_context: click.Context, _option: click.Parameter, value: str) -> str:
        text = " ".join(value.split())
        if not text or len(text) > longest or not text.isprintable():
            raise click.BadParameter(f"Give 1 to {longest} characters.")
        return text

    return check


def _key(_context: click.Context, _option: click.Parameter, value: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9-]{1,39}", value):
        raise click.BadParameter("Give 2 to 40 small letters, numbers and hyphens, like “wakefield”.")
    return value


def _email(_context: click.Context, _option: click.Parameter, value: str) -> str:
    address = value.strip().lower()
    try:
        validate_email(address, check_deliverability=False)
    except EmailNotValidError:
        raise click.BadParameter("Give an email address, like name@example.org.uk.") from None
    return address


def _check_empty() -> None:
    """ClickException where somebody is here already."""
    here = partnership()
    if here is not None:
        raise click.ClickException(f"This database holds {here.name}. One database serves one partnership.")
    if db.session.scalar(select(func.count()).select_from(Person)):
        raise click.ClickException("This database holds something else, so nothing was set up in it.")


@click.command("set-up")
@click.option("--key", prompt="Short key, small letters", callback=_key, help="Names its theme, like “wakefield”.")
@click.option("--name", prompt="Name of the partnership", callback=_text(200), help="In full, as letters say it.")
@click.option("--short-name", prompt="Short name", callback=_text(40), help="Like “WSCP”.")
@click.option("--team-name", prompt="Name of the training team", callback=_text(200), help="Who letters are from.")
@click.option("--team-email", prompt="Email address of the team", callback=_email, help="Where answers to letters go.")
@click.option("--team-phone", prompt="Telephone of the team", callback=_text(40), help="As it is to be printed.")
@click.option("--administrator", prompt="Email address of the first administrator", callback=_email, help="Who begins.")
@click.option(
    "--administrator-name", prompt="Name of the first administrator", callback=_text(200), help="First and last name."
)
@with_appcontext
def command(**given: str) -> None:
    """Set up a partnership in an empty database, once. Asks for what no option says."""
    if current_app.config["DEMO"]:
        raise click.ClickException("LMS_DEMO=1 is for the demonstration. Run “lms demo”, or unset it.")
    _check_empty()
    db.session.rollback()
    with writing():
        _check_empty()
        administrator = set_up(**given, now=dates.now())
        letter = db.session.scalars(select(Letter).where(Letter.person_id == administrator.id)).one()
        link = links.make(letter.link_kind, letter.link_to)
        name, address = administrator.name, administrator.email
    click.echo(f"{given['name']} is set up: its sectors, levels, priority reasons and rules are those of content/.")
    if can_send():
        click.echo(f"A letter to {name} with a link to choose a password goes to {address} when the worker runs.")
    else:
        click.echo(f"No mail server is set, so give {name} this link to choose a password. It works once, for 14 days:")
        click.echo(link)
    click.echo(
        "Then, as administrator: People adds the L&D officers, and they enter courses. Files come by “lms import”."
    )
