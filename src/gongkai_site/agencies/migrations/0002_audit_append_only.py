"""The database itself refuses to change or delete an entry of the audit log, whoever asks."""

from __future__ import annotations

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

_TABLE = "agencies_auditentry"
_REFUSAL = "the audit log is append-only"

_LAY = {
    "sqlite": [
        f"CREATE TRIGGER {_TABLE}_no_{verb.lower()} BEFORE {verb} ON {_TABLE} "
        f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
        for verb in ("UPDATE", "DELETE")
    ],
    "postgresql": [
        f"CREATE FUNCTION {_TABLE}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$",
        # An empty log may be emptied: nothing is lost, and a scratch database is cleared that way.
        f"CREATE FUNCTION {_TABLE}_refuse_emptying() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF EXISTS (TABLE {_TABLE}) THEN RAISE EXCEPTION '{_REFUSAL}'; "
        f"END IF; RETURN NULL; END $$",
        f"CREATE TRIGGER {_TABLE}_append_only BEFORE UPDATE OR DELETE ON {_TABLE} "
        f"FOR EACH ROW EXECUTE FUNCTION {_TABLE}_refuse()",
        f"CREATE TRIGGER {_TABLE}_no_emptying BEFORE TRUNCATE ON {_TABLE} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {_TABLE}_refuse_emptying()",
    ],
}
_LIFT = {
    "sqlite": [f"DROP TRIGGER {_TABLE}_no_update", f"DROP TRIGGER {_TABLE}_no_delete"],
    "postgresql": [
        f"DROP TRIGGER {_TABLE}_no_emptying ON {_TABLE}",
        f"DROP TRIGGER {_TABLE}_append_only ON {_TABLE}",
        f"DROP FUNCTION {_TABLE}_refuse_emptying()",
        f"DROP FUNCTION {_TABLE}_refuse()",
    ],
}


def lay(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Lay the triggers."""
    for statement in _LAY[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def lift(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take the triggers away, as the migration is undone."""
    for statement in _LIFT[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    """Triggers on the audit log."""

    dependencies = [("agencies", "0001_initial")]
    operations = [migrations.RunPython(lay, lift)]
