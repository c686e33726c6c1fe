"""Tables: what the independent scrutineer reads, and the challenges they raise."""
