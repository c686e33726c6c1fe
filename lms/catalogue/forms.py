"""What people narrow the catalogue with."""

from lms.catalogue.rules import HOW, KIND, Wanted
from lms.forms import CheckboxesField, Choice, FilterForm, TextField
from lms.words import inside, listing


class CatalogueForm(FilterForm):
    """The filters beside the list of courses."""

    q = TextField("Word in the title, aims or audience", longest=80)
    how = CheckboxesField("How", [Choice(key, label) for key, (label, *_) in HOW.items()])
    kind = CheckboxesField("Kind", [Choice(key, label) for key, (label, _) in KIND.items()])

    def wanted(self) -> Wanted:
        """What was asked for; what nobody can choose is ignored."""
        return Wanted(
            words=tuple((self.q.data or "")[:80].split()),
            how=frozenset(key for key in self.how.data or () if key in HOW),
            kinds=frozenset(kind for key in self.kind.data or () if key in KIND for kind in KIND[key][1]),
        )

    def said(self, wanted: Wanted) -> str:
        """What the list is narrowed to, in words; empty where it holds everything."""
        typed = [f"“{' '.join(wanted.words)}”"] if wanted.words else []
        how = [HOW[key][0] for key in HOW if key in wanted.how]
        kinds = [label for label, kinds in KIND.values() if wanted.kinds.issuperset(kinds)]
        return "; ".join(
            [*typed, *(listing([inside(one) for one in chosen], "or") for chosen in (how, kinds) if chosen)]
        )
