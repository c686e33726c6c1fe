"""Made-up bulletin subscribers behind the published counts of 13 sectors, and the editions of one year.

The report prints how many people of each sector took the bulletin on 31 March 2023 and a year before. These single records
come to exactly those counts on those two days, with people joining and leaving in between. Nobody in them is real.
"""

import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from demo.figures import figures_of
from demo.people import Agency, draw_name, free_address, seeded
from demo.wakefield_agencies import AGENCIES

YEAR_BEFORE = date(2022, 3, 31)
YEAR_END = date(2023, 3, 31)
DEMO_DAY = date(2024, 10, 8)


@dataclass(frozen=True)
class SubscriberRecord:
    """Somebody who takes the bulletin, or did: from `subscribed_on` until the day before `unsubscribed_on`."""

    key: str
    name: str
    email: str
    sector: str
    subscribed_on: date
    unsubscribed_on: date | None

    def takes_it_on(self, day: date) -> bool:
        return self.subscribed_on <= day and (self.unsubscribed_on is None or day < self.unsubscribed_on)


@dataclass(frozen=True)
class EditionRecord:
    """One edition: `kind` is monthly or special, `title` and `topics` are ours."""

    ref: str
    sent_on: date
    kind: str
    title: str
    topics: tuple[str, ...]


def count_by_sector(subscribers: Iterable[SubscriberRecord], day: date) -> dict[str, int]:
    """How many people of each sector took the bulletin on that day; sectors with nobody are left out."""
    counts: dict[str, int] = {}
    for one in subscribers:
        if one.takes_it_on(day):
            counts[one.sector] = counts.get(one.sector, 0) + 1
    return counts


def subscriber_records(seed: int, taken: set[str]) -> list[SubscriberRecord]:
    """All subscribers, past and present, in order of joining. `taken` holds addresses given out, and is added to."""
    rng = seeded(seed, "bulletin")
    records = []
    for sector, before, after in _published_counts():
        left = min(before - 1, max(1, before // 25) + max(0, before - after))
        joined = after - before + left
        grown, shrunk = after // 8, after // 20
        spans: list[tuple[date, date | None]] = [(_old_day(rng), None) for _ in range(before - left)]
        spans += [(_old_day(rng), _day_between(rng, YEAR_BEFORE, YEAR_END)) for _ in range(left)]
        spans += [(_day_between(rng, YEAR_BEFORE, YEAR_END), None) for _ in range(joined)]
        for number in range(shrunk):
            spans[number] = (spans[number][0], _day_between(rng, YEAR_END, DEMO_DAY))
        spans += [(_day_between(rng, YEAR_END, DEMO_DAY), None) for _ in range(grown)]
        if sector == "education":
            spans[-grown - 1] = (YEAR_BEFORE + timedelta(days=1), None)
            spans[-grown - 2] = (YEAR_END, None)
            spans[before - 1] = (YEAR_BEFORE, YEAR_END)
            spans[-1] = (YEAR_END + timedelta(days=1), None)
        places = [agency for agency in AGENCIES if agency.sector == sector]
        records += [_subscriber(rng, rng.choice(places), span, taken) for span in spans]
    return sorted(records, key=lambda one: (one.subscribed_on, one.key))


def edition_records() -> tuple[EditionRecord, ...]:
    """The 12 monthly and 3 special editions of April 2022 to March 2023, in order; 8 of them speak of water safety."""
    monthly = [_monthly(number, words) for number, words in enumerate(_MONTHLY)]
    special = [
        EditionRecord("2022-S1", date(2022, 6, 13), "special", "Special: Safeguarding Week 2022", ("events",)),
        EditionRecord(
            "2022-S2", date(2022, 10, 12), "special", "Special: levels of need, brought up to date", ("guides",)
        ),
        EditionRecord(
            "2023-S3", date(2023, 2, 6), "special", "Special: neglect champions begin", ("neglect", "champions")
        ),
    ]
    return tuple(sorted([*monthly, *special], key=lambda one: one.sent_on))


_MONTHLY = (
    ("Open water, and a new training year", "water safety", "training dates"),
    ("Safer sleep in warm weather", "water safety", "safer sleep"),
    ("Getting ready for Safeguarding Week", "water safety", "events"),
    ("Before the summer break", "water safety", "holiday support"),
    ("Tell us what you think of the bulletin", "water safety", "reader survey"),
    ("Back to school: who to call", "water safety", "schools"),
    ("Listening to young people", "voice of the child", "training dates"),
    ("A new delivery plan", "delivery plan", "training dates"),
    ("Support over the winter holidays", "water safety", "holiday support"),
    ("Ice, and other winter risks", "water safety", "online safety"),
    ("Neglect: a course, a toolkit, champions", "neglect", "training dates"),
    ("Professional curiosity in four short cases", "professional curiosity", "guides"),
)


def _monthly(number: int, words: tuple[str, str, str]) -> EditionRecord:
    year, month = 2022 + (number + 3) // 12, (number + 3) % 12 + 1
    sent_on = date(year, month, 5)
    while sent_on.weekday() != 2:
        sent_on += timedelta(days=1)
    return EditionRecord(f"{year}-{month:02d}", sent_on, "monthly", words[0], words[1:])


def _published_counts() -> list[tuple[str, int, int]]:
    """Sector, count on 31 March 2022, count on 31 March 2023, as printed."""
    printed = {(one.key, one.period_end): int(one.value) for one in figures_of("wakefield", "ebulletin_sector")}
    sectors = dict.fromkeys(key for key, _ in printed)
    return [(key, printed[key, YEAR_BEFORE], printed[key, YEAR_END]) for key in sectors]


def _subscriber(rng: random.Random, place: Agency, span: tuple[date, date | None], taken: set[str]) -> SubscriberRecord:
    first_name, last_name = draw_name(rng)
    email = free_address(first_name, last_name, place.key, taken)
    return SubscriberRecord(f"w-b{len(taken):04d}", f"{first_name} {last_name}", email, place.sector, *span)


def _old_day(rng: random.Random) -> date:
    return date(2018, 1, 8) + timedelta(days=rng.randint(0, (YEAR_BEFORE - date(2018, 1, 8)).days))


def _day_between(rng: random.Random, after: date, until: date) -> date:
    """A day later than `after` and not later than `until`."""
    return after + timedelta(days=rng.randint(1, (until - after).days))
