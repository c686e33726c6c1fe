"""How a course is evaluated: which questions, in which waves, when, and what decides. Named before the first answer."""

from flask import Blueprint, Flask

blueprint = Blueprint("plans", __name__)


def init_app(app: Flask) -> None:
    """Register the page and the way to it from the page of a course."""
    from evaluation.plans import views
    from lms import hooks

    app.register_blueprint(blueprint)
    if views.links_of not in hooks.course_links:
        hooks.course_links.append(views.links_of)
