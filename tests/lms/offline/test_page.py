"""The page a phone keeps: the same for everybody, with nobody's name in it, and kept anew whenever it changes."""

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from lms.db import db
from lms.roles import Role
from tests.databases import ROOT
from tests.factories import person
from tests.lms.attendance.pressing import Room, SignIn

FONT = re.compile(r"url\(\"(fonts/[^\"]+)\"\)")


def _worker(client: FlaskClient) -> tuple[str, list[str]]:
    """The version and the files of the worker as it is now."""
    answer = client.get("/sw.js")
    assert answer.mimetype == "text/javascript"
    version, files = answer.text.splitlines()[:2]
    return json.loads(version.removeprefix("const VERSION = ").rstrip(";")), json.loads(
        files.removeprefix("const FILES = ").rstrip(";")
    )


def test_the_page_is_the_same_for_everybody(room: Room, client: FlaskClient, sign_in: SignIn) -> None:
    tom = sign_in(room.trainer)
    pages = {
        one.get(address).text for one in (client, tom) for address in ("/offline", "/offline?register=NEG-2024-11/1")
    }
    assert len(pages) == 1
    (page,) = pages
    assert "Ashworth" not in page
    assert "csrf" not in page


def test_all_the_page_needs_is_kept_and_is_there(app: Flask, client: FlaskClient, room: Room) -> None:
    version, files = _worker(client)
    assert len(version) == 12
    needed = set(re.findall(r"(?:src|href)=\"(/static/[^\"]+)\"", client.get("/offline").text))
    look = (ROOT / "static" / "look.css").read_text()
    needed |= {f"/static/{address}" for address in FONT.findall(look)}
    for script in (ROOT / "static" / "offline").glob("*.js"):
        imported = re.findall(r"from \"\./([^\"]+)\"", script.read_text())
        needed |= {f"/static/offline/{address}" for address in imported}
    assert needed <= set(files)
    assert files[0] == "/offline"
    assert {file: client.get(file, buffered=True).status_code for file in files} == dict.fromkeys(files, 200)


def test_the_worker_changes_when_the_page_does(app: Flask, client: FlaskClient, room: Room) -> None:
    before = _worker(client)
    assert _worker(client) == before
    from lms.organisations.queries import partnership

    here = partnership()
    assert here
    here.name = "Northshire Safeguarding Children Partnership"
    db.session.commit()
    assert _worker(client)[0] != before[0]


def test_browsers_ask_for_the_worker_each_time(client: FlaskClient) -> None:
    assert client.get("/sw.js").headers["Cache-Control"] == "no-cache"


def test_a_phone_learns_how_to_show_it(client: FlaskClient, room: Room) -> None:
    answer = client.get("/register.webmanifest")
    assert answer.mimetype == "application/manifest+json"
    about = json.loads(answer.text)
    assert (about["start_url"], about["scope"], about["name"]) == ("/offline", "/offline", "Registers, WSCP")
    for icon in about["icons"]:
        assert client.get(icon["src"], buffered=True).mimetype == "image/png"


def test_the_register_and_teaching_lead_to_it_for_the_days_to_come(
    room: Room, sign_in: SignIn, clock: Callable[[datetime], None]
) -> None:
    tom, words = sign_in(room.trainer), "Use without network"
    clock(room.session.starts_at - timedelta(hours=73))
    assert words not in tom.get("/teaching").text
    clock(room.session.starts_at - timedelta(hours=71))
    assert words in tom.get("/teaching").text
    assert words in tom.get(room.path).text
    answer = tom.get(f"{room.path}/offline")
    assert (answer.status_code, answer.location) == (303, f"/offline?register={room.session.reference}/1")
    clock(room.session.ends_at + timedelta(days=8))
    assert words not in tom.get("/teaching").text
    assert words not in tom.get(room.path).text


def test_signing_out_tells_the_browser_to_delete_what_our_pages_kept(sign_in: SignIn) -> None:
    for address in ("/sign-out", "/account/sign-out-everywhere"):
        client = sign_in(person("Tom", "Ashworth", Role.TRAINER))
        page = client.get("/account").text
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert token
        answer = client.post(address, data={"csrf_token": token[1]})
        assert (answer.status_code, answer.headers["Clear-Site-Data"]) == (303, '"storage"')


def test_the_scripts_name_each_other_by_content() -> None:
    """Otherwise a phone could keep a page of today with a script of yesterday."""
    import hashlib

    named = []
    for script in [ROOT / "static" / "app.js", *(ROOT / "static" / "offline").glob("*.js")]:
        for name, version in re.findall(r"\"(\./offline/[\w.]+|\./[\w.]+\.js)\?v=([0-9a-f]{12})\"", script.read_text()):
            named.append(name)
            content: Path = script.parent / name
            assert hashlib.sha256(content.read_bytes()).hexdigest()[:12] == version, f"{name} has another version now"
    assert len(named) >= 4
