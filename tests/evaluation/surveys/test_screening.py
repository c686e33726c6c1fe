"""What a free text is asked about before it is kept."""

import random
import time

import pytest

from evaluation.surveys import names, screening


def kinds(text: str) -> list[str]:
    return [one.kind for one in screening.findings(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("His number is 943 476 5919.", ["an NHS number"]),
        ("9434765919", ["an NHS number"]),
        ("943-476-5919 and 943 476 5918", ["an NHS number"]),
        ("born 3/4/2016", ["a date of birth"]),
        ("born on 3rd April 2016", ["a date of birth"]),
        ("born 2016-04-03", ["a date of birth"]),
        ("born 3.4.16", ["a date of birth"]),
        ("They live in WF1 2AB now", ["a postcode"]),
        ("they live in wf12ab", ["a postcode"]),
        ("I rang 01924 123456 twice", ["a phone number"]),
        ("her mobile is 07700 900123", ["a phone number"]),
        ("His NHS no. is 943 476 5918", ["an NHS number"]),
        ("UPN A123456789012", ["a pupil number"]),
        ("the pupil Y 1234 5678 901 2", ["a pupil number"]),
        ("born in March 2016", ["a date of birth"]),
        ("DOB: 030416", ["a date of birth"]),
        ("on the 3rd of April 2016", ["a date of birth"]),
        ("They live at 14 Park Road", ["an address"]),
        ("she is at 7a moorside crescent", ["an address"]),
        ("Flat 2, behind the school", ["an address"]),
        ("He moved to Rose Cottage", ["an address"]),
        ("Mrs Khan was kind", ["a name"]),
        ("mrs khan was kind", ["a name"]),
        ("a boy called Zbyszko", ["a name"]),
        ("Amir, 9, was tired", ["a name"]),
        ("Qzarian (9) was tired", ["a name"]),
        ("a 9-year-old, Qzarian", ["a name"]),
        ("I asked Grace about school", ["a name"]),
        ("Mark told me", ["a name"]),
        ("Hope Whittaker-Jones", []),
        ("my colleague Qzarian", ["a name"]),
        ("ŁUKASZ and Zoë", ["a name", "a name"]),
        ("the Kowalczyk family", ["a name"]),
        ("khadija stays with nan", ["a name"]),
        ("write to mum@example.org", ["an email address"]),
        ("a.b@example.org, WF1 2AB, 1 May 2011", ["an email address", "a postcode", "a date of birth"]),
    ],
)
def test_what_could_point_to_one_person_is_seen(text: str, found: list[str]) -> None:
    assert kinds(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "We met 3 times in 2024, for 2/3 of the family.",
        "Call 0300 123 4567.",
        "The plan has 12 steps and version 1.2.",
        "I used form A4 and room B12.",
        "In May 2024 we began.",
        "Half of the 1234567890 records",
        "I will mark the date, and hope that grace and joy may follow.",
        "Hope is not a plan. May was busy. Will this last? Mark it in the chronology.",
        "In April we read Working Together; Ofsted came on Tuesday.",
        "The tool called Graded Care Profile, and the Signs of Safety mapping in Wakefield.",
        "Two schools on our street, 5 minutes down the road.",
        "Kirklees said so, and the Victoria Centre has rooms.",
        "Sarah’s Law and Martha’s Rule came up.",
        "I spoke to Early Help, Health and the Family Hub with Children’s Social Care.",
        "We read 12 Week Plans in Year 6, page 9, section 47.",
        "Miss nothing. Do not miss the bus to Leeds.",
    ],
)
def test_ordinary_words_and_figures_pass(text: str) -> None:
    assert kinds(text) == []


def test_nearly_every_planted_identifier_is_seen() -> None:
    chance = random.Random(7)
    planted = []
    while len(planted) < 100:
        digits = "".join(chance.choices("0123456789", k=9))
        planted += [f"number {digits}{last}" for last in "0123456789" if screening.is_nhs_number(f"{digits}{last}")]
    for _ in range(100):
        planted.append(f"She was born on {chance.randint(1, 28)}/{chance.randint(1, 12)}/{chance.randint(2005, 2024)}.")
        planted.append(
            f"They moved to {chance.choice('WHL')}{chance.choice('FD')}{chance.randint(1, 20)} {chance.randint(1, 9)}AB."
        )
    assert sum(bool(kinds(text)) for text in planted) >= 0.95 * len(planted)


def test_the_words_are_marked_and_nothing_is_lost() -> None:
    text = "Born 3/4/2016, WF1 2AB."
    parts = screening.parts(text, screening.findings(text))
    assert "".join(words for words, _ in parts) == text
    assert [words for words, marked in parts if marked] == ["3/4/2016", "WF1 2AB"]


#: Texts of every kind of thing that must not stand in an answer. They were written after the patterns, and are not theirs.
PLANTED = {
    "nhs": (
        "When I looked her up under {nhs} the last weight was from spring.",
        "The referral for {nhs} came back twice, and nobody had rung.",
        "GP had two records, one of them {nhs}.",
    ),
    "upn": (
        "School could not find {upn} on the list, so we wrote it by hand.",
        "Attendance of {upn} went up from 61 to 84 per cent.",
        "Transfer form: {upn}. Nothing else had been filled in.",
    ),
    "name and date of birth": (
        "Spoke with {first} {last}, {dob}, about breakfast and bedtimes.",
        "{first} {last} (DOB {dob}) was at the table when I filled in the toolkit.",
        "Chronology done for {first} {last} {dob} before the meeting.",
    ),
    "address": (
        "No curtains and no cooker at {house} {road} when I went back.",
        "I now write down what I see, like the broken step outside {house} {road}, and date it.",
        "Took the dentist leaflet round to {house} {road} after work.",
    ),
    "plain name": (
        "I put the small things about {first} in order, and the picture was plain.",
        "After the day I went back to {first} and asked what mornings are like.",
        "{first} had been hungry on three Mondays and I rang the school nurse.",
        "It made me think of {first} {last} and what I had not written.",
        "Used the short assessment with {first} and we agreed two things to change.",
        "What worked: going through the form together, {first} did most of the talking.",
        "Before, I would have closed {first}’s case.",
        "We wrote a plan for {first} & their aunt.",
    ),
}
#: Some are not on the lists, as some always will be.
FIRST = (
    "Amir Khadija Oliver Kacper Zuzanna Adaeze Tendai Ionut Andreea Rawan Hevin Saoirse Callum Poppy "
    "Jayden Ellie-Mae Mohammed Aleeza Szymon Oliwia Kwame Folasade Yonas Semhar Gurpreet Simran Priya "
    "Arjun Farhan Zainab Mateusz Wiktoria Alexandru Bianca Yusuf Hamza Maryam Tyrone Shanice Chloe Liam "
    "Megan Rhys Carys Connor Niamh Nasrin Reza Elif Emre Dawid Natalka Grace Mark Rose Hope Jack Sukhvir "
    "Brayden"
)
LAST = "Hussain Nowak Popescu Okafor Smith Begum Whitworth Kaur Tesfay Ogden Kowalski Rahman Ahmadi Moyo Pryce"
ROADS = (
    "Denby Dale Road", "Moorside Avenue", "Cross Street", "Lupset Crescent", "Queen’s Drive", "Leeds Old Road", "St John’s Grove",
    "Thornes Lane", "Mill Fold", "Park View", "elm tree avenue", "Wesley Court", "Beck Bottom Terrace",
)  # fmt: skip


def planted_texts(chance: random.Random) -> list[tuple[str, str]]:
    found = []
    for number in range(300):
        kind = list(PLANTED)[number % len(PLANTED)]
        nine = "".join(chance.choices("0123456789", k=9))
        valid = [f"{nine}{last}" for last in "0123456789" if screening.is_nhs_number(f"{nine}{last}")] or ["9434765919"]
        day, month, year = chance.randint(1, 28), chance.randint(1, 12), chance.randint(2006, 2024)
        words = {
            "nhs": chance.choice((valid[0], f"{valid[0][:3]} {valid[0][3:6]} {valid[0][6:]}")),
            "upn": f"{chance.choice('ABCDEFGHJKLMNPQRTUVWXYZ')}{''.join(chance.choices('0123456789', k=12))}",
            "first": chance.choice(FIRST.split()),
            "last": chance.choice(LAST.split()),
            "dob": chance.choice(
                (f"{day}/{month}/{year}", f"{day:02}.{month:02}.{year % 100:02}", f"{year}-{month:02}-{day:02}")
            ),
            "house": f"{chance.randint(1, 220)}{chance.choice(('', '', 'a'))}",
            "road": chance.choice(ROADS),
        }
        found.append((kind, chance.choice(PLANTED[kind]).format_map(words)))
    return found


STARTS = (
    "Since the course", "In supervision", "At the last core group", "On Monday", "Before Christmas", "With Early Help",
    "In Year 6",
    "With the health visitor from Castleford", "At Pontefract Hospital", "After May half term", "As a DSL", "In our team meeting",
)  # fmt: skip
MIDDLES = (
    "I start one dated list for each family and keep it in CPOMS",
    "we use Graded Care Profile 2 and the Day in My Life tool together",
    "I ask what a normal day is like, and I will mark what is missing",
    "the Signs of Safety mapping made the pattern plain to Kirklees Council and to us",
    "I rang MASH and Children’s Social Care the same day",
    "my manager agreed to bring the short assessment to each meeting",
    "we read Working Together and the Wakefield threshold guidance again",
    "the Outcome Star gives parents a say, and I hope it lasts",
    "Health, Police and schools compared their dates for the first time",
    "I have joined the Neglect Forum and Safeguarding Week",
    "Ofsted saw our chronologies in March and were pleased",
    "the Family Hub on Merchant Gate lends toys and beds",
    "I challenge when a referral says “family known to services”",
    "CAMHS said they would join us, and so did Home-Start",
    "the Victoria Centre runs a breakfast club, 12 places",
    "I can be frank with parents about what may happen next",
)
ENDS = (
    "It took 20 minutes.", "Two of 3 plans changed.", "More time at work would help.", "Nothing got in the way.",
    "I want to learn about Polish and Roma families.", "The Bruising Protocol is next.", "Mum and Dad both came.",
    "The trainers were clear, and the room was cold.", "We meet every 6 weeks.", "The NSPCC pages are good.",
    "Will there be a refresher?", "Grace and patience are needed.", "That is down to the Tuesday group.",
)  # fmt: skip


def clean_texts(chance: random.Random) -> list[str]:
    found = set()
    while len(found) < 300:
        middle = chance.choice(MIDDLES)
        begun = f"{chance.choice(STARTS)}, {middle}. {chance.choice(ENDS)}"
        found.add(chance.choice((begun, f"{middle[0].upper()}{middle[1:]}. {chance.choice(ENDS)}", begun)))
    return sorted(found)


def test_of_300_identifiers_nearly_all_are_warned_about_and_of_300_clean_answers_hardly_any() -> None:
    chance = random.Random(20241008)
    planted = planted_texts(chance)
    missed = [text for _, text in planted if not kinds(text)]
    warned = [(text, kinds(text)) for text in clean_texts(chance) if kinds(text)]
    assert len(missed) <= 0.05 * 300, missed
    assert len(warned) <= 0.10 * 300, warned
    for kind in PLANTED:
        there = [text for name, text in planted if name == kind]
        assert sum(bool(kinds(text)) for text in there) >= 0.85 * len(there), kind


def test_without_the_lists_of_names_it_would_not_be_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names, "found", lambda text: [])
    planted = planted_texts(random.Random(20241008))
    assert sum(bool(kinds(text)) for _, text in planted) < 0.95 * 300


def test_a_long_text_is_read_at_once() -> None:
    text = " ".join(clean_texts(random.Random(1)))[:8000]
    screening.findings(text)
    began = time.perf_counter()
    screening.findings(text)
    assert time.perf_counter() - began < 0.5


HOSTILE = (
    "9" * 5000,
    "Amir " * 1500,
    "1 A" * 2000,
    "a" * 5000,
    "(" * 3000,
    "born " * 1000,
    "14 Park " * 800,
    "'" * 3000,
    "É" * 3000,
)


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:8])
def test_no_text_makes_it_slow(text: str) -> None:
    began = time.perf_counter()
    parts = screening.parts(text, screening.findings(text))
    assert time.perf_counter() - began < 1
    assert "".join(words for words, _ in parts) == text
