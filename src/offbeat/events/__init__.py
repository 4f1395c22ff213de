"""From scores and a threshold to events: their extent, kind and reason."""
