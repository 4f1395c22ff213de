"""From scores to a threshold, and to alarms under a budget."""
