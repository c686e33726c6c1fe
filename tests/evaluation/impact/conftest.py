"""The loaded demonstrations, one for all tests of the annual chapter."""

from tests.evaluation.impact.annual_demo import kirklees, loaded_kirklees, loaded_wakefield, wakefield

__all__ = ["kirklees", "loaded_kirklees", "loaded_wakefield", "wakefield"]
