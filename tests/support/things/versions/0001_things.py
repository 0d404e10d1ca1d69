"""The first version."""

import sqlalchemy as sa
from alembic import op

from credence.platform.sql.schema import create_platform_tables, create_tenant_table

revision = "0001"
down_revision = None


def upgrade() -> None:
    create_platform_tables(op)
    create_tenant_table(
        op,
        "things",
        sa.Column("thing", sa.Text, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("applied", sa.Integer, nullable=False),
        sa.Column("number", sa.BigInteger, sa.Identity()),
        sa.PrimaryKeyConstraint("tenant", "thing"),
    )
