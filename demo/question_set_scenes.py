"""Question sets when the demonstration begins: an officer puts the default questions into Polish, and has not published it."""

from demo.loading import FIRST_MOMENT, Loaded
from evaluation.question_sets import editing, operations, queries
from lms.accounts.models import Person
from lms.db import db, writing

#: Made up for the demonstration. Nobody has put them back into English yet, so they are not to be used.
POLISH = {
    "The course": "Szkolenie",
    "Start": "Rozpocznij",
    "Save and carry on": "Zapisz i przejdź dalej",
    "Check your answers": "Sprawdź swoje odpowiedzi",
    "Send my answers": "Wyślij odpowiedzi",
    "This one needs an answer.": "Na to pytanie trzeba odpowiedzieć.",
    "How much will this course help you in your job?": "W jakim stopniu to szkolenie pomoże w Twojej pracy?",
    "Nothing in it fits my job": "Nic z niego nie pasuje do mojej pracy",
    "I might use one thing, but I cannot say when": "Może wykorzystam jedną rzecz, ale nie wiem kiedy",
    "I will use one or two things in the next month": "Wykorzystam jedną lub dwie rzeczy w najbliższym miesiącu",
    "I will use several things in the next month": "Wykorzystam kilka rzeczy w najbliższym miesiącu",
    "It changes how I do my job from this week": "Już od tego tygodnia zmienia to sposób, w jaki pracuję",
    "How much of the course was new to you?": "Jak dużo na szkoleniu było nowe?",
    "I knew all of it already": "Wszystko już wcześniej było mi znane",
    "A little was new": "Niewiele było nowe",
    "About half was new": "Około połowy było nowe",
    "Most of it was new": "Większość była nowa",
    "It was all new, and too much at once": "Wszystko było nowe i za dużo naraz",
}


def set_question_sets(loaded: Loaded) -> None:
    """A draft of the next version, with Polish begun."""
    officer_id = loaded.people["w-sian-morgan"].id
    with writing():
        officer = db.session.get_one(Person, officer_id)
        base = queries.newest("golden-thread")
        if base is not None:
            draft = operations.begin_draft(base=base, by=officer, now=FIRST_MOMENT)
            operations.take_step(
                key=draft.key,
                revision=draft.revision,
                document=editing.translate(draft.document, "pl", POLISH),
                step="Words in Polish were changed.",
                by=officer,
                now=FIRST_MOMENT,
            )
