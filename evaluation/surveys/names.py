"""Where somebody's name stands in a free text. Pure, but for the three lists of words it reads once.

No list holds every name, so that a name is also known by its neighbours: a title, an age, “my colleague …”, “… told me”. And
many names are words or places too (Hope, Mark, Victoria): these count only where their neighbours say that it is somebody.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

CONTENT = Path(__file__).parents[2] / "content"

_WORD = re.compile(r"[^\W\d_]+(?:['’.-][^\W\d_]+)*")
_ENDS_A_SENTENCE = re.compile(r"(?:^|[.!?:;•*\n(“\"‘]|\s[-–])\s*$")
#: After a word and before its age: “Amir, 9”, “Amir (9)”, “Amir aged 9”, “Amir is 9 years old”, “Amir, who is nine”.
_AGE = re.compile(
    r"\s*(?:,?\s*\(\s*(?:aged?\s*)?\d{1,2}\s*(?:years?|yrs?|months?|mths?|y/?o|m)?\s*(?:old)?\s*[),;]"
    r"|,?\s*(?:who\s+(?:is|was)\s+)?(?:just\s+)?age[ds]?\s*:?\s*\d{1,2}\b"
    r"|,?\s*(?:who\s+)?(?:is|was|’s|'s)?,?\s*(?:now\s+|only\s+|just\s+|an?\s+)?\d{1,2}[\s-]*(?:years?|yrs?|months?|mths?)[\s-]*old\b"
    r"|,?\s*\d{1,2}\s*(?:y/?o|yrs)\b"
    r"|,\s*\d{1,2}\s*(?=[,.;:!?)]|$|and\s|who\s|has\s|had\s|was\s|is\s|told\s|said\s|in\s+year|lives?\s)"
    r"|\s+is\s+(?:only\s+|now\s+|just\s+)?\d{1,2}\s*(?=[,.;:!?)]|$|and\s))",
    re.IGNORECASE,
)
_AGE_BEFORE = re.compile(r"\b\d{1,2}[\s-]*(?:years?|yrs?|months?|mths?|y/?o)[\s-]*(?:old)?,?\s*$", re.IGNORECASE)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: In front of a name whatever the name is. The second kind is also a word or is said without a name.
_TITLES = _words("mr mrs ms mx dr prof professor cllr councillor rev reverend imam pc dc sgt")
_SOFT_TITLES = _words("miss sir aunt auntie aunty uncle nan nana nanny grandma grandad granny doctor")
_KIN = _words(
    "child girl boy baby toddler teenager lad lass kid son daughter brother sister sibling twin cousin niece nephew "
    "mum mam mummy mother dad daddy father stepdad stepmum stepfather stepmother partner boyfriend girlfriend "
    "husband wife neighbour friend pupil student colleague manager worker teacher headteacher trainer carer nurse "
    "visitor supervisor client patient little young youngest eldest oldest aunt auntie uncle nan gran grandma "
    "grandad"
)
#: What somebody does, just after their name.
_DOES = _words(
    "said says told tells asked asks disclosed discloses cried cries lives lived came went wanted wants likes loves "
    "hates attends missed misses looked felt feels thinks thought explained moved stays stayed arrived rang phoned "
    "texted hit hits drinks drank shouted sleeps slept wears wore eats ate goes got gets knows knew died self-harms "
    "ran comes agreed refused shared spoke talked wrote drew reported mentioned opened presented turned"
)
#: After a name that is also a word, at the start of a sentence as well.
_IS = _words("did does is was has had hasn’t hasn't wasn’t wasn't isn’t isn't needs needed seems seemed")
#: In front of somebody: “with Grace”, “told Mark”.
_TOWARDS = _words(
    "with told asked saw met visited helped rang phoned about and for supported to from thank thanks by between "
    "like see support visit ask tell ring"
)
#: After somebody’s ’s.
_THEIRS = _KIN | _words(
    "mums dads parents family school home house bedroom bed room case social bruise bruises name life day story "
    "words voice wishes clothes hair teeth class behaviour attendance needs address file record plan situation "
    "siblings grandmother grandparents foster health"
)
#: After a name that belongs to a place, a service, a road or a report and not to somebody met.
_PLACES = _words(
    "road street lane avenue house school academy college centre center hospital ward court park hall church "
    "primary nursery hub trust foundation review report inquiry enquiry law clinic surgery room building square "
    "method model scale profile rule star line station project team junior infant infants high theory triangle "
    "window award lodge unit"
)
_MONTHS = _words("april may june august summer")
_CALLED = _words("called named name’s name's")


@cache
def _listed(file: str) -> tuple[frozenset[str], frozenset[str]]:
    """The words of a list in small plain letters: those without a star, those with one."""
    plain: set[str] = set()
    starred: set[str] = set()
    for line in (CONTENT / file).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            for word in line.split():
                (starred if word.endswith("*") else plain).add(_folded(word.rstrip("*")))
    return frozenset(plain - starred), frozenset(starred)


def _folded(word: str) -> str:
    """A word in small letters without accents: Łukasz is lukasz, O’Neill is o'neill."""
    plain = word.casefold().replace("ł", "l").replace("’", "'")
    return "".join(letter for letter in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(letter))


@dataclass(frozen=True, slots=True)
class _Token:
    start: int
    end: int
    word: str
    folded: str
    capital: bool
    begins: bool
    #: Does it follow the word before with nothing but a space between them?
    joined: bool
    theirs: bool


def _tokens(text: str) -> list[_Token]:
    result: list[_Token] = []
    end = 0
    for match in _WORD.finditer(text):
        word, stop = match[0].rstrip("."), match.end() - (len(match[0]) - len(match[0].rstrip(".")))
        theirs = word[-2:] in ("'s", "’s")
        bare = word[:-2] if theirs else word
        if not bare:
            continue
        result.append(
            _Token(
                match.start(),
                stop - 2 * theirs,
                word,
                _folded(bare),
                # A word wholly in capitals is shouting or an abbreviation.
                bare[:1].isupper() and (len(bare) == 1 or not bare.isupper()),
                bool(_ENDS_A_SENTENCE.search(text[max(0, match.start() - 4) : match.start()])) or not result,
                text[end : match.start()].replace(".", " ").isspace(),
                theirs,
            )
        )
        end = stop
    return result


def found(text: str) -> list[tuple[int, int]]:
    """Where names stand: from, until; in the order of the text."""
    tokens = _tokens(text)
    spans = []
    done = -1
    for place, token in enumerate(tokens):
        if place <= done or not _is_name(text, tokens, place):
            continue
        last = place
        while last + 1 < len(tokens) and _goes_on(tokens[last], tokens[last + 1]):
            last += 1
        before = _around(tokens, place)[0]
        titled = before is not None and before.folded.rstrip(".") in _TITLES | _SOFT_TITLES and place - 1 > done
        spans.append((before.start if before and titled else token.start, tokens[last].end))
        done = last
    return spans


def _goes_on(token: _Token, following: _Token) -> bool:
    """Is the next word the rest of the name?"""
    capital_or_known = following.capital and not _is_practice(following)
    return following.joined and not following.begins and not token.theirs and capital_or_known


def _is_practice(token: _Token) -> bool:
    return token.folded in _listed("practice-words.txt")[0] or token.folded in _PLACES


def _known(token: _Token) -> tuple[bool, bool]:
    """(Is it a first name and nothing else? Is it one that is also a word?) Of a double name either part counts."""
    plain, also = _listed("first-names.txt")
    parts = [token.folded, *re.split(r"[-.]", token.folded)]
    return any(part in plain for part in parts), any(part in also for part in parts)


def _around(tokens: list[_Token], place: int) -> tuple[_Token | None, _Token | None]:
    before = tokens[place - 1] if place and tokens[place].joined else None
    after = tokens[place + 1] if place + 1 < len(tokens) and tokens[place + 1].joined else None
    return before, after


def _is_name(text: str, tokens: list[_Token], place: int) -> bool:
    token = tokens[place]
    before, after = _around(tokens, place)
    plain, also = _known(token)
    if len(token.folded) < 2 or (before and before.folded in {"st", "saint"}):
        return False
    if token.theirs and after and after.folded in {"law", "rule"}:
        return False
    if after and after.folded in _PLACES and not token.theirs and (after.capital or token.capital):
        return False
    if before and _is_titled(before, token, plain=plain):
        return True
    if plain and (token.capital or (token.word.isupper() and len(token.word) > 3) or len(token.folded) >= 5):
        return True
    if token.capital and also and _also_a_word_but_somebody(text, token, before, after):
        return True
    if not token.capital or _is_practice(token):
        return False
    return also is False and any(_by_its_neighbours(text, tokens, place, before, after))


def _is_titled(before: _Token, token: _Token, *, plain: bool) -> bool:
    """“Mrs Khan”, “mr khan”, “Auntie Shabnam”; not “miss the bus”."""
    title = before.folded.rstrip(".")
    if title in _TITLES and before.word != "PC":
        return not _is_practice(token) and (token.capital or title in {"mr", "mrs", "ms", "mx"})
    return (title in _SOFT_TITLES or before.word == "PC") and (plain or (token.capital and not _is_practice(token)))


def _also_a_word_but_somebody(text: str, token: _Token, before: _Token | None, after: _Token | None) -> bool:
    """Is this Hope, Mark or Victoria somebody, by what stands beside it?"""
    month = token.folded in _MONTHS
    surnames = _listed("surnames.txt")[0]
    if _has_age(text, token) or (before and before.folded in _KIN | _CALLED and before.word.islower()):
        return True
    if after and after.capital and not token.theirs:
        return after.folded in surnames
    if token.theirs and after and after.folded in _THEIRS and not month:
        return True
    if after and (after.folded in _DOES or (after.folded in _IS and not month and not token.begins)):
        return True
    cased = not token.begins and not month and not (before and before.capital and not before.begins)
    return bool(cased and before and before.folded in _TOWARDS and not _is_place_word(token))


def _is_place_word(token: _Token) -> bool:
    return token.folded in {
        "lincoln",
        "christian",
        "victoria",
        "jordan",
        "india",
        "chelsea",
        "sydney",
        "preston",
        "chester",
        "kashmir",
    }


def _by_its_neighbours(
    text: str, tokens: list[_Token], place: int, before: _Token | None, after: _Token | None
) -> Iterator[bool]:
    """Why a word with a capital that stands on no list may be somebody."""
    token = tokens[place]
    small = before is not None and before.word.islower()
    yield _has_age(text, token)
    yield small and before is not None and before.folded in _KIN
    yield bool(before and before.folded in _CALLED and _is_somebody(tokens, place))
    # “The name is X”, “known as X”.
    earlier = tokens[place - 2].folded if place > 1 and small else ""
    yield before is not None and (earlier, before.folded) in {("name", "is"), ("name", "was"), ("known", "as")}
    yield token.folded in _listed("surnames.txt")[0]
    if token.theirs and after:
        yield after.folded in _THEIRS - {
            "needs",
            "plan",
            "voice",
            "life",
            "day",
            "school",
            "social",
            "case",
            "health",
            "file",
        }
    lone = not (after and after.capital)
    if lone and after and not (before and before.capital):
        yield after.folded in _DOES and not token.begins
        yield after.folded in {"family", "household"} and bool(before and before.folded == "the")


def _is_somebody(tokens: list[_Token], place: int) -> bool:
    """After “called” or “named”: a person has one or two words with a capital, a tool or a service more, or practice words."""
    following: list[_Token] = []
    for token in tokens[place : place + 4]:
        if following and not (token.joined and token.capital):
            break
        following.append(token)
    return len(following) <= 2 and not any(_is_practice(token) for token in following)


def _has_age(text: str, token: _Token) -> bool:
    if _AGE_BEFORE.search(text[max(0, token.start - 20) : token.start]):
        return True
    # The age may follow the surname.
    rest = re.sub(r"^(?:\s+[^\W\d_a-z][\w’'-]+)?", "", text[token.end : token.end + 60])
    return bool(_AGE.match(text[token.end : token.end + 40]) or _AGE.match(rest))
