"""What services say to each other: events, and nothing else."""
