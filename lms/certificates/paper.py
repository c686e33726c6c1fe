"""A certificate on paper: its values in words, its QR code, its PDF. The same row gives the same page whenever it is drawn."""

import io
from datetime import date
from typing import Any

import segno
from flask import current_app

from lms import dates, pdf
from lms.certificates import codes, rules
from lms.certificates.models import Certificate
from lms.words import hours_words


def verify_address(code: str = "") -> str:
    """Where anybody checks a certificate; with its code the address in the QR code."""
    path = current_app.url_map.bind("").build(
        "certificates.verify_code" if code else "certificates.verify", {"code": code} if code else {}
    )
    return f"{current_app.config['PUBLIC_URL']}{path}"


def hours_in_words(hours: float | None) -> str:
    """Hours as people say them; empty where nobody has said how many."""
    return hours_words(round(hours * 60)) if hours else ""


def in_words(one: Certificate) -> dict[str, str]:
    """What a certificate says, as pages, letters and the PDF write it."""
    return {
        "code": codes.spaced(one.printed_code),
        "days": rules.days_words([date.fromisoformat(day) for day in one.days]),
        "hours": rules.hours_line(hours_in_words(one.hours), hours_in_words(one.participatory_hours)),
        "issued": dates.day(one.issued_at),
        "valid_until": dates.day(one.valid_until),
        "next": f"Come back to it by {dates.day(one.valid_until)}: what is known changes, and so does practice. "
        "Until then, use it with the next family you meet."
        if one.valid_until
        else "Use it with the next family you meet. It stays in your learning record when you change jobs.",
    }


def qr_of(address: str) -> str:
    """The QR code of an address as a drawing. Level M: it is still read with a seventh of it dirty."""
    out = io.BytesIO()
    segno.make_qr(address, error="m").save(out, kind="svg", scale=4, border=1, xmldecl=False, dark="#17212b")
    return out.getvalue().decode()


def document_of(one: Certificate, *, theme: str = "") -> bytes:
    """The PDF of a certificate, in the colours of the partnership with this key. Slow: a worker draws it, never a request."""
    context: dict[str, Any] = {
        "one": one,
        "said": in_words(one),
        "address": verify_address().partition("://")[2],
        "qr": qr_of(verify_address(codes.long_code(one.reference))),
    }
    return pdf.render(
        "pdf/certificate.html",
        title=f"Certificate: {one.title}",
        author=one.awarded_by,
        theme=theme,
        subject=f"Certificate of attendance {codes.spaced(one.printed_code)}",
        **context,
    )


def file_name(one: Certificate) -> str:
    """What the file is called when it is saved."""
    return f"Certificate {one.name} {one.course_code} {one.last_day.isoformat()}.pdf"
