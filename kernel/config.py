"""Settings of a process, read once from its environment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from environs import Env


@dataclass(frozen=True)
class Settings:
    """Everything a process is told from outside. Secrets come only from here, never from a file in the tree."""

    locality: str
    """Path of the locality's TOML file."""
    mongodb_uri: str
    kafka_bootstrap: str
    kafka_api_version: tuple[int, ...] | None
    """Protocol version to speak without asking; the embedded broker cannot be asked."""
    kafka_partitions: int
    kafka_replication: int
    auth_jwks: str
    """URL or file path of the JSON Web Key Set that signs access tokens."""
    auth_issuer: str
    auth_audience: str
    http_port: int
    """Port of this process's HTTP: the API, or a worker's health and metrics."""
    http_host: str
    """Address it listens on; another than loopback only where a network keeps strangers out."""
    web_threads: int
    """Requests that one API process answers at the same time."""
    log_level: str
    transaction_timeout: timedelta
    outbox_retention: timedelta
    inbox_retention: timedelta
    topic_retention: timedelta
    idempotency_retention: timedelta
    outbox_alarm_rows: int
    """Rows in the outbox, published ones included, above which the worker says that it is not ready."""
    stuck: timedelta
    """How long one transaction of handlers, or an acknowledgement, may take before the worker says it is stuck."""
    lease: timedelta
    """How long a relay owns the outbox, and a consumer its partitions, without renewing."""
    relay_window: int
    """Most records of one checkpoint; the relay has several windows of them under way at once."""
    worker_name: str | None
    """Name of this worker among those of its service; who comes back under it reads its partitions again at once."""
    consume_batch: int
    """Most events applied in one transaction."""
    max_waiting: int
    """Most events held in memory behind a failing one; above it, no more are fetched."""
    max_lag_age: timedelta
    """How old the event at hand may be while more wait behind it, before the worker says it is not ready."""
    halt_consecutive: int
    """Failed handlers in a row after which consumption stops instead of parking."""
    halt_ratio: float
    """Share of failed handlers among the last ``halt_window`` after which consumption stops."""
    halt_window: int
    retry_attempts: int
    retry_base: timedelta
    retry_cap: timedelta
    max_body_bytes: int


def load_settings(env: Env | None = None) -> Settings:
    """Read the environment; raises ``environs.EnvError`` naming the variable that is missing or wrong."""
    env = env or Env()
    api_version = env.str("KAFKA_API_VERSION", "")
    return Settings(
        locality=env.str("LOCALITY", "deploy/localities/newhaven-dieppe.toml"),
        mongodb_uri=env.str("MONGODB_URI"),
        kafka_bootstrap=env.str("KAFKA_BOOTSTRAP_SERVERS"),
        kafka_api_version=tuple(int(part) for part in api_version.split(".")) if api_version else None,
        kafka_partitions=env.int("KAFKA_PARTITIONS", 4),
        kafka_replication=env.int("KAFKA_REPLICATION", 1),
        auth_jwks=env.str("AUTH_JWKS", "http://127.0.0.1:8080/.well-known/jwks.json"),
        auth_issuer=env.str("AUTH_ISSUER", "living-newhaven"),
        auth_audience=env.str("AUTH_AUDIENCE", "living-newhaven"),
        http_port=env.int("HTTP_PORT", 8000),
        http_host=env.str("HTTP_HOST", "127.0.0.1"),
        web_threads=env.int("WEB_THREADS", 16),
        log_level=env.str("LOG_LEVEL", "INFO"),
        transaction_timeout=timedelta(seconds=env.float("TRANSACTION_TIMEOUT_SECONDS", 10)),
        outbox_retention=timedelta(days=env.float("OUTBOX_RETENTION_DAYS", 30)),
        inbox_retention=timedelta(days=env.float("INBOX_RETENTION_DAYS", 90)),
        topic_retention=timedelta(days=env.float("TOPIC_RETENTION_DAYS", 7)),
        idempotency_retention=timedelta(days=env.float("IDEMPOTENCY_RETENTION_DAYS", 7)),
        outbox_alarm_rows=env.int("OUTBOX_ALARM_ROWS", 5_000_000),
        stuck=timedelta(seconds=env.float("STUCK_SECONDS", 2.5)),
        lease=timedelta(seconds=env.float("LEASE_SECONDS", 10)),
        relay_window=env.int("RELAY_WINDOW", 2000),
        worker_name=env.str("WORKER_NAME", "") or None,
        consume_batch=env.int("CONSUME_BATCH", 500),
        max_waiting=env.int("MAX_WAITING", 10_000),
        max_lag_age=timedelta(seconds=env.float("MAX_LAG_AGE_SECONDS", 60)),
        halt_consecutive=env.int("HALT_CONSECUTIVE", 20),
        halt_ratio=env.float("HALT_RATIO", 0.5),
        halt_window=env.int("HALT_WINDOW", 100),
        retry_attempts=env.int("RETRY_ATTEMPTS", 5),
        retry_base=timedelta(seconds=env.float("RETRY_BASE_SECONDS", 0.1)),
        retry_cap=timedelta(seconds=env.float("RETRY_CAP_SECONDS", 5)),
        max_body_bytes=env.int("MAX_BODY_BYTES", 1024 * 1024),
    )
