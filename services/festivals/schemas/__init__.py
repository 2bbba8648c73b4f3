"""What callers send and get: marshmallow, at the HTTP edge only."""
