"""The one exception people read."""

from flask import g, has_request_context


class RuleBroken(Exception):
    """A rule said no. The message is the sentence the person reads.

    Raised inside a request it also marks the request, so that `db.finish_request` keeps nothing of it, even when the view
    answers with a redirect. `field` names what of a form it is about, where it is about one thing: `Form.refuse` puts it there.
    """

    def __init__(self, sentence: str, field: str | None = None) -> None:
        super().__init__(sentence)
        self.field = field
        if has_request_context():
            g.rule_broken = True
