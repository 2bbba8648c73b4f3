"""What the deployment with docker compose needs beyond the image: secrets, the first start of the database."""
