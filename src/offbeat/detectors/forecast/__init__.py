"""Detectors that predict the next value and look at the error."""
