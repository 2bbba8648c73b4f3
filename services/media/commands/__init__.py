"""What producers and visitors do in media: one function for each use case, run inside one unit of work."""
