"""Where somebody works now."""

from collections.abc import Iterable
from typing import Any

from lms.accounts.models import Person
from lms.forms import Choice, EmailField, Form, HiddenField, SelectField, TextField
from lms.organisations.models import Organisation


class Move(Form):
    """The organisation, address and job somebody has now."""

    organisation = SelectField("Organisation", required="Select the organisation")
    email = EmailField(
        "Work email address",
        required="Enter a work email address",
        description="Their own, not the mailbox of a role: it stays theirs when somebody else has the role.",
        render_kw={"autocomplete": "off"},
    )
    job = TextField("Job (optional)", longest=120)

    def __init__(self, *, person: Person, organisations: Iterable[Organisation], **kwargs: Any) -> None:
        known = {"organisation": str(person.organisation_id), "email": person.email or "", "job": person.job}
        super().__init__(data=known, **kwargs)
        self.organisation.choices = [Choice(str(one.id), one.name) for one in organisations]


class Merge(Form):
    """Yes, they are one person."""

    #: What the page has said would happen: see queries.Preview.key.
    seen = HiddenField()


class Answer(Form):
    """Yes or no, with nothing more to say."""
