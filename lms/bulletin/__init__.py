"""The e-bulletin: who gets it and what was sent."""
