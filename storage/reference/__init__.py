"""Reference data that ships with the bot, and the reader that refuses wrong tables."""
