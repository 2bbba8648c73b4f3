"""Check-in: rules and lists for the devices at the door, with or without a network, and what they scanned."""
