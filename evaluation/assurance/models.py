"""Tables: assurance and challenge events: evidence by a deadline, a judgement for each action."""
