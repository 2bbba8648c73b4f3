"""Titles of the towns, where they can be watched, and the subjects that events put forward for new ones."""
