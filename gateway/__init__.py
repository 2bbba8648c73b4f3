"""The one door: routes, accounts, limits, answers composed from the services, and the web pages."""
