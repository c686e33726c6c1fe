"""What every page shows around its content: whose service it is, who is signed in, and the menu for that person."""

from dataclasses import dataclass
from typing import Any

from flask import Flask, request, url_for
from flask_login import current_user

from lms import dates, hooks
from lms.hooks import NavigationItem
from lms.organisations.queries import partnership
from lms.permissions import Permission, can

#: The menu of lms; other packages add theirs through hooks.navigation.
ITEMS = [
    NavigationItem("Courses", "catalogue.index", "", 10, "What there is to learn, when and where, and why it exists."),
    NavigationItem(
        "My learning", "learning.index", Permission.LEARNING_VIEW, 20, "Your places, and what you have done so far."
    ),
    NavigationItem(
        "Programme",
        "programme.index",
        Permission.SESSION_MANAGE,
        33,
        "Sessions to come and drafts: how full, and what to do.",
    ),
    NavigationItem("Teaching", "attendance.teaching", Permission.TEACHING_VIEW, 30, "Sessions and their registers."),
    NavigationItem(
        "My agency", "teams.index", Permission.AGENCY_VIEW, 40, "Who in your organisation has learned what."
    ),
    NavigationItem("Letters", "letters.wordings", Permission.LETTER_EDIT, 85, "What letters say, and when they go."),
    NavigationItem("People", "accounts.people", Permission.PEOPLE_MANAGE, 90, "Who can sign in, and in which role."),
    NavigationItem("System", "home.system", Permission.SYSTEM_VIEW, 95, "How letters, jobs and the database stand."),
]
#: Features whose pages belong to the entry of another.
PART_OF = {
    "participants": "programme",
    "groups": "programme",
    "closures": "programme",
    "absences": "attendance",
    "meetings": "attendance",
}
#: Features with pages for different things: only the address says which entry is the current one.
BY_ADDRESS = {"accounts", "letters"}


@dataclass(frozen=True)
class Link:
    """One entry of the menu as drawn."""

    label: str
    url: str
    current: bool
    about: str


def menu(person: Any) -> list[Link]:
    """The entries this person may open, in order."""
    items = sorted([*ITEMS, *hooks.navigation], key=lambda item: item.position)
    mine = [
        item
        for item in items
        if (not item.permission or can(person, Permission(item.permission))) and (item.when is None or item.when())
    ]
    by_address = max(filter(_has_address, mine), key=lambda item: len(url_for(item.endpoint)), default=None)
    current = by_address or next(filter(_is_of_feature, mine), None)
    return [Link(item.label, url_for(item.endpoint), item is current, item.about) for item in mine]


def _has_address(item: NavigationItem) -> bool:
    """Does the address of the page that is shown begin with this entry's?"""
    url = url_for(item.endpoint)
    return request.path == url or request.path.startswith(f"{url}/")


def _is_of_feature(item: NavigationItem) -> bool:
    """Is the page that is shown one of the feature this entry leads to?"""
    feature = PART_OF.get(request.blueprint or "", request.blueprint)
    return feature not in BY_ADDRESS and item.endpoint.split(".")[0] == feature


def init_app(app: Flask) -> None:
    """Give every template the partnership, the menu and the clock."""

    @app.context_processor
    def around() -> dict[str, Any]:
        return {
            "partnership": partnership(),
            "navigation": menu(current_user),
            "now": dates.now(),
            "demo": app.config["DEMO"],
            "can": lambda permission: can(current_user, Permission(permission)),
        }
