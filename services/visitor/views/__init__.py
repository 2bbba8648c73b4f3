"""What the visitor service shows: rows of the database made into answers."""
