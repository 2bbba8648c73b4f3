"""The desk of an event: how many may come, who has a place, who waits for one."""
