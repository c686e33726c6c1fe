"""Made-up people, the agencies they work for, and the named people who can sign in. Nobody here is real.

Everything is drawn from a seeded generator, so the same seed gives the same people on every machine.
"""

import random
import unicodedata
from dataclasses import dataclass

from demo.names import ASCII_OF, FAMILIES, JOB_TITLES

MAIL_DOMAIN = "example.org.uk"
ROLES = (
    "practitioner",
    "trainer",
    "training_lead",
    "dsl",
    "headteacher",
    "governor",
    "education_adviser",
    "ld_officer",
    "ld_group",
    "scrutineer",
    "administrator",
)


@dataclass(frozen=True)
class Agency:
    """An agency or a school. `workforce` is the number of staff who work with children or families (made up).

    `phase` is primary, secondary, special or college for schools, else empty; `aliases` are names found in files.
    `urn` of a school lies outside the numbers in use.
    """

    key: str
    name: str
    sector: str
    workforce: int
    kind: str = "agency"
    phase: str = ""
    urn: str = ""
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Person:
    """A made-up person. `key` is stable for a seed; `email` is unique in a partnership; `agency` is an agency’s key."""

    key: str
    first_name: str
    last_name: str
    email: str
    agency: str
    sector: str
    job_title: str

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"


@dataclass(frozen=True)
class SignInPerson:
    """Somebody the demonstration signs in: a person and their role, one of `ROLES`."""

    role: str
    person: Person


def seeded(seed: int, part: str) -> random.Random:
    """A generator of its own for each part of the demo, so that changing one part leaves the others as they are."""
    return random.Random(f"{seed}:{part}")  # noqa: S311 - made-up records, not secrets


def make_people(
    rng: random.Random,
    agency: Agency,
    count: int,
    *,
    prefix: str,
    taken: set[str],
    job_title: str | None = None,
) -> list[Person]:
    """`count` people of one agency. `taken` holds the addresses given out so far and is added to.

    Keys are `prefix` and the running number of all addresses taken, so people of one partnership share one `taken`.
    """
    people = []
    for _ in range(count):
        first_name, last_name = draw_name(rng)
        email = free_address(first_name, last_name, agency.key, taken)
        people.append(
            Person(
                key=f"{prefix}-{len(taken):04d}",
                first_name=first_name,
                last_name=last_name,
                email=email,
                agency=agency.key,
                sector=agency.sector,
                job_title=job_title or rng.choice(JOB_TITLES[agency.sector]),
            )
        )
    return people


def draw_name(rng: random.Random) -> tuple[str, str]:
    """A first and a last name, mostly from the same family of names, sometimes across two, as in any town."""
    family = rng.choices(FAMILIES, [one.weight for one in FAMILIES])[0]
    other = rng.choices(FAMILIES, [one.weight for one in FAMILIES])[0] if rng.random() < 0.08 else family
    if family.own_script or other.own_script:
        other = family
    return rng.choice(family.first_names), rng.choice(other.last_names)


def free_address(first_name: str, last_name: str, agency_key: str, taken: set[str]) -> str:
    """An address not yet in `taken`, which is added to it: name at the agency’s sub-name, with a number if need be."""
    local = f"{plain_letters(first_name)}.{plain_letters(last_name)}"
    email, number = f"{local}@{agency_key}.{MAIL_DOMAIN}", 1
    while email in taken:
        number += 1
        email = f"{local}{number}@{agency_key}.{MAIL_DOMAIN}"
    taken.add(email)
    return email


def plain_letters(name: str) -> str:
    """A name in the letters a to z and hyphens, for an address: “Łukasz” becomes “lukasz”, “O’Neill” “oneill”."""
    text = "".join(ASCII_OF.get(letter, letter) for letter in ASCII_OF.get(name, name))
    decomposed = unicodedata.normalize("NFKD", text).lower()
    return "".join(letter for letter in decomposed if letter.isascii() and (letter.isalnum() or letter == "-"))


def sign_in_people(partnership: str) -> tuple[SignInPerson, ...]:
    """One person for each role, in the order of `ROLES`. KeyError for an unknown partnership."""
    prefix = partnership[0]
    found = []
    for role, (first_name, last_name, agency, sector, job_title) in zip(ROLES, _SIGN_IN[partnership], strict=True):
        email = f"{plain_letters(first_name)}.{plain_letters(last_name)}@{agency}.{MAIL_DOMAIN}"
        key = f"{prefix}-{plain_letters(first_name)}-{plain_letters(last_name)}"
        person = Person(key, first_name, last_name, email, agency, sector, job_title)
        found.append(SignInPerson(role, person))
    return tuple(found)


def person_in_role(partnership: str, role: str) -> Person:
    """The person who signs in with that role. KeyError if there is none."""
    return {one.role: one.person for one in sign_in_people(partnership)}[role]


_CYPS = "children_young_people_services"
_SIGN_IN = {
    "wakefield": (
        ("Amina", "Yusuf", "community-health", "health", "Health visitor"),
        ("Tom", "Ashworth", "early-help", _CYPS, "Early help trainer"),
        ("Helen", "Ward", "community-health", "health", "Team manager and training lead"),
        ("Joanne", "Kerr", "northmoor-primary", "education", "Designated safeguarding lead"),
        ("Paul", "Demir", "northmoor-primary", "education", "Headteacher"),
        ("Ifeoma", "Eze", "northmoor-primary", "education", "Chair of governors"),
        ("Martin", "Oyelaran", "partnership-unit", "other", "Safeguarding education adviser"),
        ("Siân", "Morgan", "partnership-unit", "other", "Learning and development officer"),
        ("Priya", "Nair", "hospital-trust", "health", "Named nurse"),
        ("Judith", "Hargreave", "partnership-unit", "other", "Independent scrutineer"),
        ("Łukasz", "Zieliński", "partnership-unit", "other", "Business manager"),
    ),
    "kirklees": (
        ("Nadia", "Iqbal", "community-health", "health", "School nurse"),
        ("Gareth", "Pugh", "early-support", _CYPS, "Workforce trainer"),
        ("Carol", "Beaumont", "childrens-social-care", _CYPS, "Service manager and training lead"),
        ("Kwame", "Mensah", "beckside-school", "education", "Designated safeguarding lead"),
        ("Róisín", "Gallagher", "beckside-school", "education", "Headteacher"),
        ("Harpreet", "Gill", "beckside-school", "education", "Safeguarding governor"),
        ("Anneliese", "Brandt", "partnership-unit", "other", "Safeguarding education adviser"),
        ("Imran", "Sheikh", "partnership-unit", "other", "Learning and development officer"),
        ("Wei Ling", "Tan", "hospital-trust", "health", "Named doctor"),
        ("Desmond", "Clarke", "partnership-unit", "other", "Independent scrutineer"),
        ("Oksana", "Melnyk", "partnership-unit", "other", "Business manager"),
    ),
}
