"""What the HTTP edge of media takes and gives, by resource."""
