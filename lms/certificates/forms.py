"""What is typed about certificates."""

from lms.certificates.models import CertificateRule
from lms.certificates.rules import NO_NAME, NO_REASON, Conditions
from lms.forms import BooleanField, Choice, Form, HiddenField, NumberField, RadiosField, TextAreaField, TextField

ALL, SHARE = "all", "share"


class RuleForm(Form):
    """What a course asks for before it gives a certificate."""

    gives = BooleanField("This course gives certificates")
    dates = RadiosField(
        "What has to be attended",
        [Choice(ALL, "Every date"), Choice(SHARE, "A part of the dates", reveals="least_share")],
        required="Select what has to be attended",
        default=ALL,
    )
    least_share = NumberField("At least", least=1, most=99, render_kw={"suffix": "% of the dates", "width": 3})
    part_counts = BooleanField("A date counts too for who came late or left early")
    after_questions = BooleanField("Answer the questions at the end first")

    def __init__(self, rule: CertificateRule | None) -> None:
        share = rule.least_share if rule else 100
        super().__init__(
            data={
                "gives": bool(rule and rule.since),
                "dates": ALL if share == 100 else SHARE,
                "least_share": None if share == 100 else share,
                "part_counts": bool(rule and rule.part_counts),
                "after_questions": bool(rule and rule.after_questions),
            }
        )

    def validate(self, extra_validators: object = None) -> bool:
        """A share has its number."""
        if not super().validate(extra_validators):
            return False
        if self.dates.data == SHARE and self.least_share.data is None:
            self.refuse("Enter how many per cent of the dates, like 80", "least_share")
            return False
        return True

    @property
    def conditions(self) -> Conditions:
        """What was typed, as values."""
        share = self.least_share.data if self.dates.data == SHARE else None
        return Conditions(share or 100, bool(self.part_counts.data))


class IssueForm(Form):
    """A mass issue, and how many certificates its preview showed."""

    seen = HiddenField()

    @property
    def number(self) -> int:
        """How many somebody has looked at."""
        seen = self.seen.data or ""
        return int(seen) if seen.isdecimal() else -1


class ReasonForm(Form):
    """Why something is done by hand, or taken back."""

    reason = TextAreaField("Reason", required=NO_REASON, longest=300, rows=2)


class WithdrawForm(Form):
    """Why a certificate no longer counts. The person reads it."""

    why = TextAreaField("Reason, as the person reads it", required=NO_REASON, longest=300, rows=2)


class ReissueForm(Form):
    """A corrected certificate, and why. The person reads it."""

    reason = TextAreaField("Reason, as the person reads it", required=NO_REASON, longest=300, rows=2)

    name = TextField("Name on the certificate", required=NO_NAME, longest=201)


class VerifyForm(Form):
    """The number printed on a certificate."""

    code = TextField(
        "Certificate number",
        required="Enter the number printed on the certificate",
        longest=60,
        description="17 letters and numbers, like 7K4M-2QXT-9BRD-0WSE-D. Hyphens and capitals do not matter.",
        render_kw={"spellcheck": "false", "autocomplete": "off", "width": 20},
    )


class NameForm(Form):
    """The name a certificate is said to be of."""

    name = TextField(
        "Full name on the certificate",
        required="Enter the full name",
        longest=201,
        description="We say whether it is the name on this certificate, and nothing else.",
        render_kw={"autocomplete": "off"},
    )
