"""Benchmarks: ratios to a reference beside them. No tests: ``make bench`` runs them, ``make test`` does not."""
