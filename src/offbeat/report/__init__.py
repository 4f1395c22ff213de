"""Pictures and pages of series, scores, events and tables."""
