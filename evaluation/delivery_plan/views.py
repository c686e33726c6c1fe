"""The delivery plan: priorities, actions, progress, deep dives, the highlight report."""
