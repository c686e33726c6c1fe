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
    NavigationItem("Courses", "catalogue.index", "", 10),
    NavigationItem("My learning", "bookings.learning", Permission.LEARNING_VIEW, 20),
    NavigationItem("Teaching", "attendance.teaching", Permission.TEACHING_VIEW, 30),
    NavigationItem("My agency", "bookings.agency", Permission.AGENCY_VIEW, 40),
    NavigationItem("People", "accounts.people", Permission.PEOPLE_MANAGE, 90),
]


@dataclass(frozen=True)
class Link:
    """One entry of the menu as drawn."""

    label: str
    url: str
    current: bool


def menu(person: Any) -> list[Link]:
    """The entries this person may open, in order."""
    items = sorted([*ITEMS, *hooks.navigation], key=lambda item: item.position)
    blueprint = request.blueprint
    return [
        Link(item.label, url_for(item.endpoint), item.endpoint == request.endpoint or item.endpoint.split(".")[0] == blueprint != "bookings")
        for item in items
        if not item.permission or can(person, Permission(item.permission))
    ]


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
