"""What can be done in the visitor service: one function per use case, by topic."""
