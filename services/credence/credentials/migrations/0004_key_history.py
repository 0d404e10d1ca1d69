"""Keys that were seen in issuers' documents, and the documents that were verified with them."""

import sqlalchemy as sa
from alembic import op

from credence.platform.sql.schema import create_tenant_table

revision, down_revision = "0004", "0003"


def upgrade() -> None:
    create_tenant_table(
        op,
        "issuer_keys",
        sa.Column("issuer_id", sa.Text, nullable=False),
        sa.Column("method_id", sa.Text, nullable=False),
        sa.Column("multikey", sa.Text, nullable=False),
        sa.Column("first_seen", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("last_seen", sa.TIMESTAMP(timezone=True), nullable=False),
        # once revoked, a key is never believed again, though the issuer may take it out of its document later
        sa.Column("revoked", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "issuer_id", "method_id", "multikey"),
    )
    # by candidate, so that erasing a person erases these too
    create_tenant_table(
        op,
        "seen_credentials",
        sa.Column("candidate_id", sa.Text, nullable=False),
        sa.Column("content_hash", sa.Text, nullable=False),
        sa.Column("multikey", sa.Text, nullable=False),
        sa.Column("first_seen", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "candidate_id", "content_hash", "multikey"),
    )
    op.create_index("seen_credentials_content", "seen_credentials", ["tenant", "content_hash"])
