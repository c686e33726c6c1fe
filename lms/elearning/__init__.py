"""E-learning: bookings, starts and completions, each counted apart."""
