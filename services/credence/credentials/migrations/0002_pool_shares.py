"""How large a share of a tenant's pool holds each achievement, measured once a day."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from credence.platform.sql.schema import create_tenant_table

revision, down_revision = "0002", "0001"


def upgrade() -> None:
    create_tenant_table(
        op,
        "pool_shares",
        sa.Column("taken_on", sa.Date, nullable=False),
        sa.Column("shares", postgresql.JSONB, nullable=False),
        sa.PrimaryKeyConstraint("tenant"),
    )
    op.add_column("verifications", sa.Column("achievement_key", sa.Text, nullable=False, server_default=""))
