"""Festivals and the individually curated events in them."""
