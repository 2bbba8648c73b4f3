"""The desk without network: the reference client of ``/v1/desk-sync``. Needs nothing but Python's own library."""
