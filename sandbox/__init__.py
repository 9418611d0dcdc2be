"""A Telegram Bot API server on this machine, with a chat page: for demos, tests and development."""
