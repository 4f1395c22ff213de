"""Measuring detectors on many labelled series: suites and leaderboards."""
