"""What people narrow the catalogue with."""

import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

from lms import dates
from lms.catalogue.models import Level
from lms.catalogue.rules import HOW, KIND, Wanted
from lms.catalogue.spelling import MOST_LETTERS
from lms.forms import BooleanField, CheckboxesField, Choice, DateField, FilterForm, HiddenField, SelectField, TextField
from lms.organisations.models import Priority
from lms.words import inside, listing

#: What stands in an address, by the names of the fields.
Address = dict[str, list[str]]


class Narrowing(NamedTuple):
    """One thing the list is narrowed to: the words of the link that takes it away, and the address without it."""

    words: str
    address: Address


class CatalogueForm(FilterForm):
    """The filters beside the list of courses."""

    q = TextField("Word in the title, aims or audience", longest=MOST_LETTERS)
    exact = HiddenField()
    how = CheckboxesField("How", [Choice(key, label) for key, (label, *_) in HOW.items()])
    kind = CheckboxesField("Kind", [Choice(key, label) for key, (label, _) in KIND.items()])
    level = SelectField("Level", empty="Any level")
    priority = SelectField("Priority of the delivery plan", empty="Any priority")
    after = DateField("Starts on or after", called="the first day")
    room = BooleanField("With places left")

    def __init__(self, priorities: Iterable[Priority], levels: Iterable[Level]) -> None:
        super().__init__()
        self.levels = {f"{one.scheme.key}.{one.key}": one for one in levels}
        self.level.choices = [Choice(key, _level_words(level)) for key, level in self.levels.items()]
        self.priorities = {one.key: one.name for one in priorities}
        self.priority.choices = [Choice(key, name) for key, name in self.priorities.items()]

    def understood(self) -> bool:
        """Can everything typed be read? What cannot be chosen is ignored, but a day that was typed wrong is said to be."""
        return bool(self.after.validate(self))

    def wanted(self) -> Wanted:
        """What was asked for; what nobody can choose is ignored."""
        asked = self.asked()
        return Wanted(
            text="".join(asked.get("q", [])),
            exact="exact" in asked,
            how=frozenset(asked.get("how", [])),
            kinds=frozenset(kind for key in asked.get("kind", []) for kind in KIND[key][1]),
            priority="".join(asked.get("priority", [])),
            level=next((self.levels[key].id for key in asked.get("level", [])), None),
            room="room" in asked,
            after=self.after.data,
        )

    def asked(self) -> Address:
        """What was asked for, as it stands in an address: without what says nothing."""
        # Marks that turn the direction of writing would turn the sentences around them too.
        typed = "".join(c for c in (self.q.data or "")[:MOST_LETTERS] if unicodedata.category(c) != "Cf").strip()
        asked: Address = {
            "q": [typed] if typed else [],
            "exact": ["1"] if typed and self.exact.data else [],
            "how": [key for key in HOW if key in (self.how.data or ())],
            "kind": [key for key in KIND if key in (self.kind.data or ())],
            "level": [key for key in self.levels if key == self.level.data],
            "priority": [key for key in self.priorities if key == self.priority.data],
            "room": ["y"] if self.room.data else [],
        }
        if day := self.after.data:
            asked |= {"after-day": [str(day.day)], "after-month": [str(day.month)], "after-year": [str(day.year)]}
        return {name: values for name, values in asked.items() if values}

    def said(self) -> str:
        """What the list is narrowed to, in words; empty where it holds everything."""
        asked = self.asked()
        said = [f"“{text}”{' as it is typed' if 'exact' in asked else ''}" for text in asked.get("q", [])]
        chosen = ([HOW[key][0] for key in asked.get("how", [])], [KIND[key][0] for key in asked.get("kind", [])])
        said += [listing([inside(label) for label in labels], "or") for labels in chosen if labels]
        said += [f"level “{_level_words(self.levels[key])}”" for key in asked.get("level", [])]
        said += [f"for the priority “{self.priorities[key]}”" for key in asked.get("priority", [])]
        said += ["with places left"] if "room" in asked else []
        said += [f"from {dates.day(self.after.data)} on"] if self.after.data else []
        return "; ".join(said)

    def narrowings(self) -> list[Narrowing]:
        """Each thing the list is narrowed to, to be taken away by itself."""
        asked = self.asked()
        labels = {
            **{("q", text): f"Without “{text}”" for text in asked.get("q", [])},
            **{("how", key): f"Without {inside(label)}" for key, (label, *_) in HOW.items()},
            **{("kind", key): f"Without {inside(label)}" for key, (label, _) in KIND.items()},
            **{("level", key): "Any level" for key in asked.get("level", [])},
            **{("priority", key): "Any priority" for key in asked.get("priority", [])},
            ("room", "y"): "Full ones too",
            **{("after-day", day): f"Before {dates.day(self.after.data)} too" for day in asked.get("after-day", [])},
        }
        return [
            Narrowing(labels[name, value], _without(asked, name, value))
            for name, values in asked.items()
            for value in values
            if (name, value) in labels
        ]


def _level_words(level: Level) -> str:
    """A level after whose it is: “Health: Level 3”."""
    return f"{level.scheme.name}: {level.name}"


#: What goes with a field when it is taken away.
TOGETHER = {"q": ("q", "exact"), "after-day": ("after-day", "after-month", "after-year")}


def _without(asked: Address, name: str, value: str) -> Address:
    """An address without one value of one field."""
    if name in TOGETHER:
        return {other: values for other, values in asked.items() if other not in TOGETHER[name]}
    fewer = {other: [one for one in values if (other, one) != (name, value)] for other, values in asked.items()}
    return {other: values for other, values in fewer.items() if values}
