"""Groups of the partnership: their members, meetings and decisions, and the board pack."""
