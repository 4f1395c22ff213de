"""Neural networks that learn the normal and show what deviates from it."""
