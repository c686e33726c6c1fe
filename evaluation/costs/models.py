"""Tables: what learning cost, beside the budget."""
