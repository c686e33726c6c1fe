"""Reads for passing a place on and moving it: who may do it for whom, which colleagues and which dates there are."""

from lms.accounts.models import Person
from lms.permissions import Permission, can


def leads(person: Person, organisation_id: int) -> bool:
    """Is this person a training lead of that organisation?"""
    return person.organisation_id == organisation_id and can(person, Permission.TEAM_BOOK)
