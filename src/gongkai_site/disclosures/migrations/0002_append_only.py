"""The database itself refuses to change or delete events; and finds documents by their words."""

from __future__ import annotations

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from gongkai_site.agencies.append_only import triggers, without_triggers

_EVENTS = "disclosures_disclosureevent"
_TABLE = "disclosures_disclosure"
_WORDS = "disclosures_words"
_REFUSAL = "the history of a document is append-only"

# SQLite keeps an index of words beside the table, in step by triggers; PostgreSQL has one inside.
_SQLITE = (
    f"CREATE VIRTUAL TABLE {_WORDS} USING fts5(grams, content='{_TABLE}', content_rowid='id', "
    "detail='none', tokenize='unicode61')",
    f"CREATE TRIGGER {_WORDS}_added AFTER INSERT ON {_TABLE} BEGIN "  # noqa: S608 - our own tables
    f"INSERT INTO {_WORDS}(rowid, grams) VALUES (new.id, new.grams); END",
    f"CREATE TRIGGER {_WORDS}_removed AFTER DELETE ON {_TABLE} BEGIN "  # noqa: S608
    f"INSERT INTO {_WORDS}({_WORDS}, rowid, grams) VALUES ('delete', old.id, old.grams); END",
    f"CREATE TRIGGER {_WORDS}_changed AFTER UPDATE OF grams ON {_TABLE} "  # noqa: S608
    "WHEN old.grams IS NOT new.grams BEGIN "
    f"INSERT INTO {_WORDS}({_WORDS}, rowid, grams) VALUES ('delete', old.id, old.grams); "
    f"INSERT INTO {_WORDS}(rowid, grams) VALUES (new.id, new.grams); END",
)
_SQLITE_UNDONE = (
    f"DROP TRIGGER {_WORDS}_added",
    f"DROP TRIGGER {_WORDS}_removed",
    f"DROP TRIGGER {_WORDS}_changed",
    f"DROP TABLE {_WORDS}",
)
_POSTGRESQL = (
    f"CREATE INDEX {_WORDS} ON {_TABLE} USING gin (string_to_array(grams, ' ')) "
    "WITH (fastupdate = on)",
)
_POSTGRESQL_UNDONE = (f"DROP INDEX {_WORDS}",)


def lay(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Lay triggers and index."""
    vendor = schema_editor.connection.vendor
    words = _SQLITE if vendor == "sqlite" else _POSTGRESQL
    for statement in (*triggers(vendor, _EVENTS, _REFUSAL), *words):
        schema_editor.execute(statement)


def lift(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take them away, as the migration is undone."""
    vendor = schema_editor.connection.vendor
    words = _SQLITE_UNDONE if vendor == "sqlite" else _POSTGRESQL_UNDONE
    for statement in (*words, *without_triggers(vendor, _EVENTS)):
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    """Triggers on events, words of documents."""

    dependencies = [("disclosures", "0001_initial")]
    operations = [migrations.RunPython(lay, lift)]
