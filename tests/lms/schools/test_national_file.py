"""The national file: who is taken, what is kept, and how one school stays one school."""

import csv
import io
import json
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from lms.db import db
from lms.errors import RuleBroken
from lms.organisations.models import Organisation, OrganisationKind, Sector
from lms.schools import gias, queries
from lms.schools.checks import problems
from lms.schools.models import Following, Phase, School, SchoolChange, SchoolLink, SchoolStatus, SchoolTrust
from lms.schools.succession import How, Link, steps
from tests.factories import NOW, partnership, person
from tests.lms.schools.files import HEADINGS, LINKS, WAKEFIELD, counts, file_of, links_of, school, shared, take


@pytest.fixture(autouse=True)
def _here(request: pytest.FixtureRequest) -> None:
    if "app" in request.fixturenames:
        partnership()
        db.session.add(Sector(key="education", name="Education", position=900))
        db.session.flush()


def at(urn: str) -> School:
    found = queries.school_by_address(urn)
    assert found, urn
    return found


def changes(of: School) -> dict[str, tuple[str, str]]:
    return {one.field: (one.old, one.new) for one in queries.changes_of(of)}


def test_the_schools_of_the_area_are_those_expected() -> None:
    expected = json.loads(shared(f"{WAKEFIELD}.expected.json"))
    found = gias.read(shared(f"{WAKEFIELD}.csv"), [expected["import_only_la"]])
    status = {one.urn: one.facts["status"] for one in found.entries}
    assert found.rows == expected["rows"]
    assert {urn for urn, state in status.items() if state == "open"} == set(expected["urns_open"])
    assert [status[urn] for urn in sorted(expected["edge_urns"])] == ["closed", "closing", "proposed"]
    edge = next(one for one in found.entries if one.urn == "900002")
    assert "Café & Sons’ School – Annexe" in edge.facts["name"]
    assert sum("900002" in one or "900003" in one for one in found.warnings) == 2, "taken with a warning, not dropped"


def test_an_older_generation_of_headings_and_a_row_with_too_many_fields_are_read() -> None:
    found = gias.read(shared("dfe_example_schools_data.csv"), ["865"])
    (one,) = found.entries
    assert (one.urn, one.facts["name"]) == ("126416", "St Thomas à Becket Church of England Aided Primary School")
    assert (one.facts["type_code"], one.facts["group_name"]) == ("2", "Local authority maintained schools"), (
        "as newer files"
    )
    assert not any("Meredith" in str(value) for value in one.facts.values()), "the head is not read"
    with pytest.raises(
        RuleBroken, match=r"lacks the columns “LA .code.”, “EstablishmentName” and “EstablishmentStatus"
    ):
        gias.read(shared("dfe_iso_encoded_file.csv"), ["865"])


def next_year(data: bytes, changed: dict[str, str]) -> bytes:
    """The same file a year later: each of these schools closed under its number and opened as an academy under a new one."""
    rows = list(csv.DictReader(io.StringIO(data.decode("cp1252"), newline="")))
    academies = []
    for row in rows:
        if row["URN"] in changed:
            academies.append(
                {
                    **row,
                    "URN": changed[row["URN"]],
                    "TypeOfEstablishment (code)": "34",
                    "TypeOfEstablishment (name)": "Academy converter",
                    "OpenDate": "01-09-2025",
                    "Trusts (code)": "5001",
                    "Trusts (name)": "Made-up Trust",
                }
            )
            row |= {
                "EstablishmentStatus (code)": "2",
                "EstablishmentStatus (name)": "Closed",
                "CloseDate": "31-08-2025",
            }
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, rows[0].keys(), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows + academies)
    return out.getvalue().encode("cp1252")


@pytest.mark.usefixtures("app")
def test_next_years_file_keeps_every_row_and_follows_every_link() -> None:
    data, links = shared(f"{WAKEFIELD}.csv"), shared(LINKS)
    assert counts(take(data, links, name="edubasealldata20250422.csv")) == (30, 0, 0)
    assert counts(take(data, links, name="edubasealldata20250422.csv")) == (0, 0, 30), "read twice, nothing is lost"
    before = {one.urn: one.id for one in db.session.scalars(select(School))}
    open_now = [urn for urn in before if urn and at(urn).status is SchoolStatus.OPEN]
    renumbered = {urn: str(990000 + place) for place, urn in enumerate(sorted(open_now)[:9])}
    more = "\r\n" + "\r\n".join(f'{old},{new},"New","Successor","31-08-2025"' for old, new in renumbered.items())
    report = take(next_year(data, renumbered), links.rstrip() + more.encode(), name="edubasealldata20260422.csv")
    assert counts(report) == (0, 9, 30)
    assert {(old, new) for old, new, _ in report.followed} == set(renumbered.items())
    assert {one.id for one in db.session.scalars(select(School))} == set(before.values()), "every row is the row it was"
    for old, new in renumbered.items():
        one = at(old)
        assert (one.id, one.urn, one.trust and one.trust.name) == (before[old], new, "Made-up Trust")
        assert changes(one)["urn"] == (old, new)
        assert (one.numbers[-2].until, one.numbers[-1].since) == (date(2025, 8, 31), date(2025, 9, 1))
    assert at("108156") is at("143003"), "a number from before our time leads to the school"
    assert counts(
        take(next_year(data, renumbered), links.rstrip() + more.encode(), name="edubasealldata20260422.csv")
    ) == (0, 0, 39)
    assert problems() == []
    with pytest.raises(RuleBroken, match="22 April 2025, and the register is that of 22 April 2026"):
        take(data, links, name="edubasealldata20250422.csv")


@pytest.mark.usefixtures("app")
def test_a_merge_ends_two_and_a_split_is_not_guessed() -> None:
    take(file_of(*(school(str(100000 + n), f"School {n}") for n in range(1, 5))))
    closed = {"status": "2", "closed": "31-08-2025"}
    later = [
        school("100001", "School 1", **closed),
        school("100002", "School 2", **closed),
        school("100003", "School 3", **closed),
        school("100004", "School 4"),
        school("100010", "One and two"),
        school("100011", "Three, infants"),
        school("100012", "Three, juniors"),
    ]
    links = links_of(
        ("100001", "100010", "Successor - amalgamated"),
        ("100010", "100002", "Predecessor - amalgamated"),
        ("100003", "100011", "Successor"),
        ("100012", "100003", "Predecessor"),
        ("100004", "100011", "Successor"),
    )
    report = take(file_of(*later), links)
    assert counts(report) == (3, 3, 1)
    assert report.followed == []
    into = {(one.forward, one.how, one.urn) for one in queries.connections(at("100010"))}
    assert into == {(False, Following.MERGED, "100001"), (False, Following.MERGED, "100002")}
    assert [one.urn for one in queries.connections(at("100002"))] == ["100010"], "and the other way"
    assert {(one.how, one.urn) for one in queries.connections(at("100003"))} == {
        (Following.SPLIT, "100011"),
        (Following.SPLIT, "100012"),
    }
    assert queries.connections(at("100004")) == [], "what is still open goes on in nothing"
    assert [one.status for one in (at("100001"), at("100003"))] == [SchoolStatus.CLOSED] * 2
    take(file_of(*later), links)
    assert db.session.scalar(select(func.count()).select_from(SchoolLink)) == 4, "read twice, each link is there once"


@pytest.mark.parametrize(
    ("links", "closed", "expected"),
    [
        ([("1", "2", "Successor"), ("2", "1", "Predecessor")], "1", {("1", "2", How.SAME)}),
        ([("1", "2", "Successor")], "", set()),
        ([("1", "3", "Successor"), ("2", "3", "Successor")], "12", {("1", "3", How.MERGED), ("2", "3", How.MERGED)}),
        (
            [("3", "1", "Predecessor"), ("3", "2", "Predecessor - merged")],
            "12",
            {("1", "3", How.SAME), ("2", "3", How.MERGED)},
        ),
        ([("1", "2", "Successor - Split School")], "1", {("1", "2", How.SPLIT)}),
        ([("1", "2", "Successor"), ("1", "9", "Successor")], "1", {("1", "2", How.SPLIT)}),
        ([("1", "2", "Successor"), ("2", "1", "Successor")], "12", set()),
        ([("1", "2", "Successor"), ("2", "3", "Successor"), ("3", "1", "Successor")], "123", set()),
        ([("1", "2", "Result of Amalgamation")], "1", {("1", "2", How.MERGED)}),
        ([("1", "1", "Successor"), ("1", "2", "Other"), ("1", "2", "Sixth Form Centre School")], "1", set()),
    ],
)
def test_what_links_say_follows_the_stated_rules(
    links: list[tuple[str, str, str]], closed: str, expected: set[tuple[str, str, How]]
) -> None:
    found = steps(
        [Link(urn, to, "", kind) for urn, to, kind in links],
        closed=lambda urn: urn in closed,
        begun=lambda urn: urn != "9",
    )
    assert {(one.before, one.after, one.how) for one in found} == expected


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("worked_at", ["", "100001", "100009", "both"])
def test_two_rows_that_turn_out_to_be_one_school_become_one_unless_both_are_in_use(worked_at: str) -> None:
    """Without the links file the academy was a second school; a year later the links say that it is the first."""
    old, new = school("100001", "Mill School", status="2", closed="31-08-2025"), school("100009", "Mill Academy")
    take(file_of(school("100001", "Mill School"), school("100009", "Mill Academy", status="4")))
    take(file_of(school("100001", "Mill School", pupils="190"), new))
    for urn in ("100001", "100009"):
        if worked_at in (urn, "both"):
            person(organisation=at(urn).organisation)
    take(file_of(old, new), links_of(("100001", "100009", "Successor")))
    if worked_at == "both":
        assert at("100001") is not at("100009")
        assert [one.how for one in queries.connections(at("100001"))] == [Following.APART]
    else:
        assert at("100001") is at("100009")
        assert (at("100001").urn, at("100001").name, len(at("100001").numbers)) == ("100009", "Mill Academy", 2)
        assert (
            db.session.scalar(select(func.count()).select_from(Organisation).where(Organisation.kind == "school")) == 1
        )
        assert at("100009").status is SchoolStatus.OPEN
    assert problems() == []


@pytest.mark.usefixtures("app")
def test_what_changed_keeps_its_old_value_and_what_vanished_stays() -> None:
    rows = [school("100001", "Mill School", trust="Old Trust", trust_code="5"), school("100002", "Bank School")]
    take(file_of(*rows), name="first.csv")
    work = at("100001").organisation
    report = take(
        file_of(school("100001", "Mill Academy", trust="New Trust", trust_code="6", pupils="210")), name="second.csv"
    )
    assert counts(report) == (0, 1, 0)
    assert changes(at("100001")) == {
        "name": ("Mill School", "Mill Academy"),
        "trust": ("Old Trust", "New Trust"),
        "pupils": ("200", "210"),
    }
    assert work
    assert work.name == "Mill Academy", "its organisation goes by its new name"
    assert report.missing == [["100002", "Bank School"]]
    assert at("100002").missing_since == NOW
    again = take(file_of(school("100001", "Mill Academy", trust="New Trust", trust_code="6", pupils="210")))
    assert (counts(again), again.missing) == ((0, 0, 1), [["100002", "Bank School"]]), "named again, noted once"
    assert [one.field for one in queries.changes_of(at("100002"))] == ["in_file"]
    assert db.session.scalar(select(func.count()).select_from(SchoolTrust)) == 2
    report = take(file_of(*rows), name="third.csv")
    assert (report.missing, at("100002").missing_since, at("100002").status) == ([], None, SchoolStatus.OPEN)
    moved = take(file_of(school("100001", "Mill School", la="380"), rows[1]), name="fourth.csv")
    assert counts(moved) == (0, 1, 1)
    assert at("100001").la_code == "380", "it is still ours, and nothing is lost"
    assert problems() == []


@pytest.mark.usefixtures("app")
def test_schools_find_the_organisation_of_their_name_and_two_of_one_name_stay_apart() -> None:
    education = db.session.scalars(select(Sector).where(Sector.key == "education")).one()
    known = Organisation(name="mill school", kind=OrganisationKind.SCHOOL, sector=education)
    db.session.add_all([known, Organisation(name="Bank School", sector=education)])
    db.session.flush()
    closed = school("100005", "Gone School", status="2", closed="31-08-1990")
    take(
        file_of(
            school("100001", "Mill School"),
            school("100002", "Mill School", town="Ossett"),
            school("100003", "Bank School"),
            closed,
        )
    )
    names = [one.organisation and one.organisation.name for one in map(at, ("100001", "100002", "100003", "100005"))]
    assert names == ["mill school", "Mill School, Ossett", "Bank School, Wakefield", None]
    one = at("100001")
    assert (one.phase, one.boarding, one.nursery, one.early_years, one.low_age) == (Phase.PRIMARY, False, True, True, 3)


@pytest.mark.usefixtures("app")
def test_the_row_of_a_number_a_school_had_before_does_not_turn_it_back() -> None:
    old, new = school("100001", "Mill School", status="2", closed="31-08-2025"), school("100009", "Mill Academy")
    take(file_of(school("100001", "Mill School")))
    take(file_of(old, new), links_of(("100001", "100009", "Successor")))
    assert counts(take(file_of(old, new))) == (0, 0, 2), "also without the links"
    report = take(file_of(school("100001", "Mill School")))
    assert (at("100001").urn, at("100001").name, counts(report)) == ("100009", "Mill Academy", (0, 0, 1))
    assert any("has the number 100009 by now" in one for one in report.warnings)
    assert problems() == []


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "lacks the columns “URN”"),
        (b"PK\x03\x04zip", "Unpack it"),
        (b"URN\x00", "not a CSV file"),
        (b'"URN","URN","LA (code)","EstablishmentName","EstablishmentStatus (code)"\n', "“URN” is there 2 times"),
        (b'"URN","LA (code)","EstablishmentName"\n', "lacks the column “EstablishmentStatus"),
        (
            b'"URN","LA (code)","EstablishmentName","EstablishmentStatus (code)"\n"' + b"x" * 200_000,
            "cannot be read as CSV",
        ),
        (
            b'"URN","LA (code)","EstablishmentName","EstablishmentStatus (code)"\n1,2,"' + b"x" * 20_000 + b'",3',
            "too long",
        ),
    ],
)
def test_a_file_that_is_none_is_refused_in_a_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(RuleBroken, match=sentence):
        gias.read(data, ["384"])


@pytest.mark.usefixtures("app")
def test_a_row_that_cannot_be_known_as_a_school_is_refused_and_what_cannot_be_read_is_left_as_it_was() -> None:
    rows = [
        school("100001", "Mill School"),
        school("abc", "No number"),
        school("100001", "Twice"),
        school("100004", "x" * 201),
    ]
    rows += [school("100005", "No status", status="9"), school("nonsense", "Elsewhere", la="999")]
    report = take(file_of(*rows))
    assert [(one.row, one.field) for one in report.refused] == [
        (3, "URN"),
        (4, "URN"),
        (5, "EstablishmentName"),
        (6, "EstablishmentStatus (code)"),
    ]
    odd = school("100001", "=HYPERLINK(1)", opened="31-02-2020", pupils="many", Postcode="")
    found = take(file_of(odd, headings=[one for one in HEADINGS if one != "Town"]))
    one = at("100001")
    assert (one.name, one.opened_on, one.pupils, one.town) == ("=HYPERLINK(1)", None, 200, "Wakefield")
    said = " ".join(found.warnings)
    assert all(word in said for word in ("“Town”", "“31-02-2020” cannot be read as OpenDate", "“many”", "no postcode"))


def test_the_command_asks_for_the_area_once_and_says_what_it_would_do(
    lms: Callable[..., subprocess.CompletedProcess[str]], fresh_database: Callable[[], str], tmp_path: Path, app: Flask
) -> None:
    url, file, links = fresh_database(), tmp_path / "edubasealldata20250422.csv", tmp_path / "links.csv"
    file.write_bytes(file_of(school("100001", "Mill Academy"), school("100002", "Elsewhere", la="380")))
    links.write_bytes(links_of(("100000", "100001", "Successor")))
    asked = lms("import", "schools", str(file), database=url)
    assert asked.returncode == 1
    assert "Say which area is yours" in asked.stderr
    assert "384 Wakefield (1)" in asked.stderr
    done = lms(
        "import", "schools", str(file), "--area", "384", "--links", str(links), "--check", "--json", database=url
    )
    assert done.returncode == 0, done.stderr
    assert {**json.loads(done.stdout), "notes": []} == {
        "rows": 1,
        "added": 1,
        "changed": 0,
        "unchanged": 0,
        "refused": [],
        "notes": [],
    }
    assert "Nothing was changed" in done.stderr


@pytest.mark.usefixtures("app")
def test_verify_says_where_the_register_contradicts_itself() -> None:
    take(file_of(school("100001", "Mill School")))
    take(file_of(school("100001", "Mill School", pupils="210")))
    assert problems() == []
    one = at("100001")
    one.pupils, one.urn = 5, "100009"
    assert one.organisation
    one.organisation.kind = OrganisationKind.AGENCY
    db.session.flush()
    assert len(problems()) == 3
    assert db.session.scalar(select(func.count()).select_from(SchoolChange)) == 1
