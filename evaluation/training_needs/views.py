"""The training needs analysis, and what is proposed from it."""
