"""The action log: what is done about a recommendation, by whom, until when, and what shows its effect."""
