"""What organisations are asked to pay, by rule, where the partnership charges at all."""
