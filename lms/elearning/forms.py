"""Forms of officers: what a course holds, what it counts, and the years that are looked at."""

from collections.abc import Sequence

from lms.elearning import rules
from lms.elearning.models import Content, Counts, Kind
from lms.forms import (
    Choice,
    FileField,
    FilterForm,
    Form,
    NumberField,
    RadiosField,
    SelectField,
    TextAreaField,
    TextField,
)

AT_THE_END = "end"


class _Placed(Form):
    """Where something new stands in a course."""

    place = SelectField("Where it stands", [], required="Choose where it stands")

    def __init__(self, current: Sequence[Content], kind: Kind, chosen: Content | None = None) -> None:
        super().__init__(data={"place": chosen.reference if chosen else AT_THE_END})
        same = [one for one in current if one.kind is kind or (one.kind.is_package and kind.is_package)]
        self.place.choices = [
            Choice(AT_THE_END, "At the end, as a part of its own"),
            *(Choice(one.reference, f"In place of “{one.title}”, as its version {one.version + 1}") for one in same),
        ]


class PackageForm(_Placed):
    """A SCORM package."""

    file = FileField(
        "SCORM package",
        required="Choose the package",
        description="A ZIP file, SCORM 1.2 or SCORM 2004, up to 300 MB. We look at it before anything is kept.",
    )


class VideoForm(_Placed):
    """A video, and what is said in it."""

    title = TextField("Title", required="Enter a title")
    file = FileField(
        "Video", required="Choose the video", description="MP4 or WebM, up to 300 MB, with captions in the picture."
    )
    transcript = TextAreaField(
        "What is said and shown in it",
        required="Enter what is said and shown, for those who do not hear or see it",
        longest=20_000,
        rows=8,
        description="It stands under the video, for everybody.",
    )


class DocumentForm(_Placed):
    """A document to read."""

    title = TextField("Title", required="Enter a title")
    file = FileField("Document", required="Choose the document", description="A PDF without a password, up to 20 MB.")


class CheckForm(_Placed):
    """A knowledge check."""

    title = TextField("Title", required="Enter a title")
    questions = TextAreaField(
        "Questions and answers",
        required="Enter at least one question with its answers",
        longest=30_000,
        rows=14,
        description="Each question on a line, each answer on a line below it, with * before those that are right. Leave a line "
        "empty before the next question. Where several answers are right, all of them must be chosen.",
    )
    pass_mark = NumberField(
        "Pass mark in per cent", required="Enter the pass mark, like 80", least=1, most=100, default=80
    )

    def __init__(self, current: Sequence[Content], kind: Kind, chosen: Content | None = None) -> None:
        super().__init__(current, kind, chosen)
        if chosen is not None and not self.is_submitted():
            self.title.data, self.pass_mark.data = chosen.title, chosen.pass_mark
            self.questions.data = rules.written(rules.questions_of(chosen.questions))


FORMS: dict[str, tuple[type[PackageForm | VideoForm | DocumentForm | CheckForm], Kind, str]] = {
    "package": (PackageForm, Kind.SCORM_12, "Add a SCORM package"),
    "video": (VideoForm, Kind.VIDEO, "Add a video"),
    "document": (DocumentForm, Kind.DOCUMENT, "Add a document"),
    "check": (CheckForm, Kind.CHECK, "Add a knowledge check"),
}


class RulesForm(Form):
    """What a course counts."""

    counts = RadiosField(
        "The course is completed when",
        [
            Choice(Counts.EITHER.value, rules.COUNTS_WORDS[Counts.EITHER], "A part that was failed does not count."),
            Choice(Counts.COMPLETED.value, rules.COUNTS_WORDS[Counts.COMPLETED]),
            Choice(Counts.PASSED.value, rules.COUNTS_WORDS[Counts.PASSED]),
            Choice(
                Counts.BOTH.value,
                rules.COUNTS_WORDS[Counts.BOTH],
                "Not with SCORM 1.2: such a package says one of the two, never both.",
            ),
        ],
        required="Choose when the course is completed",
    )
    share = NumberField(
        "How much of a video or a document must be watched or read, in per cent",
        required="Enter a share, like 90",
        least=1,
        most=100,
    )


class YearForm(FilterForm):
    """Which year is looked at."""

    year = SelectField("Year")

    def __init__(self, years: Sequence[int]) -> None:
        super().__init__()
        named = {str(year): f"April {year} to March {year + 1}" for year in years} | {"all": "All years"}
        self.year.choices = [Choice(value, words) for value, words in named.items()]
        if self.year.data not in named:
            self.year.data = str(years[0])
