"""The themes of a question counted: one value, which the page, the drawing and the tables to keep all print."""

from dataclasses import dataclass

from markupsafe import Markup

from evaluation.comments import coding, queries, rules
from evaluation.comments.queries import Topic
from lms import charts, exports
from lms.exports import Cell, Column, Sheet
from lms.words import plural, share_words

#: From this base on an interval is given.
LEAST_FOR_INTERVAL = 10
HIDDEN = "hidden"
ONCE = "Somebody who wrote something in two waves is counted once in each."
WHY_HIDDEN = (
    "Numbers under 5 are hidden, because they could point to one person; others so that they cannot be worked out."
)
FIRST = "Where two people coded a text differently and it is not settled, the first one’s themes are counted."


@dataclass(frozen=True)
class ThemeReport:
    """Themes and their counts. `coded` of `written` readable texts were coded."""

    topic: Topic
    themes: tuple[tuple[str, str], ...]
    table: rules.ThemeTable
    coded: int
    written: int

    @property
    def base(self) -> str:
        """The base in words."""
        coded = self.table.bases["all", ""]
        if coded is None:
            return "Too few of the texts are coded for their themes to be counted."
        people = plural(coded, "person who wrote something", "people who wrote something")
        if len(self.table.waves) > 1:
            people = f"{plural(coded, 'text')} of people who wrote something"
        left = self.written - self.coded
        more = f" {plural(left, 'more text is', 'more texts are')} not coded yet and not counted." if left else ""
        return f"Of {people}.{more}"

    def columns(self) -> list[tuple[str, str, str]]:
        """The columns: kind, name, and heading with its base."""
        found = [("all", "", "All together")]
        found += [("wave", wave, self.topic.names[wave]) for wave in self.table.waves if len(self.table.waves) > 1]
        return found

    def sectors(self) -> list[tuple[str, str, str]]:
        """The columns by sector, where any is told."""
        return [("sector", sector, sector) for sector in self.table.sectors]

    def base_words(self, kind: str, name: str) -> str:
        """How many texts of a column were coded."""
        base = self.table.bases[kind, name]
        return HIDDEN if base is None else f"{base:,}"

    def words(self, theme: str, kind: str, name: str) -> str:
        """A cell as it is read: “9 of 40 (23%), interval 12 to 38”."""
        share = self.table.share(theme, kind, name)
        if share is None:
            return HIDDEN
        said = share_words(share.numerator, share.denominator)
        enough = share.denominator >= LEAST_FOR_INTERVAL
        return f"{said}, interval {share.interval_words()}" if enough else said


def report(topic: Topic) -> ThemeReport | None:
    """The themes of a question counted; None while nothing is coded."""
    books = coding.books(topic)
    texts = coding.coded(topic)
    used = {key for text in texts.values() for key in text.counts_as or ()}
    themes: dict[str, str] = {}
    # The newest names first; a theme of an earlier version that is gone keeps its place at the end while texts hold it.
    for place, book in enumerate(books):
        for theme in book.themes:
            if place == 0 or theme["key"] in used:
                themes.setdefault(theme["key"], theme["name"])
    coded = sum(text.counts_as is not None for text in texts.values())
    if not coded or not themes:
        return None
    table = rules.count_themes(list(texts.values()), list(themes), topic.waves, by_sector=True)
    # Where nothing can be said of any sector, protecting that table would only hide more of the others.
    if all(table.share(key, "sector", sector) is None for key in themes for sector in table.sectors):
        table = rules.count_themes(list(texts.values()), list(themes), topic.waves)
    return ThemeReport(topic, tuple(themes.items()), table, coded, len(queries.comments(topic)))


def drawing(of: ThemeReport) -> Markup | None:
    """How many of the coded texts hold each theme, the most first."""
    bars = [
        charts.Bar(
            name,
            count,
            HIDDEN if count is None else share_words(share.numerator, share.denominator) if share else f"{count:,}",
        )
        for key, name in of.themes
        for count, share in [(of.table.count(key, "all"), of.table.share(key))]
    ]
    bars.sort(key=lambda bar: -(bar.value or 0))
    return charts.bars(bars, chart_id="themes", title="How many texts hold each theme")


def document(of: ThemeReport, kind: str) -> tuple[bytes, str]:
    """The counts as `csv` or `xlsx`, and the content type."""
    columns = [
        Column("Theme"),
        Column("Asked"),
        Column("Texts", "number"),
        Column("Of", "number"),
        Column("Share", "share"),
    ]
    columns += [Column("Interval from", "share"), Column("Interval to", "share")]
    rows = [_row(of, name, key, column) for column in [*of.columns(), *of.sectors()] for key, name in of.themes]
    if kind == "csv":
        return exports.csv_bytes(columns, rows), exports.CSV
    notes = [of.topic.wording, of.base, ONCE, FIRST, WHY_HIDDEN]
    sheet = Sheet("Themes", columns, rows, notes)
    return exports.workbook([sheet], title=f"Themes: {of.topic.subject.title}"), exports.XLSX


def _row(of: ThemeReport, name: str, theme: str, column: tuple[str, str, str]) -> list[Cell]:
    kind, place, heading = column
    count, base = of.table.count(theme, kind, place), of.table.bases[kind, place]
    share = of.table.share(theme, kind, place)
    ends = share.interval() if share and share.denominator >= LEAST_FOR_INTERVAL else None
    return [
        name,
        heading,
        HIDDEN if count is None else count,
        HIDDEN if base is None else base,
        share.value if share and share.denominator >= LEAST_FOR_INTERVAL else None,
        *(ends or (None, None)),
    ]
