"""The four promotion systems. Services never import each other."""
