"""Detectors that compare a subsequence with other subsequences."""
