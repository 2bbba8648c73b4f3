"""``python -m services.marketplace api|worker|indexes|redrive|republish|rebuild``."""

from kernel.cli import main

if __name__ == "__main__":
    main("services.marketplace.service")
