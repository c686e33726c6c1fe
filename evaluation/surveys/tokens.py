"""Everything derived from the secret: links, pairing codes, keys of waiting answers, and the sealing of drafts and answers.

None of it is in the database. Whoever has the database alone cannot make a link, open a draft, or tell whose answers are
whose. Whoever has the secret and the list of people could work the pairing codes out again: that is what the pages say.
A changed LMS_SECRET_KEY ends the links that are out and begins new pairing codes.
"""

import base64
import hashlib
import hmac
import json
import secrets
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app

#: Sealed texts are filled up to multiples of this, so that their length does not tell how much somebody wrote.
BLOCK = 4096


@lru_cache(maxsize=32)
def _derived(secret: str, purpose: str) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=f"golden-thread survey {purpose}".encode()).derive(secret.encode())


def _mac(purpose: str, *parts: object) -> bytes:
    """256 bits that nobody without the secret can make, for one purpose."""
    message = "\x1f".join(str(part) for part in parts)
    return hmac.digest(_derived(current_app.config["SECRET_KEY"], purpose), message.encode(), "sha256")


def token_of(invitation_id: str) -> str:
    """The personal part of an invitation's link: 256 bits, fit for an address."""
    return base64.urlsafe_b64encode(_mac("link", invitation_id)).rstrip(b"=").decode()


def hash_of(token: str) -> str:
    """What is kept of a token: its SHA-256."""
    return hashlib.sha256(token.encode()).hexdigest()


def link_to(invitation_id: str) -> str:
    """The personal link of an invitation, made when its letter is sent."""
    return f"{current_app.config['PUBLIC_URL']}/s/{token_of(invitation_id)}"


def pairing_code(session_id: int, person_id: int) -> str:
    """What joins one person's waves of one session; the same in each wave, and the learner's own for their manager."""
    return _mac("pairing", session_id, person_id).hex()


def occasion_code(occasion_id: int, asked_as: str) -> str:
    """What stands beside one person's answers to an occasion, made apart from the codes of sessions: no number of an occasion
    can meet the number of a session."""
    return _mac("pairing of an occasion", occasion_id, asked_as).hex()


def paper_secret(session_id: int, wave: str, person_id: int) -> bytes:
    """What the code on somebody's paper of a wave is made of; a code of one wave is none of another."""
    return _mac("paper", session_id, wave, person_id)


def held_key(token: str) -> str:
    """Under what a submission waits: only somebody with the link (or the secret) can say which one it is."""
    return _mac("held", token).hex()


def order_of(token: str) -> bytes:
    """What one person's order of answers is mixed by."""
    return _mac("order", token)


def seal_draft(token: str, draft: dict[str, Any]) -> str:
    """A draft as it is kept: encrypted under the link itself."""
    return _seal(_mac("draft", token), "draft", draft)


def open_draft(token: str, sealed: str) -> dict[str, Any]:
    """A draft as it was typed; an empty one if there is none, or if it was sealed under another link."""
    return (_open(_mac("draft", token), "draft", sealed) if sealed else None) or {}


def seal_answers(key: str, payload: dict[str, Any]) -> dict[str, str]:
    """A submission as it waits."""
    return {"sealed": _seal(_mac("answers"), key, payload)}


def open_answers(key: str, sealed: dict[str, Any]) -> dict[str, Any] | None:
    """A waiting submission; None if it was sealed with another secret, or under another key."""
    return _open(_mac("answers"), key, str(sealed.get("sealed", "")))


# AES-GCM and not Fernet: a Fernet token tells when it was made.
def _seal(key: bytes, bound_to: str, value: dict[str, Any]) -> str:
    plain = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    plain += b" " * (-len(plain) % BLOCK)
    nonce = secrets.token_bytes(12)
    return base64.b64encode(nonce + AESGCM(key).encrypt(nonce, plain, bound_to.encode())).decode()


def _open(key: bytes, bound_to: str, sealed: str) -> dict[str, Any] | None:
    try:
        raw = base64.b64decode(sealed, validate=True)
        value: dict[str, Any] = json.loads(AESGCM(key).decrypt(raw[:12], raw[12:], bound_to.encode()))
    except (InvalidTag, ValueError):
        return None
    return value
