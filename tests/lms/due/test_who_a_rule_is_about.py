"""Who a rule is about: by role, by where people work, by a duty, by parts; and who is left out."""

from datetime import date

from lms.due.rules import Group, Who, groups_of
from lms.organisations.models import OrganisationKind
from lms.roles import Role

DSL, DEPUTY, BOTH, STAFF, GOVERNORS, EARLY = 1, 2, 3, 4, 5, 6
GROUPS = {
    group.id: group
    for group in (
        Group(DSL, role=Role.DSL),
        Group(DEPUTY),
        Group(BOTH, parts=frozenset({DSL, DEPUTY})),
        Group(STAFF, kind=OrganisationKind.SCHOOL, without=GOVERNORS),
        Group(GOVERNORS, role=Role.GOVERNOR),
        Group(EARLY, sector_id=7),
    )
}


def _of(*roles: Role, school: bool = False, sector: int = 1, **duties: date | None) -> dict[int, date | None]:
    named = {int(key[1:]): since for key, since in duties.items()}
    kind = OrganisationKind.SCHOOL if school else OrganisationKind.AGENCY
    return groups_of(Who(frozenset(roles), kind, sector, named), GROUPS)


def test_a_role_a_kind_of_organisation_and_a_sector_each_lead_into_their_group() -> None:
    assert _of(Role.DSL) == {DSL: None, BOTH: None}
    assert _of(school=True) == {STAFF: None}
    assert _of(sector=7) == {EARLY: None}
    assert _of() == {}


def test_a_duty_brings_its_first_day_also_into_the_group_it_is_part_of() -> None:
    assert _of(_2=date(2024, 9, 1)) == {DEPUTY: date(2024, 9, 1), BOTH: date(2024, 9, 1)}
    assert _of(Role.DSL, _2=date(2024, 9, 1))[BOTH] == date(2024, 9, 1)


def test_a_governor_is_not_staff_unless_the_school_says_so() -> None:
    assert STAFF not in _of(Role.GOVERNOR, school=True)
    assert STAFF not in _of(school=True, _5=None)
    assert STAFF in _of(Role.GOVERNOR, school=True, _4=None)


def test_groups_that_are_part_of_each_other_end_somewhere() -> None:
    turning = {1: Group(1, parts=frozenset({2})), 2: Group(2, parts=frozenset({1}), role=Role.DSL)}
    assert groups_of(Who(frozenset({Role.DSL})), turning) == {1: None, 2: None}
    apart = {
        1: Group(1, kind=OrganisationKind.SCHOOL, without=2),
        2: Group(2, kind=OrganisationKind.SCHOOL, without=1),
    }
    assert groups_of(Who(kind=OrganisationKind.SCHOOL), apart) == {}
