"""Transactions that row-level security seals to one tenant."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from psycopg.types.array import ListBinaryDumper
from sqlalchemy import Connection, CursorResult, Executable, create_engine, text
from sqlalchemy.engine import URL, Engine, make_url
from sqlalchemy.event import listens_for
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from credence.platform.errors import NotReady
from credence.platform.kafka.events import Event
from credence.platform.sql import outbox

_SEAL = text("SELECT set_config('credence.tenant', :tenant, true)")
_SEAL_READING = text(
    "SELECT set_config('credence.tenant', :tenant, true), set_config('transaction_read_only', 'on', true)"
)
_REGISTER = text("INSERT INTO tenants DEFAULT VALUES ON CONFLICT DO NOTHING")


class Transaction:
    """One SQL transaction. All of its statements see and write the rows of `tenant` only."""

    def __init__(self, connection: Connection, known_tenants: set[str], *, read_only: bool) -> None:
        self.connection = connection
        self.tenant = ""
        self._known_tenants = known_tenants
        self._read_only = read_only
        self._new_tenants: list[str] = []
        self._unwritten: list[Event] = []

    def set_tenant(self, tenant: str) -> None:
        """Seals what follows to `tenant`; for batches that hold several tenants."""
        if not tenant:
            raise ValueError("a transaction needs a tenant")
        if tenant == self.tenant:
            return
        self.flush()
        self.connection.execute(_SEAL_READING if self._read_only else _SEAL, {"tenant": tenant})
        self.tenant = tenant
        if not self._read_only and tenant not in self._known_tenants:
            self.connection.execute(_REGISTER)
            self._new_tenants.append(tenant)

    def execute(
        self, statement: Executable, parameters: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None
    ) -> CursorResult[Any]:
        """Runs one statement; with a sequence of parameters once for each (executemany)."""
        return self.connection.execute(statement, parameters)

    def publish(self, *events: Event) -> None:
        """Has the events sent to Kafka once this transaction has committed, in this order; never if it rolls
        back.
        They must be of this transaction's tenant. They are written to the outbox together at the end of the
        transaction, so publish while holding the lock of the subject's row: that is what keeps the events of
        one subject in order. Raises TooLarge.
        """
        for event in events:
            if event.tenant != self.tenant:
                raise ValueError(f"an event of tenant {event.tenant} in a transaction of {self.tenant}")
            outbox.check_size(event)
            self._unwritten.append(event)

    def flush(self) -> None:
        """Writes what `publish` collected; done at the end of the transaction by itself."""
        if self._unwritten:
            outbox.insert(self.connection, self._unwritten)
            self._unwritten = []

    def remember_tenants(self) -> None:
        """After the commit: these tenants need no row in `tenants` any more."""
        self._known_tenants.update(self._new_tenants)


class Database:
    """The database of one service, through its own role and, for what spans tenants, the system role.
    Thread-safe.
    """

    def __init__(self, url: str, system_url: str = "", *, pool_size: int = 10) -> None:
        self._engine = _engine(url, pool_size)
        self._system = _engine(system_url, 1) if system_url else None
        self._known_tenants: set[str] = set()

    @contextmanager
    def transaction(self, tenant: str | None = None, *, read_only: bool = False) -> Iterator[Transaction]:
        """One transaction, sealed to `tenant` (None: nothing is visible until `set_tenant`); commits unless
        the block raises.
        A database that is away, restarting, out of connections, or broke a deadlock is NotReady: the same can
        be tried again. Isolation is READ COMMITTED; `read_only` makes the server refuse writes.
        """
        with _away_is_not_ready(), self._engine.begin() as connection:
            tx = Transaction(connection, self._known_tenants, read_only=read_only)
            if tenant is not None:
                tx.set_tenant(tenant)
            yield tx
            tx.flush()
        tx.remember_tenants()

    @contextmanager
    def system(self) -> Iterator[Connection]:
        """One transaction of the system role, which sees `outbox`, `tenants`, `inbox` and `request_ids` of
        all tenants, no more.
        """
        if self._system is None:
            raise ValueError("this Database was made without the system role's URL")
        with _away_is_not_ready(), self._system.begin() as connection:
            yield connection

    def tenants(self) -> list[str]:
        """All tenants that ever wrote here, in order: for loops, which then work in one sealed transaction a
        tenant.
        """
        with self.system() as connection:
            return list(connection.execute(text("SELECT tenant FROM tenants ORDER BY tenant")).scalars())

    def close(self) -> None:
        self._engine.dispose()
        if self._system is not None:
            self._system.dispose()


def driver_url(url: str) -> URL:
    """`url` for SQLAlchemy with psycopg 3, whichever driver it names."""
    return make_url(url).set(drivername="postgresql+psycopg")


def conninfo(url: str) -> str:
    """`url` for psycopg itself."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def _engine(url: str, pool_size: int) -> Engine:
    engine = create_engine(
        driver_url(url),
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=10,
        pool_pre_ping=True,  # a restarted database costs no failed call
        connect_args={
            "connect_timeout": 5,
            # a transaction that somebody forgot would hold up the outbox relays of the whole server
            "options": "-c idle_in_transaction_session_timeout=60s",
        },
    )

    @listens_for(engine, "connect")
    def send_lists_in_binary(connection: Any, _: Any) -> None:
        # psycopg's default writes every element out as text: for arrays of documents most of a statement's time
        connection.adapters.register_dumper(list, ListBinaryDumper)

    return engine


@contextmanager
def _away_is_not_ready() -> Iterator[None]:
    try:
        yield
    except (OperationalError, InterfaceError, PoolTimeout) as error:
        raise NotReady("the database cannot answer at the moment; try again", cause="database") from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise NotReady("the connection to the database broke; try again", cause="database") from error
        raise
