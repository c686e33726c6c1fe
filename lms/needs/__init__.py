"""What people need to take part, and what they eat: asked where it is used, shown to who needs it, gone after 28 days."""
