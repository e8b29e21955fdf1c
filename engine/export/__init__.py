"""A trace as data."""
