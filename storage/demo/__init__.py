"""A demo clinic, made up by rule: the same constant gives the same people, the same date the same times."""
