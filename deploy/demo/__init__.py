"""Demonstration data and a walk through the acceptance stories, both through the public API with real accounts."""
