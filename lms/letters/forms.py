"""What people search the outbox with."""

from lms.forms import FilterForm, TextField


class OutboxForm(FilterForm):
    """The field above the list of letters."""

    q = TextField("Name, address or subject", longest=120)

    def words(self) -> list[str]:
        """What was typed, word by word."""
        return (self.q.data or "")[:120].split()
