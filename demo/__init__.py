"""The demonstration: published figures, and made-up records that add up to them. Nobody and nothing in it is real."""
