"""Tables: the training needs analysis, and what is proposed from it."""
