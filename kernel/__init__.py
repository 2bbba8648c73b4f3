"""How services say things: delivery of events, transactions, HTTP edges. Knows MongoDB, Kafka and Flask."""
