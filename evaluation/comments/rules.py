"""What may be made of somebody's words: taken out of them, decided about them, coded, counted, published. Pure."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from evaluation.comments.models import READABLE, Outcome, Part
from evaluation.surveys import screening
from lms.errors import RuleBroken
from lms.statistics import SMALL, Agreement, Share, kappa
from lms.suppression import hide

#: What stands where words were taken out.
TAKEN_OUT = "[…]"
#: On how many days after the day of the decision it can be undone.
DAYS_TO_UNDO = 1
#: The fewest texts coded by two for their agreement to be said.
LEAST_BY_BOTH = 10
QUOTE, CONSENT = "quote_text", "quote_consent"
#: Answers to the question of consent that are a yes, and the one that lets the sector be said too.
YES, WITH_SECTOR = ("sector", "none"), "sector"
SOMEBODY_SAW = "something an officer saw"


def proposed(text: str) -> str:
    """The words with what was found in them taken out: what an officer begins with."""
    found = screening.findings(text)
    return "".join(TAKEN_OUT if marked else words for words, marked in screening.parts(text, found))


def cleaned(original: str, typed: str) -> str:
    """What an officer typed, as it may stand instead of the original words. Words may only be taken out, never put in.

    RuleBroken says what is wrong with it.
    """
    typed = re.sub(r"\[\s*(?:…|\.{2,})?\s*\]", TAKEN_OUT, typed.strip())
    if not typed.replace(TAKEN_OUT, "").strip(" .,;:!?"):
        raise RuleBroken("Nothing is left of the words. Choose to take them out whole")
    before, here = _plain(original), 0
    if _plain(typed) == before:
        raise RuleBroken("No word was taken out. Take out what points to a person, or keep the words as they are")
    for piece in typed.split(TAKEN_OUT):
        wanted = _plain(piece)
        place = before.find(wanted, here)
        if place < 0:
            raise RuleBroken(
                f"“{piece.strip()[:60]}” is not what was written. Only take words out, and put {TAKEN_OUT} where they were"
            )
        here = place + len(wanted)
    return typed


def _plain(text: str) -> str:
    return " ".join(text.replace("\r\n", "\n").split())


def final_on(decided_on: date) -> date:
    """The first day on which a decision of this day can no longer be undone."""
    return decided_on + timedelta(days=DAYS_TO_UNDO + 1)


def last_to_undo(decided_on: date) -> date:
    """The last day on which a decision of this day can be undone."""
    return final_on(decided_on) - timedelta(days=1)


def check_may_decide(outcome: Outcome) -> None:
    """RuleBroken unless a text still waits for a decision."""
    if outcome is not Outcome.WAITING:
        raise RuleBroken("Somebody else has decided about this text in the meantime, so nothing was changed.")


def check_may_undo(outcome: Outcome, last: date | None, today: date) -> None:
    """RuleBroken unless there is a decision that is not final yet."""
    if outcome not in (Outcome.KEPT, Outcome.CUT, Outcome.OUT) or last is None or today >= last:
        raise RuleBroken("This decision is final, so it can no longer be undone.")


def check_may_publish(question_key: str, consent: str | None, outcome: Outcome, *, closed: bool) -> None:
    """RuleBroken unless these words may be printed."""
    if question_key != QUOTE or consent not in YES or outcome not in READABLE or not closed:
        raise RuleBroken("These words may not be published.")


@dataclass(frozen=True)
class Coded:
    """What is known of one text: its wave, its sector where told, and its themes by part."""

    wave: str
    sector: str | None
    themes: Mapping[Part, frozenset[str]]

    @property
    def counts_as(self) -> frozenset[str] | None:
        """The themes that are counted: those settled on, otherwise the first coder's; None where nobody has coded it."""
        return self.themes.get(Part.SETTLED, self.themes.get(Part.FIRST))


def theme_keys(names: Sequence[str], before: Mapping[str, str]) -> list[str]:
    """A key for each theme by its name: the one it had, otherwise one made of its words."""
    result: list[str] = []
    for name in names:
        key = before.get(name) or re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_")[:50] or "theme"
        while key in result:
            key += "_2"
        result.append(key)
    return result


def agreement(texts: Sequence[Coded], theme: str) -> Agreement | None:
    """How far two coders agree on one theme, over the texts both coded; None where these are fewer than ten."""
    both = [text.themes for text in texts if Part.FIRST in text.themes and Part.SECOND in text.themes]
    if len(both) < LEAST_BY_BOTH:
        return None
    first, second = ([theme in text[part] for text in both] for part in (Part.FIRST, Part.SECOND))
    return kappa(first, second, [False, True], weights="none")


@dataclass(frozen=True)
class ThemeTable:
    """Themes by wave, all together, and by sector where told: protected as one table. None is hidden."""

    waves: tuple[str, ...]
    sectors: tuple[str, ...]
    #: {column: how many were coded}; columns are ("wave", …), ("sector", …) and ("all", "").
    bases: Mapping[tuple[str, str], int | None]
    cells: Mapping[tuple[str, str, str], int | None]

    def count(self, theme: str, kind: str, name: str = "") -> int | None:
        """How many texts of a column hold a theme."""
        return self.cells[theme, kind, name]

    def share(self, theme: str, kind: str = "all", name: str = "") -> Share | None:
        """The same with its base; None where one of them is hidden."""
        count, base = self.cells[theme, kind, name], self.bases[kind, name]
        return None if count is None or base is None else Share(count, base)


OTHERS = "Other sectors, or not told"


def count_themes(
    texts: Sequence[Coded],
    themes: Sequence[str],
    waves: Sequence[str],
    *,
    by_sector: bool = False,
    threshold: int = SMALL,
) -> ThemeTable:
    """How many of the coded texts hold each theme, by wave and by sector, with what must not be known left out.

    A text holds any number of themes, so each theme is a table of its own (said so, did not), and all share their bases. They
    are protected together. Those who did not say something are printed nowhere and could be worked out: protected too.
    """
    coded = [text for text in texts if text.counts_as is not None]
    asked = tuple(wave for wave in waves if any(text.wave == wave for text in coded))
    told = sorted({text.sector for text in coded if text.sector}) if by_sector else []
    sectors = (*told, *([OTHERS] if told and any(not text.sector for text in coded) else []))
    columns = [("all", ""), *(("wave", wave) for wave in asked), *(("sector", sector) for sector in sectors)]
    counts: dict[tuple[str, str, str], int] = {}
    unpublished: set[tuple[str, str, str]] = set()
    sums: list[tuple[tuple[str, str, str], list[tuple[str, str, str]]]] = []
    for kind, name in columns:
        here = [text for text in coded if _in(text, kind, name)]
        counts["", kind, name] = len(here)
        for theme in themes:
            said = sum(theme in (text.counts_as or ()) for text in here)
            counts[theme, kind, name], counts[f"-{theme}", kind, name] = said, len(here) - said
            unpublished.add((f"-{theme}", kind, name))
            sums.append((("", kind, name), [(theme, kind, name), (f"-{theme}", kind, name)]))
    for line in ["", *themes, *(f"-{theme}" for theme in themes)]:
        for kind, names in (("wave", asked), ("sector", sectors)):
            if len(names):
                sums.append(((line, "all", ""), [(line, kind, name) for name in names]))
    hidden = hide(counts, sums, threshold=threshold, unpublished=unpublished)
    shown = {key: None if key in hidden else count for key, count in counts.items() if key not in unpublished}
    return ThemeTable(
        asked,
        sectors,
        {(kind, name): shown["", kind, name] for kind, name in columns},
        {key: count for key, count in shown.items() if key[0]},
    )


def _in(text: Coded, kind: str, name: str) -> bool:
    if kind == "wave":
        return text.wave == name
    return kind == "all" or (text.sector or OTHERS) == name


def differences(texts: Mapping[str, Coded]) -> list[str]:
    """The texts two coders read differently and have not settled, in a fixed order."""
    return [
        key
        for key, text in sorted(texts.items())
        if {Part.FIRST, Part.SECOND} <= text.themes.keys()
        and Part.SETTLED not in text.themes
        and text.themes[Part.FIRST] != text.themes[Part.SECOND]
    ]


def check_themes(chosen: Collection[str], known: Collection[str]) -> list[str]:
    """The themes chosen, in the order of the book. RuleBroken where one is not of this book."""
    if not set(chosen) <= set(known):
        raise RuleBroken("The code book has changed in the meantime. Look at the texts once more, nothing was kept.")
    return [key for key in known if key in chosen]
