"""The two codes of a certificate: a long one for the QR code, which nobody types, and a printed one, which people do.

The long one has 144 bits, is derived from the certificate's reference with the secret key, and stands in the database as a hash
only. The printed one is 16 random characters of Crockford's base 32 (80 bits), which has no I, L, O and U, and a check character.
"""

import hashlib
import hmac
import re
import secrets
from base64 import urlsafe_b64encode

from flask import current_app

from lms.errors import RuleBroken

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 16
#: The remainder of a prime: any one wrong character and any two exchanged neighbours are noticed.
_PRIME = 37
#: What people write for a character there is not.
_MISREAD = str.maketrans("OIL", "011")
#: A long code: 18 bytes in the letters of an address.
_LONG = re.compile(r"[A-Za-z0-9_-]{24}")

NOT_A_CODE = "Enter the code as it is printed: 17 letters and numbers, like {}"
MISTYPED = "One of these characters cannot be right. Compare them with the certificate"
EXAMPLE = "7K4M-2QXT-9BRD-0WSE-D"


def new_printed_code() -> str:
    """A printed code that was never given out; the database makes sure.

    Crockford's check has five symbols that are awkward to type; a code that would need one is drawn again.
    """
    while True:
        code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        if (check := _check(code)) < len(ALPHABET):
            return code + ALPHABET[check]


def _check(code: str) -> int:
    """Crockford's check: the number the code stands for, modulo 37."""
    value = 0
    for character in code:
        value = (value * 32 + ALPHABET.index(character)) % _PRIME
    return value


def spaced(code: str) -> str:
    """A printed code as people read it.

    >>> spaced("7K4M2QXT9BRD0WSED")
    '7K4M-2QXT-9BRD-0WSE-D'
    """
    return "-".join(code[place : place + 4] for place in range(0, len(code), 4))


def read(typed: str) -> str:
    """A printed code as it is kept, from what somebody typed. RuleBroken says what is wrong with it.

    >>> read(" 7k4m 2qxt-9brd owse d")
    '7K4M2QXT9BRD0WSED'
    """
    code = re.sub(r"[\s–—-]", "", typed).upper().translate(_MISREAD)
    if len(code) != LENGTH + 1 or not set(code) <= set(ALPHABET):
        raise RuleBroken(NOT_A_CODE.format(EXAMPLE))
    if ALPHABET.index(code[-1]) != _check(code[:-1]):
        raise RuleBroken(MISTYPED)
    return code


def is_long(code: str) -> bool:
    """Does this look like the code of a QR code?"""
    return _LONG.fullmatch(code) is not None


def long_code(reference: str) -> str:
    """The code in the QR code of the certificate with this reference."""
    key = current_app.config["SECRET_KEY"].encode()
    return urlsafe_b64encode(hmac.digest(key, f"certificate:{reference}".encode(), "sha256")[:18]).decode()


def hash_of(code: str) -> str:
    """What the database keeps of a long code."""
    return hashlib.sha256(code.encode()).hexdigest()
