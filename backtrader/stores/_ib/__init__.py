"""Private rooms of the Interactive Brokers store."""
