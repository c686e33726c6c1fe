"""Sources of learning and the recommendations they made."""
