"""Lists of an event as Excel, in and out."""
