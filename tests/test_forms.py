"""What a person meets in a form: how fields are drawn, what is said when something is wrong, and that nothing typed is lost."""

import contextlib
import doctest
from collections.abc import Iterator
from datetime import date, time
from types import SimpleNamespace
from xml.etree.ElementTree import Element

import html5lib
import pytest
from flask import Flask, g, render_template_string
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import FileStorage, MultiDict

from lms import form_checks, form_dates
from lms.errors import RuleBroken
from lms.forms import (
    BooleanField,
    CheckboxesField,
    Choice,
    DateField,
    EmailField,
    FileField,
    FilterForm,
    Form,
    HiddenField,
    NumberField,
    PasswordField,
    RadiosField,
    SelectField,
    TextAreaField,
    TextField,
    TimeField,
)
from tests.pages import HTML, faults_of

LEAD = "Are you the designated safeguarding lead?"


class EveryField(Form):
    """One of each."""

    ref = HiddenField()
    name = TextField("Full name", required="Enter your full name", render_kw={"autocomplete": "name"})
    email = EmailField("Work email address", required="Enter your work email address", description="For your letters")
    password = PasswordField(required="Enter your password")
    sector = SelectField(
        "Sector", [Choice("edu", "Schools"), Choice("h", "Health")], required="Select your sector", empty="Choose one"
    )
    role = RadiosField(
        LEAD,
        [
            Choice("y", "Yes", "The person your policy names"),
            Choice("d", "A deputy", reveals="lead"),
            Choice("n", "No"),
        ],
        required="Select whether you are the lead",
    )
    lead = TextField("Who is the lead?")
    needs = CheckboxesField("What would help you?", [Choice("bsl", "An interpreter"), Choice("none", "Nothing")])
    first_day = DateField("First day", called="the first day", required="Enter the first day")
    starts = TimeField("Starts at", required="Enter when it starts")
    places = NumberField("Places", required="Enter how many places there are", least=1, most=500)
    notes = TextAreaField("Notes", longest=200)
    evidence = FileField("Evidence")
    agree = BooleanField("My manager agrees", required="Confirm that your manager agrees")


GOOD = {
    "ref": "NEG-2024-07",
    "name": "Siân Łukasik",
    "email": "Sian@Example.org.uk",
    "password": "secret words",
    "sector": "edu",
    "role": "d",
    "lead": "محمد",
    "needs": "bsl",
    "first_day-day": "5",
    "first_day-month": "11",
    "first_day-year": "2024",
    "starts": "9:30am",
    "places": "1 20",
    "notes": "£5 – it’s fine",
    "agree": "y",
}
PAGE = """{% extends "layout.html" %}{% from "components/form.html" import post_form %}{% block title %}Book a place{% endblock %}
{% block content %}{% call post_form(form, "Book my place") %}
{% for field in form if field.type not in ("CSRFTokenField", "HiddenField") and field.name != "lead" %}{{ field }}{% endfor %}
{% endcall %}{% endblock %}"""


@pytest.fixture
def inside_a_visit(app: Flask) -> Iterator[None]:
    with app.test_request_context("/courses"):
        g.csrf_valid = True  # as flask_wtf.CSRFProtect says of a request that brought its token
        yield


def sent(**changed: str) -> EveryField:
    """The form as somebody sent it, everything in order but what is named here; an empty text takes the field out."""
    data = {**GOOD, **{name.replace("__", "-"): value for name, value in changed.items()}}
    form = EveryField(formdata=MultiDict({name: value for name, value in data.items() if value}))
    form.validate()
    return form


def drawn(form: Form) -> tuple[Element, str]:
    html = render_template_string(PAGE, form=form)
    return html5lib.parse(html), html


def control(tree: Element, name: str) -> Element:
    return next(e for e in tree.iter() if e.get("name") == name)


def test_the_examples_in_the_code_are_true() -> None:
    assert doctest.testmod(form_checks).failed + doctest.testmod(form_dates).failed == 0


@pytest.mark.usefixtures("inside_a_visit")
class TestAFilledForm:
    def test_is_understood(self) -> None:
        form = sent()
        assert form.errors == {}
        assert form.email.data == "sian@example.org.uk"
        assert form.first_day.data == date(2024, 11, 5)
        assert form.starts.data == time(9, 30)
        assert form.places.data == 120
        assert form.needs.data == ["bsl"]
        assert form.agree.data is True

    def test_is_a_valid_page(self) -> None:
        _, html = drawn(sent())
        assert list(faults_of(SimpleNamespace(text=html, headers={}))) == []  # type: ignore[arg-type]

    def test_text_is_kept_clean(self) -> None:
        assert sent(name="  Sia\u0302n\x00  Morgan ").name.data == "Siân  Morgan"
        assert sent(notes="one\r\ntwo").notes.data == "one\ntwo"

    def test_spaces_alone_are_nothing(self) -> None:
        assert sent(name="   ").problems == [("Enter your full name", "name")]


@pytest.mark.usefixtures("inside_a_visit")
class TestAnEmptyForm:
    def test_says_first_what_is_missing_and_leads_there(self) -> None:
        form = EveryField(formdata=MultiDict({"ref": "x"}))
        assert not form.validate()
        tree, html = drawn(form)
        assert list(faults_of(SimpleNamespace(text=html, headers={}))) == []  # type: ignore[arg-type]
        summary = next(e for e in tree.iter() if e.get("class") == "govuk-error-summary")
        links = [("".join(a.itertext()), a.get("href", "")[1:]) for a in summary.iter(f"{HTML}a")]
        assert links == form.problems
        assert [control for _, control in links] == [
            "name",
            "email",
            "password",
            "sector",
            "role",
            "first_day-day",
            "starts",
            "places",
            "agree",
        ]
        focusable = {e.get("id") for e in tree.iter() if e.tag.removeprefix(HTML) in {"input", "select", "textarea"}}
        assert {control for _, control in links} <= focusable

    def test_the_browsers_own_messages_stay_away(self) -> None:
        form = EveryField(formdata=MultiDict({"ref": "x"}))
        form.validate()
        tree, _ = drawn(form)
        assert not [e for e in tree.iter() if {"required", "minlength", "maxlength", "min", "max"} & set(e.attrib)]
        assert next(e for e in tree.iter(f"{HTML}form") if e.get("class") == "gt-form").get("novalidate") is not None

    def test_every_sentence_asks_for_something(self) -> None:
        form = EveryField(formdata=MultiDict({"ref": "x"}))
        form.validate()
        assert all(sentence.startswith(("Enter", "Select", "Confirm")) for sentence, _ in form.problems)
        assert all(s.startswith(("Enter", "Select", "Go back")) for s in form_checks.SENTENCES.values())

    def test_the_title_begins_with_error(self) -> None:
        tree, _ = drawn(sent(name=""))
        title = next(tree.iter(f"{HTML}title"))
        assert (title.text or "").startswith("Error: Book a place – Golden Thread")


@pytest.mark.usefixtures("inside_a_visit")
@pytest.mark.parametrize(
    ("changed", "sentence", "leads_to"),
    [
        ({"email": "fred@"}, "Enter an email address in the correct format, like name@example.org.uk", "email"),
        ({"sector": "police"}, "Select your sector", "sector"),
        ({"role": "x"}, "Select whether you are the lead", "role"),
        ({"needs": "x"}, "Select only answers from the list", "needs"),
        ({"places": "a few"}, "Enter a whole number, like 20", "places"),
        ({"places": "0"}, "Enter a number from 1 to 500", "places"),
        ({"places": "9" * 30}, "Enter a number from 1 to 500", "places"),
        ({"notes": "n" * 201}, "Enter no more than 200 characters", "notes"),
        ({"name": "n" * 201}, "Enter no more than 200 characters", "name"),
        ({"starts": "9"}, "Enter a time, like 9:30am or 1pm", "starts"),
        ({"starts": "25:00"}, "Enter a time, like 9:30am or 1pm", "starts"),
        ({"first_day__day": ""}, "Enter the first day with a day", "first_day-day"),
        ({"first_day__year": ""}, "Enter the first day with a year", "first_day-year"),
        ({"first_day__year": "24"}, "Enter the first day with a year of four numbers, like 2024", "first_day-year"),
        ({"first_day__month": "13"}, "Enter the first day with a month from 1 to 12", "first_day-month"),
        ({"first_day__day": "31"}, "Enter a day that exists for the first day", "first_day-day"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_nothing_typed_is_lost(
    changed: dict[str, str], sentence: str, leads_to: str
) -> None:
    form = sent(**changed)
    assert form.problems == [(sentence, leads_to)]
    tree, html = drawn(form)
    assert list(faults_of(SimpleNamespace(text=html, headers={}))) == []  # type: ignore[arg-type]
    name = leads_to.split("-")[0]
    told = next(e for e in tree.iter() if e.get("id") == f"{name}-error")
    assert sentence in "".join(told.itertext())
    described = [e for e in tree.iter() if f"{name}-error" in (e.get("aria-describedby") or "").split()]
    assert described, "the message is not tied to its control"
    for field, value in {**GOOD, **{k.replace("__", "-"): v for k, v in changed.items()}}.items():
        if field in {"password", "sector", "role", "needs", "ref", "agree"}:
            continue
        found = control(tree, field)
        shown = "".join(found.itertext()).lstrip("\n") if found.tag == f"{HTML}textarea" else found.get("value", "")
        assert shown.strip().lower() == value.lower(), field
    chosen = {(e.get("name"), e.get("value")) for e in tree.iter(f"{HTML}input") if "checked" in e.attrib}
    kept = {(k, v) for k, v in {**GOOD, **changed}.items() if k in {"role", "needs", "agree"} and v != "x"}
    assert kept <= chosen
    assert control(tree, "ref").get("value") == GOOD["ref"]


@pytest.mark.usefixtures("inside_a_visit")
class TestFields:
    def test_a_password_is_never_sent_back(self) -> None:
        tree, html = drawn(sent(name=""))
        assert GOOD["password"] not in html
        assert control(tree, "password").get("autocomplete") == "current-password"

    def test_a_field_may_stay_empty_when_nobody_asks_for_it(self) -> None:
        form = sent(lead="", needs="", notes="")
        assert form.errors == {}
        assert (form.lead.data or "", form.needs.data, form.notes.data or "") == ("", [], "")

    def test_keyboards_of_telephones_suit_what_is_typed(self) -> None:
        tree, _ = drawn(sent())
        assert control(tree, "email").get("type") == "email"
        assert control(tree, "places").get("inputmode") == "numeric"
        assert control(tree, "first_day-month").get("inputmode") == "numeric"
        assert control(tree, "name").get("autocomplete") == "name"

    @pytest.mark.parametrize(
        ("typed", "sentence"), [("-1", "Enter a number of 0 or more"), ("9" * 30, "Enter a smaller number")]
    )
    def test_a_number_the_database_cannot_hold_is_refused_in_words(self, typed: str, sentence: str) -> None:
        class Counting(Form):
            people = NumberField("People", required="Enter how many")

        form = Counting(formdata=MultiDict({"people": typed}))
        assert not form.validate()
        assert form.problems == [(sentence, "people")]

    def test_what_a_rule_says_stands_beside_the_field_it_names_or_at_the_top(self) -> None:
        class Counting(Form):
            people = NumberField("People")

        form = Counting(formdata=MultiDict())
        form.refuse(RuleBroken("Too many for the room", "people"))
        form.refuse(RuleBroken("The room is closed", "room"))
        form.refuse(RuleBroken("Nothing can be booked"))
        assert form.problems == [
            ("The room is closed", None),
            ("Nothing can be booked", None),
            ("Too many for the room", "people"),
        ]

    def test_an_answer_can_show_one_more_question(self) -> None:
        tree, _ = drawn(sent())
        part = next(e for e in tree.iter() if (e.get("class") or "").startswith("govuk-radios__conditional"))
        assert [e.get("name") for e in part.iter(f"{HTML}input")] == ["lead"]

    def test_a_date_is_shown_in_its_boxes(self) -> None:
        form = EveryField(formdata=None, data={"first_day": date(2024, 11, 5), "starts": time(13)})
        tree, _ = drawn(form)
        boxes = [control(tree, f"first_day-{part}").get("value") for part in ("day", "month", "year")]
        assert boxes == ["5", "11", "2024"]
        assert control(tree, "starts").get("value") == "1pm"

    def test_only_the_wrong_box_of_a_date_is_marked(self) -> None:
        tree, _ = drawn(sent(first_day__month="13"))
        marked = [p for p in form_dates.PARTS if "--error" in (control(tree, f"first_day-{p}").get("class") or "")]
        assert marked == ["month"]

    def test_months_may_be_written_as_words(self) -> None:
        assert sent(first_day__month="Nov").first_day.data == date(2024, 11, 5)

    def test_what_was_typed_cannot_become_markup(self) -> None:
        _, html = drawn(sent(name="<script>alert(1)</script>" + "x" * 200, notes='"><img src=x>' + "n" * 200))
        assert "<script>alert" not in html
        assert "<img" not in html

    def test_a_file_is_taken_and_an_empty_one_is_none(self) -> None:
        class Sending(Form):
            evidence = FileField("Evidence", required="Select a file")

        empty = Sending(formdata=MultiDict({"evidence": FileStorage(filename="")}))
        assert not empty.validate()
        assert empty.problems == [("Select a file", "evidence")]
        full = Sending(formdata=MultiDict({"evidence": FileStorage(filename="a.pdf")}))
        assert full.validate()
        assert full.evidence.data.filename == "a.pdf"

    def test_a_filter_is_read_from_the_address_without_a_token(self, app: Flask) -> None:
        class Narrow(FilterForm):
            q = TextField("Word")

        with app.test_request_context("/courses?q=+neglect+"):
            form = Narrow()
            assert form.q.data == "neglect"
            assert "csrf_token" not in form


@pytest.mark.usefixtures("inside_a_visit")
class TestARuleThatSaysNo:
    def test_is_read_at_the_top_of_the_page(self) -> None:
        form = sent()
        form.refuse("This session is full.")
        tree, _ = drawn(form)
        summary = next(e for e in tree.iter() if e.get("class") == "govuk-error-summary")
        assert "This session is full." in "".join(summary.itertext())

    def test_or_beside_the_field_it_is_about(self) -> None:
        form = sent()
        form.refuse("Enter the address of somebody in your agency", "email")
        assert form.problems == [("Enter the address of somebody in your agency", "email")]


@given(st.text(max_size=20))
def test_no_typed_time_is_a_fault(typed: str) -> None:
    with contextlib.suppress(ValueError):
        assert isinstance(form_dates.read_time(typed), time)


@given(st.lists(st.text(max_size=6).map(str.strip), min_size=3, max_size=3))
def test_no_typed_date_is_a_fault(typed: list[str]) -> None:
    try:
        assert isinstance(form_dates.read_date(typed, "the day"), date)
    except ValueError as problem:
        sentence, parts = problem.args
        assert sentence.startswith("Enter ")
        assert set(parts) <= set(form_dates.PARTS)
