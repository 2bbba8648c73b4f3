"""The marketplace: makers, what they offer, where it is sold, what they earn, and where each item has been."""
