"""The register of schools: one row a school for life, from the national file and by hand."""

from flask import Blueprint, Flask

blueprint = Blueprint("schools", __name__)


def init_app(app: Flask) -> None:
    """Two entries of the menu, the national file, and what must always be true of the register."""
    from lms import hooks, imports, verify
    from lms.hooks import NavigationItem
    from lms.schools.checks import problems
    from lms.schools.imports import KIND

    for entry in (
        NavigationItem(
            "Schools", "schools.index", "school:view", 38, "Every school of the area, from the national register."
        ),
        NavigationItem(
            "My school", "schools.own", "school:own", 41, "What the register says of your school, and who holds what."
        ),
    ):
        if entry not in hooks.navigation:
            hooks.navigation.append(entry)
    imports.add_whole(KIND)
    verify.add("schools", problems)
