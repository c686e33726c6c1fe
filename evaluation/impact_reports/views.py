"""Impact reports: one report for a session, course, action, recommendation, priority, period or agency."""
