"""Choosing among detectors: comparing and tuning them on the data at hand."""
