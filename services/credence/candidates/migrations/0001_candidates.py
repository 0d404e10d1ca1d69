"""Candidates and the history of their changes."""

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
        "candidates",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("external_id", sa.Text),
        sa.Column("population", sa.Text, nullable=False),
        sa.Column("labels", postgresql.JSONB, nullable=False),
        # the Candidate as protobuf: what is asked for by other columns stands beside it
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.Column("create_time", time, nullable=False),
        sa.Column("update_time", time, nullable=False),
        sa.Column("delete_time", time),
        sa.PrimaryKeyConstraint("tenant", "id"),
        sa.UniqueConstraint("tenant", "external_id"),
    )
    create_tenant_table(
        op,
        "candidate_changes",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.Column("change_time", time, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "id", "revision"),
        sa.ForeignKeyConstraint(["tenant", "id"], ["candidates.tenant", "candidates.id"], ondelete="CASCADE"),
    )
