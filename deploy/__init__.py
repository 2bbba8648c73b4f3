"""How the platform is installed, started and filled with demonstration data."""
