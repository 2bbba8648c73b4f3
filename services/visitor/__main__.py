"""``python -m services.visitor api|worker|indexes|...``"""

from kernel.cli import main

if __name__ == "__main__":
    main("services.visitor.service")
