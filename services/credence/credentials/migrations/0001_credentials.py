"""Profiles, verifications and the tenants' registries of issuers."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from credence.platform.sql.schema import create_platform_tables, create_tenant_table

revision, down_revision = "0001", None


def upgrade() -> None:
    create_platform_tables(op)
    create_tenant_table(
        op,
        "profiles",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.Column("candidate_revision", sa.BigInteger, nullable=False),
        # the Profile as published last, and the State that it can be graded anew from; both empty while soft-deleted
        sa.Column("body", sa.LargeBinary),
        sa.Column("state", sa.LargeBinary),
        sa.Column("graded_with", sa.Text, nullable=False),
        sa.Column("next_evaluation", sa.TIMESTAMP(timezone=True)),
        sa.PrimaryKeyConstraint("tenant", "id"),
    )
    op.create_index("profiles_next_evaluation", "profiles", ["tenant", "next_evaluation"])
    create_tenant_table(
        op,
        "verifications",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("candidate_id", sa.Text, nullable=False),
        sa.Column("outcome", sa.Integer, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "id"),
    )
    op.create_index("verifications_candidate", "verifications", ["tenant", "candidate_id"])
    create_tenant_table(
        op,
        "issuers",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("issuer_id", sa.Text, nullable=False),
        sa.Column("display_name", sa.Text, nullable=False),
        sa.Column("standing", sa.Text, nullable=False),
        sa.Column("aliases", postgresql.ARRAY(sa.Text), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "id"),
        sa.UniqueConstraint("tenant", "issuer_id"),
    )
