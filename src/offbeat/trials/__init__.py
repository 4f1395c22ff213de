"""One engine: fit a part, score a part, measure, keep."""
