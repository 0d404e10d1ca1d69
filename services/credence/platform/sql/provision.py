"""Makes the database and the three roles of a service, on a local server or, by an administrator, on one of
yours.
"""

import secrets
from dataclasses import dataclass, field

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

from credence.platform.sql.database import conninfo

_LOCK = "SELECT pg_advisory_lock(hashtext('credence.provision'))"


@dataclass(frozen=True, slots=True)
class Passwords:
    """Of the three roles of one database; random ones unless given."""

    owner: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)
    service: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)
    system: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)


@dataclass(frozen=True, slots=True)
class Urls:
    """Where a service finds its database, by role; they hold passwords."""

    owner: str = field(repr=False)
    service: str = field(repr=False)
    system: str = field(repr=False)


def database_of(service: str) -> str:
    """The name of a service's database, which is also its role's."""
    return f"credence_{service}"


def provision(superuser_url: str, service: str, passwords: Passwords, *, database: str = "") -> Urls:
    """Creates the database of `service` (or `database`) with its roles, and sets passwords and rights of
    those that exist.
    May be repeated, and run by several at once. Tables come with `migrate`.
    """
    name = database or database_of(service)
    roles = {f"{name}_owner": passwords.owner, name: passwords.service, f"{name}_system": passwords.system}
    with psycopg.connect(conninfo(superuser_url), autocommit=True) as connection:
        connection.execute(_LOCK)
        for role, password in roles.items():
            _role(connection, role, password)
        if connection.execute("SELECT FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(
                    sql.Identifier(name), sql.Identifier(f"{name}_owner")
                )
            )
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name)))
        connection.execute(
            sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(
                sql.Identifier(name), sql.SQL(", ").join(map(sql.Identifier, roles))
            )
        )
    url = make_url(superuser_url).set(database=name)
    owner, own, system = (
        url.set(username=role, password=password).render_as_string(hide_password=False)
        for role, password in roles.items()
    )
    return Urls(owner=owner, service=own, system=system)


def _role(connection: psycopg.Connection, role: str, password: str) -> None:
    exists = connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [role]).fetchone() is not None
    connection.execute(
        sql.SQL("{} ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD {}").format(
            sql.SQL("ALTER" if exists else "CREATE"), sql.Identifier(role), sql.Literal(password)
        )
    )
