"""Deals labelled series to property tests."""
