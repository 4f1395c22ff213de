"""Detectors made of detectors; the default among them."""
