"""Detectors side by side on one person's own series."""
