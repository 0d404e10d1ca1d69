"""Public descriptions of credentials and competencies, by CTID."""

import sqlalchemy as sa
from alembic import op

from credence.platform.sql.schema import create_tenant_table

revision, down_revision = "0006", "0005"


def upgrade() -> None:
    create_tenant_table(
        op,
        "ctdl",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("competency", sa.Boolean, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "id"),
    )
