"""Tours: events that go somewhere, with a route, a leader, a meeting point, and the sailings they fit."""
