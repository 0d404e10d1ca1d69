"""Row-level security, asked of a whole database: for the platform's own tests and for each service's migrations."""

import sqlalchemy as sa

from credence.platform.sql.database import driver_url
from credence.platform.sql.provision import Urls

_TABLES = "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
_SEALED = """
SELECT relname FROM pg_class c
WHERE relrowsecurity AND relforcerowsecurity
  AND EXISTS (SELECT FROM pg_attribute WHERE attrelid = c.oid AND attname = 'tenant' AND attnotnull)
  AND EXISTS (SELECT FROM pg_policies WHERE tablename = relname AND roles = '{public}' AND cmd = 'ALL'
    AND qual LIKE '(tenant = current_setting(''credence.tenant''%' AND with_check = qual)
"""


def rows_given_up(urls: Urls, tenant: str | None) -> dict[str, int]:
    """How many rows each table shows the service's role when `tenant` (None: no tenant) is set; tables that show none are left out."""
    given: dict[str, int] = {}
    engine = sa.create_engine(driver_url(urls.service), poolclass=sa.NullPool)
    with engine.connect() as connection:
        tables = connection.execute(sa.text(_TABLES)).scalars().all()
        assert tables, "a database without tables proves nothing"
        for table in tables:
            connection.rollback()
            if tenant is not None:
                connection.execute(sa.text("SELECT set_config('credence.tenant', :t, true)"), {"t": tenant})
            try:
                count = connection.execute(
                    sa.select(sa.func.count()).select_from(sa.table(table))
                ).scalar_one()
            except sa.exc.ProgrammingError as error:
                if "permission denied" not in str(error):
                    raise
                continue
            if count:
                given[table] = count
    return given


def tables_without_seal(urls: Urls) -> set[str]:
    """Tables that are not under a forced policy on `tenant`; Alembic's own, which no service may read, is left out."""
    engine = sa.create_engine(driver_url(urls.service), poolclass=sa.NullPool)
    with engine.connect() as connection:
        tables = set(connection.execute(sa.text(_TABLES)).scalars())
        return tables - set(connection.execute(sa.text(_SEALED)).scalars()) - {"alembic_version"}
