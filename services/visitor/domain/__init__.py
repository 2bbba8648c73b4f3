"""The rules of the visitor service: no web framework, no database, no broker."""
