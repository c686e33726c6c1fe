"""What is allowed: passwords, tries at signing in, who may give which role, where a sign-in leads."""

import re
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from lms.errors import RuleBroken
from lms.roles import Role

SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 200

#: What people in this line of work write first when they are asked for a password. Names of the person are added to it.
OBVIOUS = {
    "password", "passwort", "passphrase", "welcome", "letmein", "changeme", "qwerty", "qwertz", "asdf", "zxcv",
    "iloveyou", "admin", "administrator", "login", "secret", "abcdef", "abc", "sunshine", "princess", "football",
    "liverpool", "arsenal", "monkey", "dragon", "master", "superman", "batman", "safeguarding", "safeguard",
    "partnership", "children", "child", "learning", "training", "golden", "thread", "council", "school", "hello",
    "goodbye", "january", "february", "march", "april", "june", "july", "august", "september", "october",
    "november", "december", "spring", "summer", "autumn", "winter", "monday", "tuesday", "wednesday", "thursday",
    "friday", "saturday", "sunday",
}  # fmt: skip
#: Digits and signs that are read as letters.
DISGUISED = str.maketrans("0134579@$!", "oieastgasi")

#: Tries an account and an address have in one WINDOW; after that each further try has to wait, twice as long every time.
ACCOUNT_TRIES, ADDRESS_TRIES, LETTER_TRIES = 10, 30, 3
WINDOW = timedelta(minutes=5)
LONGEST_WAIT = timedelta(hours=1)
#: How long a run of failures is remembered after its last wait.
REMEMBERED = timedelta(days=1)

#: Roles an L&D officer may give; all others are given by an administrator (the matrix in docs/).
BY_OFFICER = frozenset({Role.PRACTITIONER, Role.TRAINING_LEAD, Role.DSL, Role.HEADTEACHER, Role.GOVERNOR})
#: Roles somebody holds for one organisation: they end when the person moves to another.
OF_ORGANISATION = BY_OFFICER - {Role.PRACTITIONER}


def check_password(password: str, known: Iterable[str] = ()) -> None:
    """Long enough, and more than obvious words with numbers. `known` are words anybody would try: the person's names."""
    if len(password) < SHORTEST_PASSWORD:
        raise RuleBroken(f"Enter a password of at least {SHORTEST_PASSWORD} characters")
    if len(password) > LONGEST_PASSWORD:
        raise RuleBroken(f"Enter a password of no more than {LONGEST_PASSWORD} characters")
    words = sorted(OBVIOUS | {word.casefold() for word in known if len(word) > 2}, key=len, reverse=True)
    for text in (password.casefold(), password.casefold().translate(DISGUISED)):
        for word in words:
            text = text.replace(word, " ")
        if len(set(re.sub(r"[\W\d_]", "", text))) < 4:
            raise RuleBroken(
                "Enter a password that is harder to guess, such as three words that do not belong together"
            )


def wait_after(failures: int, limit: int, longest: timedelta = LONGEST_WAIT) -> timedelta | None:
    """How long nobody may try again after this many failures in a row, at most `longest`; None while there are tries left.

    >>> [str(wait_after(failures, 10)) for failures in (9, 10, 11, 12, 40)]
    ['None', '0:05:00', '0:10:00', '0:20:00', '1:00:00']
    """
    if failures < limit:
        return None
    return min(WINDOW * (1 << min(failures - limit, 10)), longest)


def is_forgotten(first_at: datetime, blocked_until: datetime | None, now: datetime) -> bool:
    """Does a new count begin? After WINDOW, or, where tries were stopped, a day after the last stop."""
    return now >= (blocked_until + REMEMBERED if blocked_until else first_at + WINDOW)


def roles_to_give(actor_roles: Collection[Role]) -> list[Role]:
    """The roles somebody with these roles may give and take away, in the order of `Role`."""
    if Role.ADMINISTRATOR in actor_roles:
        return list(Role)
    return [role for role in Role if Role.LD_OFFICER in actor_roles and role in BY_OFFICER]


def check_roles(
    *, actor_roles: Collection[Role], same_person: bool, before: Collection[Role], after: Collection[Role]
) -> None:
    """May this person make those roles of these? Nobody changes their own."""
    if set(before) == set(after):
        return
    if same_person:
        raise RuleBroken("You cannot change your own roles. Ask another administrator.")
    if not after:
        raise RuleBroken("Select at least one role")
    if not {*before} ^ {*after} <= {*roles_to_give(actor_roles)}:
        raise RuleBroken("Only an administrator can give or take away this role")


def check_disable(*, actor_roles: Collection[Role], same_person: bool, roles: Collection[Role]) -> None:
    """May this person stop that one from signing in, or let them in again?"""
    if same_person:
        raise RuleBroken("You cannot stop your own sign-in. Ask another administrator.")
    if not set(roles) <= {*roles_to_give(actor_roles)}:
        raise RuleBroken("Only an administrator can do this for a person with these roles")


def check_not_merged(into: str) -> None:
    """An account that is part of another (`into` names whose) is never used again."""
    if into:
        raise RuleBroken(f"This account is part of the one of {into}, who signs in with that one.")


def check_manager(*, name: str, email: str, own_email: str | None) -> None:
    """Nobody is named, or somebody who can be asked and is not the person themselves."""
    if bool(name) != bool(email):
        raise RuleBroken("Enter both the name and the email address of the manager, or neither")
    if email and email == own_email:
        raise RuleBroken("This is the person’s own email address. Enter the manager’s")


def is_role_mailbox(email: str, words: Collection[str]) -> bool:
    """Does this address belong to a role? It does where its part before the @ is made of nothing but `words` (numbers aside).

    >>> words = {"head", "office", "school", "no", "reply"}
    >>> [is_role_mailbox(f"{local}@b.example", words) for local in ("office", "School-Office2", "no.reply", "ann.head", "a")]
    [True, True, True, False, False]
    """
    parts = re.findall(r"[^\W\d_]+", email.partition("@")[0].casefold())
    return bool(parts) and all(part in words for part in parts)


def check_personal(email: str, words: Collection[str]) -> None:
    """An account is a person’s: an address that passes to whoever has the role next would hand their record on."""
    if is_role_mailbox(email, words):
        raise RuleBroken(
            f"“{email}” is the mailbox of a role, not of a person: whoever has the role next would get this person’s letters "
            "and learning record. Enter an address that is theirs alone"
        )


def check_move(*, actor_roles: Collection[Role], same_person: bool, roles: Collection[Role], merged: bool) -> None:
    """May this person move that one to another organisation or address? Only whom they look after: a new address is also where
    a link to choose a password goes."""
    if same_person:
        raise RuleBroken(
            "You cannot move your own account. Ask somebody else of the team, or use “I have changed jobs”."
        )
    if merged:
        raise RuleBroken("This account is part of another one. Move that one.")
    if not set(roles) <= {*roles_to_give(actor_roles)}:
        raise RuleBroken("Only an administrator can do this for a person with these roles")


def own_path(address: str | None) -> str | None:
    """The address, if it is a path of this service; None for everything that could lead anywhere else.

    >>> own_path("/sessions/NEG-2024-07/book"), own_path("//evil.invalid"), own_path("https://evil.invalid")
    ('/sessions/NEG-2024-07/book', None, None)
    """
    if address and re.fullmatch(r"/(?![/\\])[A-Za-z0-9/._~%&=?+,;:@-]*", address) and "//" not in address:
        return address
    return None
