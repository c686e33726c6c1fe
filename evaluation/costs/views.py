"""What learning cost, beside the budget."""
