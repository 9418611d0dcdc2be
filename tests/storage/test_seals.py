"""The registry of what is sealed names every column of bytes that the tables have."""

from sqlalchemy import LargeBinary
from sqlmodel import SQLModel

from storage import erasure, models, seals

TABLES = {getattr(models, name).__table__ for name in models.__all__}
WHOSE = ("account_id", "patient_id", "telegram_id", "chat_id")


def test_the_tables_are_all_of_them() -> None:
    assert set(SQLModel.metadata.tables.values()) == TABLES


def test_every_column_of_bytes_is_a_seal_or_named_as_none() -> None:
    columns = {
        f"{table.name}.{column.name}"
        for table in TABLES
        for column in table.columns
        if isinstance(column.type, LargeBinary)
    }
    assert len(columns) > 10
    named = [seal.name for seal in seals.SEALS]
    assert sorted([*named, *seals.NO_SEALS]) == sorted(columns)


def test_a_seal_knows_the_key_of_its_table_and_what_it_is_bound_to() -> None:
    tables = SQLModel.metadata.tables
    for seal in seals.SEALS:
        table = tables[seal.table]
        assert tuple(column.name for column in table.primary_key) == seal.keys, seal.name
        values = dict.fromkeys((*seal.keys, *seal.bound_to), "1")
        assert seal.place.format(**values) != seal.place, seal.name
        assert set(seal.bound_to) <= {column.name for column in table.columns}, seal.name


def test_no_place_is_that_of_another_column() -> None:
    places = [seal.place for seal in seals.SEALS]
    assert len(set(places)) == len(places)


def test_every_column_that_says_whose_a_row_is_is_thought_of_when_erasing() -> None:
    columns = {
        f"{table.name}.{column.name}" for table in TABLES for column in table.columns if column.name in WHOSE
    }
    assert sorted([*erasure.ERASED, *erasure.KEPT]) == sorted(columns)
