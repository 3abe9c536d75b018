"""Phone pages of the hall, for whoever runs the event."""
