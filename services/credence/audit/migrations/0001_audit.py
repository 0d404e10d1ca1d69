"""Profiles and roles as told, cohorts, the programme catalogue, audits."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from credence.platform.sql.schema import create_platform_tables, create_tenant_table

revision, down_revision = "0001", None


def upgrade() -> None:
    create_platform_tables(op)
    time = sa.TIMESTAMP(timezone=True)
    create_tenant_table(
        op,
        "profiles",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.Column("population", sa.Text, nullable=False),
        sa.Column("labels", postgresql.JSONB, nullable=False),
        # the Profile as protobuf; empty while the person is soft-deleted
        sa.Column("body", sa.LargeBinary),
        sa.PrimaryKeyConstraint("tenant", "id"),
    )
    op.create_index("profiles_labels", "profiles", ["labels"], postgresql_using="gin")
    for table in ("roles", "cohorts"):
        create_tenant_table(
            op,
            table,
            sa.Column("id", sa.Text, nullable=False),
            sa.Column("revision", sa.BigInteger, nullable=False),
            sa.Column("body", sa.LargeBinary, nullable=False),
            sa.PrimaryKeyConstraint("tenant", "id"),
        )
    create_tenant_table(
        op,
        "programmes",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("external_id", sa.Text, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "id"),
        sa.UniqueConstraint("tenant", "external_id"),
    )
    create_tenant_table(
        op,
        "audits",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("cohort", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("audit_time", time, nullable=False),
        sa.Column("total_gap", sa.Double, nullable=False),
        sa.Column("people", sa.Integer, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "id"),
    )
    op.create_index("audits_series", "audits", ["tenant", "cohort", "role", "audit_time"])
