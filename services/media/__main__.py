"""``python -m services.media api|worker|indexes|redrive|republish|rebuild``."""

from kernel.cli import main

if __name__ == "__main__":
    main("services.media.service")
