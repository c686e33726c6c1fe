"""What an action offers people to learn from, and how many it reached."""
