"""On PostgreSQL, an index over the words of titles; SQLite reads the few cases it has."""

from __future__ import annotations

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

_INDEX = "info_requests_case_grams"


def lay(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Lay the index."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            f"CREATE INDEX {_INDEX} ON info_requests_case "
            "USING gin (string_to_array(grams, ' ')) WITH (fastupdate = on)"
        )


def lift(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take it away, as the migration is undone."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP INDEX {_INDEX}")


class Migration(migrations.Migration):
    """The index of titles."""

    dependencies = [("info_requests", "0002_append_only")]
    operations = [migrations.RunPython(lay, lift)]
