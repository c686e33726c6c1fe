"""Forms about signing in and about people."""

from collections.abc import Iterable
from typing import Any

from wtforms.validators import Length

from lms.accounts.rules import LONGEST_PASSWORD
from lms.forms import (
    CheckboxesField,
    Choice,
    EmailField,
    FilterForm,
    Form,
    HiddenField,
    PasswordField,
    SelectField,
    TextField,
)
from lms.organisations.models import Organisation
from lms.roles import Role

#: A password that long is nobody's, and would only keep the processor busy.
NOT_ENDLESS = Length(max=LONGEST_PASSWORD, message=f"Enter no more than {LONGEST_PASSWORD} characters")


class SignIn(Form):
    """Who are you?"""

    email = EmailField("Email address", required="Enter your email address", render_kw={"autocomplete": "username"})
    password = PasswordField("Password", [NOT_ENDLESS], required="Enter your password")
    next = HiddenField()


class AskForPassword(Form):
    """Where shall the link go?"""

    email = EmailField("Email address", required="Enter your email address", render_kw={"autocomplete": "username"})


def _new_password() -> PasswordField:
    return PasswordField(
        "New password",
        [NOT_ENDLESS],
        required="Enter a new password",
        new=True,
        description="At least 12 characters. Three words that do not belong together are easy to remember and hard to guess.",
    )


class ChoosePassword(Form):
    """A new password."""

    password = _new_password()


class ChangePassword(ChoosePassword):
    """A new password, by somebody who knows the old one."""

    current = PasswordField("Your password now", [NOT_ENDLESS], required="Enter your password as it is now")
    #: Once more, so that it stands after the old one, also in what is said to be wrong.
    password = _new_password()


class Details(Form):
    """What a person can change about themselves."""

    job = TextField("Your job", longest=120)
    manager_name = TextField("Your line manager’s name", longest=200)
    manager_email = EmailField(
        "Your line manager’s email address",
        description="We ask them where a course needs their approval.",
        render_kw={"autocomplete": "off"},
    )


class FindPeople(FilterForm):
    """Narrows the list of people."""

    text = TextField("Name, email address or organisation")
    role = SelectField("Role", [Choice(role.value, role.label) for role in Role], empty="All roles")


class AddPerson(Form):
    """Somebody new."""

    first_name = TextField("First name", required="Enter a first name", longest=100)
    last_name = TextField("Last name", required="Enter a last name", longest=100)
    email = EmailField("Work email address", required="Enter a work email address", render_kw={"autocomplete": "off"})
    organisation = SelectField("Organisation", required="Select the organisation", empty="Select an organisation")
    job = TextField("Job (optional)", longest=120)
    roles = CheckboxesField("Roles", required="Select at least one role")

    def __init__(self, *, grantable: Iterable[Role], organisations: Iterable[Organisation], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.roles.choices = [Choice(role.value, role.label) for role in grantable]
        self.organisation.choices = [Choice(str(organisation.id), organisation.name) for organisation in organisations]


class ChangeRoles(Form):
    """Which of the roles somebody may give a person holds."""

    roles = CheckboxesField("Roles")

    def __init__(self, *, grantable: Iterable[Role], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.roles.choices = [Choice(role.value, role.label) for role in grantable]
