"""The one-machine start: every process of the platform as a child of one supervisor."""
