"""Every setting: what it means, its default, and the environment variable that sets it."""

import os
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).parent


def _flag(name: str) -> bool:
    return os.environ.get(name, "").lower() in {"1", "true", "yes", "on"}


class Config:
    """Read once by `lms.app.create_app`. Names beginning with LMS_ are environment variables of the same name."""

    #: Signs and encrypts; survey links and pairing codes are derived from it. At least 32 characters. LMS_SECRET_KEY.
    SECRET_KEY = os.environ.get("LMS_SECRET_KEY", "")

    #: Where everything is kept. SQLite by default, PostgreSQL as postgresql+psycopg://… LMS_DATABASE_URL.
    SQLALCHEMY_DATABASE_URI = os.environ.get("LMS_DATABASE_URL", f"sqlite:///{ROOT / 'instance' / 'lms.db'}")
    SQLALCHEMY_ENGINE_OPTIONS = {"pool_pre_ping": True}

    #: "full" keeps every acknowledged change through a power cut; tests use "normal". LMS_SQLITE_SYNCHRONOUS.
    SQLITE_SYNCHRONOUS = os.environ.get("LMS_SQLITE_SYNCHRONOUS", "full")

    #: A demonstration: made-up people, a stored clock, an outbox page, plain http on this machine. LMS_DEMO.
    DEMO = _flag("LMS_DEMO")

    #: The address people know us by; every link in a letter starts with it. LMS_PUBLIC_URL.
    PUBLIC_URL = os.environ.get("LMS_PUBLIC_URL", "http://127.0.0.1:5000").rstrip("/")

    #: The address e-learning packages and videos are served from: another host than the one above, so that a package can never
    #: act as the person who opens it. Empty: they cannot be played. LMS_CONTENT_URL.
    CONTENT_URL = os.environ.get("LMS_CONTENT_URL", "").rstrip("/")

    #: smtp://user:password@host:587?starttls=1; empty in the demonstration, where letters stay in the outbox. LMS_SMTP_URL.
    SMTP_URL = os.environ.get("LMS_SMTP_URL", "")

    #: The mailbox letters come from, read by a person; empty means the team's address of the partnership. LMS_MAIL_FROM.
    MAIL_FROM = os.environ.get("LMS_MAIL_FROM", "")

    #: Folder of uploaded and produced files. LMS_FILES.
    FILES = os.environ.get("LMS_FILES", str(ROOT / "instance" / "files"))

    #: The queue that rings the worker's bell; the work itself is rows in the database. LMS_QUEUE.
    QUEUE = os.environ.get("LMS_QUEUE", str(ROOT / "instance" / "queue.db"))

    #: Numbers of fewer people are hidden, with all that would give them away; never under 3. LMS_SMALL_NUMBER.
    SMALL_NUMBER = max(3, int(os.environ.get("LMS_SMALL_NUMBER", "5")))

    #: How many proxies in front of us may be believed about a client's address. LMS_TRUSTED_PROXY_HOPS.
    TRUSTED_PROXY_HOPS = int(os.environ.get("LMS_TRUSTED_PROXY_HOPS", "0"))

    #: Sign-ins end after this long without a page, and after this long in any case (security.md 2.1).
    SESSION_IDLE = timedelta(minutes=30)
    SESSION_ABSOLUTE = timedelta(hours=12)

    #: Argon2id cost (memory in KiB, rounds, lanes); OWASP's least is 19 MiB, 2, 1.
    ARGON2 = (19456, 2, 1)

    #: Largest request, largest text field, most fields: refused above, said in one sentence.
    MAX_CONTENT_LENGTH = 2_000_000
    MAX_FORM_MEMORY_SIZE = 400_000
    MAX_FORM_PARTS = 1000

    #: Forms stay valid as long as the sign-in does: a two-hour form must not be lost (CSRF is bound to the session).
    WTF_CSRF_TIME_LIMIT = None
