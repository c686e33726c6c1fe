"""What is done about what people wrote: looked through when a wave is over, decided about, coded, published."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, select

from evaluation.comments import coding, queries, rules
from evaluation.comments.models import (
    CodeBook,
    Coding,
    Comment,
    CommentsLooked,
    Outcome,
    Part,
    PublishedQuote,
)
from evaluation.surveys import screening
from evaluation.surveys.models import Answer, QuestionSet, RoundStage
from lms.accounts.models import Person
from lms.activity.operations import record
from lms.dates import london
from lms.db import db
from lms.errors import RuleBroken

#: How the list of what people did names what a survey was about.
KINDS = {"course": "course", "occasion": "survey_occasion"}
DECISIONS = {Outcome.KEPT: "comment:kept", Outcome.CUT: "comment:cut", Outcome.OUT: "comment:taken_out"}


def look_through(now: datetime) -> int:
    """Look through the words of every wave that is over, once; how many waves that was.

    Not earlier: at the end of a wave all its answers are written once more under new ids, and what hangs on them would tell
    which came first.
    """
    waves = queries.to_look(now)
    for wave in waves:
        rows = [
            Comment(
                round_id=wave.id,
                response_id=response_id,
                question_key=key,
                found=(kinds := list(dict.fromkeys(one.kind for one in screening.findings(text)))),
                outcome=Outcome.WAITING if kinds else Outcome.CLEAR,
            )
            for response_id, key, text in queries.words_of(wave)
        ]
        # The order of rows must not be that of the responses: comments of one person would stand together.
        secrets.SystemRandom().shuffle(rows)
        db.session.add_all([*rows, CommentsLooked(round_id=wave.id)])
    db.session.flush()
    return len(waves)


def _locked(comment: Comment) -> Comment:
    """The comment as it is now, held until the end of the transaction: two officers may look at it at once."""
    return db.session.get_one(Comment, comment.id, with_for_update=True, populate_existing=True)


def decide(*, comment: Comment, outcome: Outcome, typed: str = "", by: Person, now: datetime) -> None:
    """Keep the words, put what was typed in their place, or take them out whole. RuleBroken where somebody was quicker, or where
    what was typed is not the words with some taken out. The original words stay until the decision is final."""
    comment = _locked(comment)
    rules.check_may_decide(comment.outcome)
    if outcome is Outcome.CUT:
        comment.instead = rules.cleaned(comment.answer.text or "", typed)
    elif outcome is Outcome.OUT:
        comment.instead = ""
    elif outcome is not Outcome.KEPT:
        raise RuleBroken("Choose what is to become of the words.")
    today = london(now).date()
    comment.outcome, comment.decided_by_id = outcome, by.id
    comment.decided_on, comment.final_on = today, rules.final_on(today)
    db.session.flush()
    _record(DECISIONS[outcome], comment, by, now)


def undo(*, comment: Comment, by: Person, now: datetime) -> None:
    """Let a text wait for a decision again. RuleBroken once the decision is final."""
    comment = _locked(comment)
    rules.check_may_undo(comment.outcome, comment.final_on, london(now).date())
    _wait(comment)
    _record("comment:undone", comment, by, now)


def look_again(*, comment: Comment, by: Person, now: datetime) -> None:
    """An officer saw something the search did not: nobody reads these words until it is decided. A quote is taken back."""
    comment = _locked(comment)
    if comment.outcome is Outcome.OUT:
        raise RuleBroken("These words have been taken out already.")
    if comment.outcome is not Outcome.WAITING:
        comment.found = list(dict.fromkeys([*comment.found, rules.SOMEBODY_SAW]))
        _wait(comment)
        _record("comment:to_review", comment, by, now)


def _wait(comment: Comment) -> None:
    comment.outcome, comment.instead = Outcome.WAITING, None
    comment.decided_by_id = comment.decided_on = comment.final_on = None
    db.session.execute(delete(PublishedQuote).where(PublishedQuote.comment_id == comment.id))
    db.session.flush()


def _record(verb: str, comment: Comment, by: Person | None, now: datetime) -> None:
    """One line of what an officer did: never the words, and not which text it was."""
    wave = comment.round
    kind, subject = ("course", wave.course_code) if wave.session else (KINDS["occasion"], wave.reference)
    record(verb, actor=by, subject_kind=kind, subject=subject, now=now, wave=wave.wave, question=comment.question_key)


def make_final(now: datetime) -> int:
    """Put what officers decided in the place of the original words, which are gone from then on; how many texts that was."""
    comments = queries.to_make_final(london(now).date())
    for comment in comments:
        comment.final_on = None
        if comment.instead is not None:
            answer = db.session.get_one(Answer, (comment.response_id, comment.question_key))
            answer.text, comment.instead = comment.instead, None
    db.session.flush()
    return len(comments)


def write_book(
    *, topic: queries.Topic, themes: Sequence[Mapping[str, str]], for_all: bool, by: Person | None, now: datetime
) -> CodeBook:
    """Write the code book of a question: a new version once something was coded with the newest, which keeps its own.

    Themes are name, belongs, example; a theme that keeps its name keeps its key, so that it is counted together.
    """
    named = [{word: theme.get(word, "").strip() for word in ("name", "belongs", "example")} for theme in themes]
    named = [theme for theme in named if any(theme.values())]
    if not named or not all(theme["name"] for theme in named):
        raise RuleBroken("Give each theme a name")
    names = [theme["name"].casefold() for theme in named]
    if len(set(names)) < len(names):
        raise RuleBroken("Give each theme a name of its own")
    db.session.execute(select(QuestionSet.id).where(QuestionSet.key == topic.set_key).with_for_update())
    about = "" if for_all else topic.subject.key
    earlier = coding.books(topic)
    known = [coding.default_themes(topic.question_key), *(book.themes for book in reversed(earlier))]
    before = {theme["name"]: theme["key"] for some in known for theme in some}
    keys = rules.theme_keys([theme["name"] for theme in named], before)
    document = [{"key": key, **theme} for key, theme in zip(keys, named, strict=True)]
    newest = next((book for book in earlier if book.about == about), None)
    if newest and newest.themes == document:
        return newest
    if newest and not coding.is_used(newest):
        newest.themes, newest.made_on, newest.made_by_id = document, london(now).date(), by.id if by else None
        book = newest
    else:
        book = CodeBook(
            set_key=topic.set_key,
            question_key=topic.question_key,
            about=about,
            version=newest.version + 1 if newest else 1,
            themes=document,
            made_by_id=by.id if by else None,
            made_on=london(now).date(),
        )
        db.session.add(book)
    db.session.flush()
    record(
        "code_book:written",
        actor=by,
        subject_kind=KINDS[topic.subject.kind],
        subject=topic.subject.key,
        now=now,
        question=topic.question_key,
        version=book.version,
    )
    return book


def code(
    *,
    topic: queries.Topic,
    book: CodeBook,
    part: Part,
    chosen: Mapping[str, Sequence[str]],
    by: Person,
    now: datetime,
) -> int:
    """Keep the themes somebody found in some texts ({comment id: theme keys}, empty for none of these); how many were changed.

    RuleBroken where the book is no longer the newest, or somebody else has coded one of the texts meanwhile.
    """
    newest = coding.books(topic)[:1]
    if [book] != list(newest):
        raise RuleBroken("The code book has changed in the meantime. Look at the texts once more, nothing was kept.")
    here = {comment.id for comment in queries.comments(topic)}
    there = coding.codings(topic)
    changed = 0
    for comment_id, keys in chosen.items():
        themes = rules.check_themes(keys, book.keys)
        parts = there.get(comment_id, {})
        own, first = parts.get(part), parts.get(Part.FIRST)
        if comment_id not in here:
            raise RuleBroken("One of these texts can no longer be read. Open the page again, nothing was kept.")
        if part is Part.FIRST and own and own.coder_id != by.id:
            raise RuleBroken(
                "Somebody else has coded one of these texts meanwhile. Open the page again, nothing was kept."
            )
        if part is Part.SECOND and (first is None or first.coder_id == by.id or (own and own.coder_id != by.id)):
            raise RuleBroken("Two different people code a text. Open the page again, nothing was kept.")
        if part is Part.SETTLED and not {Part.FIRST, Part.SECOND} <= parts.keys():
            raise RuleBroken("Only texts that two people have coded are settled.")
        if own is None:
            db.session.add(Coding(comment_id=comment_id, part=part, book_id=book.id, coder_id=by.id, themes=themes))
        elif own.themes != themes or own.book_id != book.id:
            own.themes, own.book_id, own.coder_id = themes, book.id, by.id
        else:
            continue
        changed += 1
    db.session.flush()
    if changed:
        record(
            f"comments:{'settled' if part is Part.SETTLED else 'coded'}",
            actor=by,
            subject_kind=KINDS[topic.subject.kind],
            subject=topic.subject.key,
            now=now,
            question=topic.question_key,
            texts=changed,
        )
    return changed


def publish(*, comment: Comment, by: Person | None, now: datetime) -> None:
    """Choose a sentence for reports. RuleBroken without its writer's yes, before its wave is over, or before it was looked at."""
    comment = _locked(comment)
    rules.check_may_publish(
        comment.question_key,
        queries.consent_of(comment),
        comment.outcome,
        closed=comment.round.stage is RoundStage.CLOSED,
    )
    if not comment.words:
        raise RuleBroken("These words may not be published.")
    if db.session.get(PublishedQuote, comment.id) is None:
        published_on = london(now).date()
        db.session.add(
            PublishedQuote(comment_id=comment.id, published_by_id=by.id if by else None, published_on=published_on)
        )
        db.session.flush()
        _record("quote:published", comment, by, now)


def take_back(*, comment: Comment, by: Person, now: datetime) -> None:
    """Take a sentence out of what is printed from now on."""
    there = db.session.get(PublishedQuote, comment.id, with_for_update=True)
    if there is not None:
        db.session.delete(there)
        db.session.flush()
        _record("quote:taken_back", comment, by, now)
