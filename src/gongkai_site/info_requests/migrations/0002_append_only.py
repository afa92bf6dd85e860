"""The database itself refuses to change or delete what is only ever added, whoever asks."""

from __future__ import annotations

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

TABLES = (
    "info_requests_caseevent",
    "info_requests_requesttext",
    "info_requests_letterversion",
    "info_requests_note",
)
_REFUSAL = "the file of a case is append-only"
_FUNCTION = "info_requests_refuse"


def _lay(vendor: str) -> list[str]:
    if vendor == "sqlite":
        return [
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
            for table in TABLES
            for verb in ("UPDATE", "DELETE")
        ]
    return [
        f"CREATE FUNCTION {_FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$",
        *(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {_FUNCTION}()"
            for table in TABLES
        ),
    ]


def _lift(vendor: str) -> list[str]:
    if vendor == "sqlite":
        return [
            f"DROP TRIGGER {table}_no_{verb}" for table in TABLES for verb in ("update", "delete")
        ]
    return [
        *(f"DROP TRIGGER {table}_append_only ON {table}" for table in TABLES),
        f"DROP FUNCTION {_FUNCTION}()",
    ]


def lay(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Lay the triggers."""
    for statement in _lay(schema_editor.connection.vendor):
        schema_editor.execute(statement)


def lift(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take the triggers away, as the migration is undone."""
    for statement in _lift(schema_editor.connection.vendor):
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    """Triggers on events, texts, letter versions and notes."""

    dependencies = [("info_requests", "0001_initial")]
    operations = [migrations.RunPython(lay, lift)]
