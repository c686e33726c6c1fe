"""What is typed of schools: the list narrowed, a file sent, a school added by hand, and which organisation it is."""

from collections.abc import Sequence
from typing import Any

from wtforms.validators import ValidationError

from lms.errors import RuleBroken
from lms.forms import (
    BooleanField,
    Choice,
    DateField,
    FileField,
    FilterForm,
    Form,
    NumberField,
    RadiosField,
    SelectField,
    TextField,
)
from lms.organisations.models import Organisation
from lms.schools.gias import MOST_BYTES
from lms.schools.models import Phase, School, SchoolStatus, SchoolTrust
from lms.schools.queries import Wanted
from lms.schools.rules import OWN_TYPES, areas_of
from lms.widgets import FileBox
from lms.words import tag_of

STATUSES = (
    ("now", "Open now"),
    (SchoolStatus.CLOSING.value, "Open, but to close"),
    (SchoolStatus.PROPOSED.value, "Proposed to open"),
    (SchoolStatus.CLOSED.value, "Closed"),
    ("missing", "No longer in the national file"),
    ("all", "All"),
)


class FindSchools(FilterForm):
    """Which schools to show."""

    q = TextField("Name, place or URN", longest=100)
    phase = SelectField("Phase", [Choice(one.value, one.label) for one in Phase], empty="All phases")
    type = SelectField("Type", empty="All types")
    trust = SelectField("Trust", empty="All trusts")
    status = SelectField("Status", [Choice(value, label) for value, label in STATUSES])

    def __init__(self, types: Sequence[str], trusts: Sequence[SchoolTrust]) -> None:
        super().__init__()
        self.known = {"special", "alternative", *types}, {str(one.id) for one in trusts}
        self.type.choices = [
            Choice("special", "Special schools of all types"),
            Choice("alternative", "Alternative provision of all types"),
            *(Choice(one, one) for one in types),
        ]
        self.trust.choices = [Choice(str(one.id), one.name) for one in trusts]

    @property
    def wanted(self) -> Wanted:
        """What was chosen; what is no choice is left out."""
        phase, status = self.phase.data, self.status.data
        types, trusts = self.known
        statuses = {value for value, _ in STATUSES}
        return Wanted(
            text=(self.q.data or "")[:100],
            phase=Phase(phase) if phase in set(Phase) else None,
            type=self.type.data if self.type.data in types else "",
            trust_id=int(self.trust.data) if self.trust.data in trusts else None,
            status="" if status == "all" else status if status in statuses else "now",
        )


class SendFile(Form):
    """The national file, its links file, and the area."""

    file = FileField(
        "The file of all establishments",
        description=f"As it was downloaded, unpacked: edubasealldata and a date, as CSV; up to {MOST_BYTES // 1_000_000} MB. "
        "An extract of it will do.",
        required="Choose the file of all establishments",
        widget=FileBox(accept=".csv"),
    )
    links = FileField(
        "The links file",
        description="links_edubasealldata and a date. It says which number followed which: without it a school that became an "
        "academy would be taken for a new one.",
        widget=FileBox(accept=".csv"),
    )
    area = TextField(
        "Number of the local authority",
        description="Three figures, such as 384; several with commas between.",
        required="Enter the number of the local authority",
        longest=60,
        render_kw={"inputmode": "text", "autocomplete": "off"},
    )

    def validate_area(self, field: TextField) -> None:
        """Three figures each."""
        try:
            areas_of(field.data or "")
        except RuleBroken as rule:
            raise ValidationError(str(rule)) from None

    def given(self) -> tuple[bytes, bytes | None, str]:
        """The bytes of both files and the name of the first."""
        file, links = self.file.data, self.links.data
        return (
            file.stream.read(MOST_BYTES + 1),
            links.stream.read(MOST_BYTES + 1) if links else None,
            (file.filename or "file.csv").replace("\\", "/").rpartition("/")[2][:200],
        )


class WriteSchool(Form):
    """A school the national file does not have."""

    name = TextField("Name", required="Enter the name", longest=200)
    type_code = RadiosField(
        "What is it?", [Choice(code, name) for code, name in OWN_TYPES.items()], required="Choose what it is"
    )
    status = RadiosField(
        "Where it stands",
        [Choice(one.value, tag_of(one).word) for one in SchoolStatus],
        required="Choose where it stands",
        default=SchoolStatus.OPEN.value,
    )
    phase = SelectField("Phase", [Choice(one.value, one.label) for one in Phase], default=Phase.NONE.value)
    low_age = NumberField("Youngest age", most=99)
    high_age = NumberField("Oldest age", most=99)
    boarding = BooleanField("Children board there")
    nursery = BooleanField("It has nursery classes")
    town = TextField("Town", longest=100)
    postcode = TextField("Postcode", longest=12)
    pupils = NumberField("Pupils", most=100_000)
    opened_on = DateField("Opened on", called="the day it opened")
    closed_on = DateField("Closed or closes on", called="the day it closed")
    closed_reason = TextField("Why it closed", longest=100)
    urn = TextField("URN", longest=12, description="Only where the national register has given it one since.")
    ukprn = TextField("UKPRN", longest=12)

    @classmethod
    def of(cls, school: School) -> "WriteSchool":
        """With what is known of a school."""
        known = {name: getattr(school, name) for name in cls.names()}
        return cls(data={name: value.value if hasattr(value, "value") else value for name, value in known.items()})

    @staticmethod
    def names() -> tuple[str, ...]:
        """The fields, by the names School has."""
        return (
            "name", "type_code", "status", "phase", "low_age", "high_age", "boarding", "nursery", "town", "postcode", "pupils",
            "opened_on", "closed_on", "closed_reason", "urn", "ukprn",
        )  # fmt: skip

    def given(self) -> dict[str, Any]:
        """What was typed, as a school keeps it."""
        found = {name: self[name].data for name in self.names()}
        for name in ("town", "postcode", "closed_reason", "urn", "ukprn"):
            found[name] = found[name] or ""
        return {**found, "status": SchoolStatus(found["status"]), "phase": Phase(found["phase"] or Phase.NONE)}


class ChooseOrganisation(Form):
    """Which organisation here a school is."""

    organisation = SelectField("Organisation", required="Choose the organisation", empty="Choose")

    def __init__(self, organisations: Sequence[Organisation], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.organisation.choices = [Choice(str(one.id), one.name) for one in organisations]
