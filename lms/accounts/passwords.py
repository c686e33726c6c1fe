"""Argon2id (RFC 9106), at the cost config.py names. Slow on purpose: called before a request begins to write."""

import unicodedata
from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app

#: Each hash under way takes the memory of ARGON2; the rest of a crowd waits for its turn.
AT_ONCE = BoundedSemaphore(8)


@cache
def _hasher(memory: int, rounds: int, lanes: int) -> PasswordHasher:
    return PasswordHasher(memory_cost=memory, time_cost=rounds, parallelism=lanes)


@cache
def _nobody(memory: int, rounds: int, lanes: int) -> str:
    """A hash no password fits, of today's cost: whoever is unknown costs as much time as whoever is known."""
    return _hasher(memory, rounds, lanes).hash("")


def _composed(password: str) -> str:
    """The same letters however a keyboard composed them."""
    return unicodedata.normalize("NFC", password)


def make_hash(password: str) -> str:
    """The hash to keep of a password."""
    with AT_ONCE:
        return _hasher(*current_app.config["ARGON2"]).hash(_composed(password))


def fits(stored: str, password: str) -> bool:
    """Is this the password of that hash? An empty hash fits nothing, and takes as long to say so."""
    cost = current_app.config["ARGON2"]
    with AT_ONCE:
        try:
            _hasher(*cost).verify(stored or _nobody(*cost), _composed(password))
        except (VerificationError, InvalidHashError):
            return False
    return bool(stored)


def is_outdated(stored: str) -> bool:
    """Was this hash made at another cost than today's?"""
    return _hasher(*current_app.config["ARGON2"]).check_needs_rehash(stored)
