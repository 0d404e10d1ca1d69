"""What migrations make tables with: every table is sealed to its tenant by row-level security.
The roles of a database `d` are `d_owner` (migrations only), `d` (the service) and `d_system` (the relay and
loops over tenants); `credence.platform.sql.provision` makes them.
"""

from typing import Any

import sqlalchemy as sa
from alembic.operations import Operations
from sqlalchemy.schema import SchemaItem

CURRENT_TENANT = "current_setting('credence.tenant', true)"


def create_tenant_table(op: Operations | Any, name: str, *items: SchemaItem, **options: Any) -> None:
    """Creates table `name` with a column `tenant` and then `items`, sealed; the service's role may read and
    write its rows.
    `op` is `alembic.op`. `tenant` fills itself from the transaction, so inserts need not name it; let keys
    begin with it. The seal binds the owner too: a migration that changes rows must say `ALTER TABLE ... NO
    FORCE ROW LEVEL SECURITY` first and `FORCE` again after.
    """
    tenant = sa.Column(
        "tenant",
        sa.Text,
        sa.CheckConstraint("tenant <> ''"),
        nullable=False,
        server_default=sa.text(CURRENT_TENANT),
    )
    op.create_table(name, tenant, *items, **options)
    service, _ = _roles(op)
    table = _quote(op, name)
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    mine = f"tenant = {CURRENT_TENANT}"
    op.execute(f"CREATE POLICY tenant ON {table} USING ({mine}) WITH CHECK ({mine})")
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {service}")
    for sequence in op.get_bind().execute(sa.text(_SEQUENCES), {"table": name}).scalars():
        op.execute(f"GRANT USAGE ON SEQUENCE {sequence} TO {service}")


def create_platform_tables(op: Operations | Any) -> None:
    """Creates tenants, inbox, outbox and request_ids: in every service's first migration."""
    now = sa.text("now()")
    create_tenant_table(
        op,
        "tenants",
        sa.Column("create_time", sa.TIMESTAMP(timezone=True), server_default=now, nullable=False),
        sa.PrimaryKeyConstraint("tenant"),
    )
    create_tenant_table(
        op,
        "inbox",
        sa.Column("consumer", sa.Text, nullable=False),
        sa.Column("event_id", sa.Text, nullable=False),
        sa.Column("receive_time", sa.TIMESTAMP(timezone=True), server_default=now, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "consumer", "event_id"),
    )
    create_tenant_table(
        op,
        "outbox",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("event_id", sa.Text, nullable=False),
        sa.Column("headers", sa.dialects.postgresql.JSONB, nullable=False),
        sa.Column("value", sa.LargeBinary, nullable=True, comment="NULL: a tombstone"),
        sa.Column("xid", _Xid8, server_default=sa.text("pg_current_xact_id()"), nullable=False),
        sa.Column("create_time", sa.TIMESTAMP(timezone=True), server_default=now, nullable=False),
    )
    # its rows live for milliseconds: vacuum by count of the dead, not by a share of the few that live
    op.execute(
        "ALTER TABLE outbox SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000)"
    )
    create_tenant_table(
        op,
        "request_ids",
        sa.Column("method", sa.Text, nullable=False),
        sa.Column("request_id", sa.Text, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("response", sa.LargeBinary, nullable=False),
        sa.Column("create_time", sa.TIMESTAMP(timezone=True), server_default=now, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "method", "request_id"),
    )
    op.create_index("inbox_receive_time", "inbox", ["receive_time"])
    op.create_index("request_ids_create_time", "request_ids", ["create_time"])
    _let_system(op, "tenants", "SELECT")
    _let_system(op, "outbox", "SELECT, DELETE")
    _let_system(op, "inbox", "SELECT (receive_time), DELETE")
    _let_system(op, "request_ids", "SELECT (create_time), DELETE")


_SEQUENCES = """
SELECT quote_ident(s.relname) FROM pg_class s JOIN pg_depend d ON d.objid = s.oid
WHERE s.relkind = 'S' AND d.refobjid = to_regclass(quote_ident(:table)) AND d.deptype IN ('a', 'i')
"""


class _Xid8(sa.types.UserDefinedType[int]):
    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "xid8"


def _let_system(op: Operations | Any, table: str, privileges: str) -> None:
    _, system = _roles(op)
    op.execute(f"CREATE POLICY system ON {table} TO {system} USING (true)")
    op.execute(f"GRANT {privileges} ON {table} TO {system}")


def _roles(op: Operations | Any) -> tuple[str, str]:
    database = op.get_bind().execute(sa.text("SELECT current_database()")).scalar_one()
    return _quote(op, database), _quote(op, f"{database}_system")


def _quote(op: Operations | Any, identifier: str) -> str:
    return str(op.get_bind().dialect.identifier_preparer.quote(identifier))
