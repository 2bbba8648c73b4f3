"""The visitor service: what an arriving passenger can do, who is at the desk, and how many stopped."""
