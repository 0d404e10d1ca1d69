"""Signed snapshots of an issuer registry, all that were imported, and since when an issuer is known."""

import sqlalchemy as sa
from alembic import op

from credence.platform.sql.schema import create_tenant_table

revision, down_revision = "0003", "0002"


def upgrade() -> None:
    # all of them stay: a verdict names the version that it was judged by
    create_tenant_table(
        op,
        "registry_snapshots",
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("signed_by", sa.Text, nullable=False),
        sa.Column("import_time", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("document", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "version"),
    )
    op.add_column("issuers", sa.Column("active_since", sa.Date))
