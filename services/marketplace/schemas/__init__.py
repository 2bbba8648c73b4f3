"""What the marketplace's HTTP takes and gives."""
