"""Column types that tables share."""

from sqlalchemy import BigInteger, Integer

BigKey = BigInteger().with_variant(Integer(), "sqlite")
"""A 64-bit integer key. SQLite's INTEGER has 64 bits, and only by that name is it the row's own id."""
