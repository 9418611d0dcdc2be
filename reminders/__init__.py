"""Messages that must reach someone: rows in the store, a sender, channels."""
