"""The groups of the partnership, an officer, and organisations that answer for themselves."""

from tests.evaluation.governance.conftest import house

__all__ = ["house"]
