"""One folder a family, one file a detector."""
