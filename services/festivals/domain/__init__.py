"""The rules of festivals and events: pure, no Flask, MongoDB or Kafka."""
