"""What is allowed with interest and with requests. Pure."""

from lms.demand.models import DeliveryKind, DeliveryState
from lms.errors import RuleBroken
from lms.organisations.models import OrganisationKind

NOT_OFFERED = "This course is no longer offered."
ANSWERED = "This request has been answered already."
NO_REASON = "Say in a few words why not. They will read it."
NO_SESSION = "Choose the session they get. If there is none yet, add it first."


def check_offered(retired: bool) -> None:
    """A course that is no longer offered gathers no interest."""
    if retired:
        raise RuleBroken(NOT_OFFERED)


def check_asked(state: DeliveryState) -> None:
    """A request is answered once."""
    if state is not DeliveryState.ASKED:
        raise RuleBroken(ANSWERED)


def kind_of(*, outside: bool, organisation: OrganisationKind | None) -> DeliveryKind:
    """What sort of session is asked for, from who asks.

    >>> kind_of(outside=False, organisation=OrganisationKind.SCHOOL).label
    'For a whole school'
    """
    if outside:
        return DeliveryKind.OUT_OF_AREA
    return DeliveryKind.WHOLE_SCHOOL if organisation is OrganisationKind.SCHOOL else DeliveryKind.TEAM
