"""Neural networks that learn what is normal and score the deviation from it."""
