"""What happened: courses, bookings, registers, letters, people. Knows nothing of evaluation."""
