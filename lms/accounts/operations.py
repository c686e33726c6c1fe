"""What is done with people: adding them, their passwords, roles and visits."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select

from lms.accounts import emails, passwords, rules
from lms.accounts.models import Employment, Person, PersonRole, ServerSession
from lms.accounts.queries import person_by_email, role_mailboxes
from lms.activity.operations import record
from lms.db import db
from lms.errors import RuleBroken
from lms.organisations.models import Organisation
from lms.organisations.queries import partnership
from lms.roles import Role


def add_person(
    *,
    first_name: str,
    last_name: str,
    email: str,
    organisation: Organisation,
    roles: Collection[Role],
    now: datetime,
    job: str = "",
    manager_name: str = "",
    manager_email: str = "",
    made_up: bool = False,
    actor: Person | None = None,
    letter: bool = False,
) -> Person:
    """Add somebody. `actor` is who adds them (None: a command); with `letter` they are invited to choose a password."""
    email = email.strip().lower()
    if there := person_by_email(email):
        raise RuleBroken(f"{there.name} has this email address already")
    rules.check_personal(email, role_mailboxes())
    if actor:
        rules.check_roles(actor_roles=actor.roles, same_person=False, before=(), after=roles)
    person = Person(
        email=email,
        first_name=first_name,
        last_name=last_name,
        job=job,
        organisation=organisation,
        manager_name=manager_name,
        manager_email=manager_email.strip().lower(),
        made_up=made_up,
        held=[PersonRole(role=role) for role in sorted(set(roles))],
    )
    db.session.add(person)
    db.session.flush()
    _record("person:added", person, actor, now, roles=_listed(person.roles))
    if letter:
        emails.account_added(to=person, now=now)
    return person


def add_colleague(*, first_name: str, last_name: str, email: str, by: Person, now: datetime) -> Person:
    """Add somebody of the same organisation as `by`: they can book and learn, and have no password until they ask for one.

    No letter is written: whoever adds them has something to tell them. IntegrityError where somebody has this address already,
    RuleBroken where it belongs to a role.
    """
    rules.check_personal(email, role_mailboxes())
    here = partnership()
    person = Person(
        email=email.strip().lower(),
        first_name=first_name,
        last_name=last_name,
        organisation=by.organisation,
        made_up=here is not None and here.made_up,
        held=[PersonRole(role=Role.PRACTITIONER)],
    )
    db.session.add(person)
    db.session.flush()
    _record("person:added", person, by, now, roles=_listed(person.roles))
    return person


def keep_details(
    *, person: Person, manager_name: str, manager_email: str, by: Person, now: datetime, job: str | None = None
) -> None:
    """Keep who somebody’s line manager is and, where it is given, what their job is. `by` is the person, or their training lead.

    RuleBroken where only half of the manager is given, or it is the person.
    """
    manager_name, manager_email = manager_name.strip(), manager_email.strip().lower()
    rules.check_manager(name=manager_name, email=manager_email, own_email=person.email)
    given = {"manager_name": manager_name, "manager_email": manager_email}
    if job is not None:
        given["job"] = job.strip()
    changed = [name for name, value in given.items() if value != getattr(person, name)]
    for name in changed:
        setattr(person, name, given[name])
    if changed:
        _record("person:changed", person, by, now, fields=", ".join(sorted(changed)))
    db.session.flush()


def change_roles(*, person: Person, roles: Collection[Role], actor: Person, now: datetime) -> None:
    """Make these the roles of a person, if the actor may. Roles the actor may not give stay as they are."""
    before = person.roles
    rules.check_not_merged(person.merged_into.name if person.merged_into else "")
    rules.check_roles(actor_roles=actor.roles, same_person=actor == person, before=before, after=roles)
    if set(before) == set(roles):
        return
    person.held = [held for held in person.held if held.role in roles] + [
        PersonRole(role=role) for role in sorted(set(roles) - set(before))
    ]
    db.session.flush()
    _record("person:roles_changed", person, actor, now, before=_listed(before), after=_listed(sorted(set(roles))))


def add_roles(*, person: Person, roles: Collection[Role], now: datetime) -> None:
    """Give a person these roles besides those they hold; by a command, which needs no one's permission."""
    before = person.roles
    person.held = [*person.held, *(PersonRole(role=role) for role in sorted(set(roles) - set(before)))]
    db.session.flush()
    _record("person:roles_changed", person, None, now, before=_listed(before), after=_listed(sorted(person.roles)))


def move(
    *,
    person: Person,
    organisation: Organisation,
    email: str | None,
    by: Person | None,
    now: datetime,
    job: str | None = None,
) -> list[Role]:
    """Somebody works elsewhere, or under another address. What they did stays where they did it; where they worked is kept.

    In another organisation they have no line manager yet and none of the roles they held for the one before: returns those.
    `by` is None for a file. RuleBroken where the address is somebody else’s or a role’s.
    """
    email = (email or "").strip().lower() or None
    if email and email != person.email:
        rules.check_personal(email, role_mailboxes())
        _take_address(email, person)
    elsewhere = person.organisation_id != organisation.id
    lost = [role for role in person.roles if role in rules.OF_ORGANISATION] if elsewhere else []
    if elsewhere or email != person.email:
        db.session.add(
            Employment(
                person=person,
                organisation_id=person.organisation_id,
                job=person.job,
                email=person.email,
                until_at=now,
                moved_by_id=by.id if by else None,
            )
        )
    _record("person:moved", person, by, now, before=person.organisation.name, after=organisation.name)
    person.organisation, person.email = organisation, email
    person.job = person.job if job is None else job.strip()
    if elsewhere:
        person.manager_name = person.manager_email = ""
        person.held = [held for held in person.held if held.role not in lost]
        if Role.PRACTITIONER not in person.roles and lost:
            person.held = [*person.held, PersonRole(role=Role.PRACTITIONER)]
    db.session.flush()
    return lost


def _take_address(email: str, person: Person) -> None:
    """Make an address free for this person: nobody has it, or an account that is part of theirs."""
    there = db.session.scalar(select(Person).where(Person.email == email))
    if there is None:
        return
    if there.merged_into_id != person.id:
        raise RuleBroken(f"{there.name} has this email address already")
    there.email = None
    db.session.flush()


def disable(*, person: Person, actor: Person, now: datetime) -> None:
    """Nobody signs in as this person any more, and wherever they are signed in they no longer are."""
    rules.check_disable(actor_roles=actor.roles, same_person=actor == person, roles=person.roles)
    if person.disabled_at is None:
        person.disabled_at = now
        end_visits(person=person)
        _record("person:disabled", person, actor, now)


def enable(*, person: Person, actor: Person, now: datetime) -> None:
    """Let this person sign in again."""
    rules.check_disable(actor_roles=actor.roles, same_person=actor == person, roles=person.roles)
    rules.check_not_merged(person.merged_into.name if person.merged_into else "")
    if person.disabled_at is not None:
        person.disabled_at = None
        _record("person:enabled", person, actor, now)


def sign_in(*, person: Person, new_hash: str | None, now: datetime) -> None:
    """Note that somebody signed in; keep the new hash of their password where the old one was made at another cost."""
    if new_hash:
        person.password_hash = new_hash
    _record("person:signed_in", person, person, now)
    db.session.flush()


def set_password(*, person: Person, password: str, now: datetime) -> None:
    """Give a person a password from a command. Pages make the hash first: see `keep_password`."""
    keep_password(person=person, password_hash=passwords.make_hash(password), now=now, actor=None)


def keep_password(*, person: Person, password_hash: str, now: datetime, actor: Person | None) -> None:
    """Keep a new password. Wherever this person is signed in they no longer are."""
    person.password_hash = password_hash
    end_visits(person=person)
    _record("person:password_changed", person, actor, now)
    db.session.flush()


def ask_for_password(*, person: Person, now: datetime, actor: Person | None = None) -> None:
    """Send a person the link to choose a new password. `actor` is who asked, where that is known."""
    if not person.is_active:
        raise RuleBroken("This person cannot sign in. Let them sign in again first.")
    if not person.email:
        raise RuleBroken("We have no email address of this person.")
    _record("person:password_asked", person, actor, now)
    emails.password_reset(to=person, now=now)


def end_visits(*, person: Person) -> int:
    """Sign a person out everywhere; how many visits ended."""
    ended = db.session.execute(
        delete(ServerSession).where(ServerSession.person_id == person.id),
        execution_options={"synchronize_session": False},
    )
    return int(ended.rowcount)  # type: ignore[attr-defined]


def sign_out_everywhere(*, person: Person, now: datetime) -> None:
    """End every visit of a person, at their own wish."""
    _record("person:signed_out_everywhere", person, person, now, visits=end_visits(person=person))


def _listed(roles: Collection[Role]) -> str:
    return ", ".join(roles)


def _record(verb: str, person: Person, actor: Person | None, now: datetime, **details: str | int | None) -> None:
    record(verb, actor=actor, subject_kind="person", subject=str(person.id), now=now, **details)
