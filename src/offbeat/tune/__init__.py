"""Better parameters for a detector, by search."""
