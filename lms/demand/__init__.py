"""What people would come to if there were a date, and sessions that schools and agencies ask for at their own place."""
