"""Key impact measures: series, audits, evaluations."""
