"""What people wrote about the neglect course when the demonstration begins: some sentences published, the examples coded by two
people, and a text that waits for an officer. Everything goes through the doors officers use, but for the made-up name in it.
"""

from datetime import timedelta

from demo.loading import FIRST_MOMENT, Loaded
from demo.people import person_in_role, seeded
from evaluation.comments import coding, operations, queries
from evaluation.comments.models import Comment, Outcome, Part
from evaluation.surveys import screening
from evaluation.surveys.models import Answer
from lms.accounts.models import Person
from lms.db import db, writing

SEED = 20241007
#: Made up: nobody of this name is meant, and the road is nowhere.
WAITS = (
    "I rang Mrs Sampleton about the list, and went to 14 Nowhere Road with the school nurse. "
    "It gave us words for what had to change."
)
#: Words of the simulated answers that belong to each theme.
WORDS = {
    "wrote_down": ("dated list", "small signs", "dates", "Records now say"),
    "asked_child": ("ordinary day", "normal day"),
    "used_tool": ("assessment", "toolkit"),
    "spoke_services": ("rang the school", "other services"),
    "used_supervision": ("safeguarding lead", "supervision"),
}


def set_comment_scenes(loaded: Loaded) -> None:
    """Everything named above, for Wakefield."""
    with writing():
        officer, other = (_person(loaded, person_in_role("wakefield", role).key) for role in ("ld_officer", "ld_group"))
        about = queries.subject("course", "NEG")
        topics = {topic.question_key: topic for topic in queries.topics(about)} if about else {}
        _publish(topics["quote_text"], officer)
        _code(topics["beh_example"], officer, other)
        _let_one_wait(topics["beh_example"])


def _person(loaded: Loaded, key: str) -> Person:
    return db.session.get_one(Person, loaded.people[key].id)


def _publish(topic: queries.Topic, officer: Person) -> None:
    """One of each sentence that may be printed."""
    seen = set()
    for quote in queries.quotes_to_choose(topic.subject):
        if quote.text not in seen:
            seen.add(quote.text)
            comment = db.session.get_one(Comment, quote.comment_id)
            operations.publish(comment=comment, by=officer, now=FIRST_MOMENT - timedelta(days=5))


def _code(topic: queries.Topic, officer: Person, other: Person) -> None:
    """Most texts coded by one, some of them by a second, who sees some of them differently."""
    when = FIRST_MOMENT - timedelta(days=4)
    book = operations.write_book(
        topic=topic, themes=coding.default_themes(topic.question_key), for_all=True, by=officer, now=when
    )
    rng = seeded(SEED, "coding")
    texts = queries.comments(topic)
    # In the order of the words: the ids of texts are random, and the demonstration is the same each time.
    texts = sorted(texts, key=lambda one: one.words)
    first = {one.id: _themes(one.words) for one in texts[:-6]}
    operations.code(topic=topic, book=book, part=Part.FIRST, chosen=first, by=officer, now=when)
    second = {key: themes if rng.random() < 0.9 else themes[:-1] for key, themes in list(first.items())[::3]}
    operations.code(topic=topic, book=book, part=Part.SECOND, chosen=second, by=other, now=when)


def _themes(words: str) -> list[str]:
    return [key for key, parts in WORDS.items() if any(part in words for part in parts)]


def _let_one_wait(topic: queries.Topic) -> None:
    """One text that nobody has coded holds a made-up name and address, as if it had been typed like that."""
    uncoded = max(queries.comments(topic), key=lambda one: one.words)
    db.session.get_one(Answer, (uncoded.response_id, uncoded.question_key)).text = WAITS
    uncoded.found = list(dict.fromkeys(one.kind for one in screening.findings(WAITS)))
    uncoded.outcome = Outcome.WAITING
    db.session.flush()
