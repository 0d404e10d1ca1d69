"""Profiles, roles, rankings given and decisions."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from credence.platform.sql.schema import create_platform_tables, create_tenant_table

revision, down_revision = "0001", None


def upgrade() -> None:
    create_platform_tables(op)
    time = sa.TIMESTAMP(timezone=True)
    text_list = postgresql.ARRAY(sa.Text)
    create_tenant_table(
        op,
        "profiles",
        sa.Column("candidate", sa.Text, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.Column("state", sa.Text, nullable=False, comment="live, deleted, erased"),
        sa.Column("content", sa.LargeBinary, comment="the Profile as protobuf; NULL unless live"),
        sa.Column("changed", _Xid8(), server_default=sa.text("pg_current_xact_id()"), nullable=False),
        sa.Column("change_time", time, server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "candidate"),
    )
    # what an index has not seen yet, see store.py
    op.create_index("profiles_changed", "profiles", ["tenant", "changed"])
    create_tenant_table(
        op,
        "roles",
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("external_id", sa.Text),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.Column(
            "content", sa.LargeBinary, comment="the Role as protobuf; NULL: deleted, its revision goes on"
        ),
        sa.PrimaryKeyConstraint("tenant", "role"),
        sa.UniqueConstraint("tenant", "external_id"),
    )
    create_tenant_table(
        op,
        "rankings",
        sa.Column("ranking", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("record", sa.LargeBinary, nullable=False, comment="the RankingRecord without its entries"),
        sa.Column("rank_time", time, nullable=False),
        # the first places in their order; the id of an erased person is empty
        sa.Column("candidates", text_list, nullable=False),
        sa.Column("scores", postgresql.ARRAY(sa.Double), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "ranking"),
    )
    op.create_index("rankings_candidates", "rankings", ["candidates"], postgresql_using="gin")
    create_tenant_table(
        op,
        "decisions",
        sa.Column("decision", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("candidate", sa.Text, nullable=False, comment="empty: erased"),
        sa.Column("decide_time", time, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False, comment="the Decision as protobuf"),
        sa.PrimaryKeyConstraint("tenant", "decision"),
    )
    for column in ("role", "candidate"):
        op.create_index(
            f"decisions_{column}",
            "decisions",
            ["tenant", column, sa.text("decide_time DESC"), sa.text("decision DESC")],
        )
    op.create_index(
        "decisions_newest", "decisions", ["tenant", sa.text("decide_time DESC"), sa.text("decision DESC")]
    )


class _Xid8(sa.types.UserDefinedType[int]):
    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        return "xid8"
