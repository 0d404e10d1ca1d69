"""The service of things as a process: CREDENCE_TAKES and CREDENCE_GIVES name its topics."""

import sys
from collections.abc import Sequence

from credence.platform.kafka.consumer import BatchConsumer
from credence.platform.kafka.events import Received, new_event
from credence.platform.kafka.topics import Topic
from credence.platform.lifecycle import run
from credence.platform.settings import Settings, load_settings
from credence.platform.sql.database import Database, Transaction
from credence.platform.sql.housekeeping import housekeeping
from credence.platform.sql.relay import OutboxRelay
from support.things import ThingHandler


class ThingSettings(Settings):
    takes: str
    gives: str


class Forwarding(ThingHandler):
    """Applies, and tells of it on the next topic."""

    def __init__(self, onward: Topic) -> None:
        super().__init__()
        self._onward = onward

    def apply(self, tx: Transaction, events: Sequence[Received], prepared: Sequence[str]) -> None:
        super().apply(tx, events, prepared)
        tx.publish(
            *(
                new_event(
                    self._onward,
                    received.message,
                    tenant=received.event.tenant,
                    subject=received.event.subject,
                    revision=received.event.revision,
                    cause=received.event,
                )
                for received in events
                if received.message is not None
            )
        )


def topic_named(name: str) -> Topic:
    return Topic(name, partitions=1, owner="things", key="tenant/thing")


def main() -> int:
    settings = load_settings(ThingSettings)
    database = Database(settings.database_url, settings.system_database_url)
    handler = Forwarding(topic_named(settings.gives))
    parts = [
        OutboxRelay(settings.system_database_url, settings.kafka_bootstrap),
        BatchConsumer(
            settings.kafka_bootstrap, [topic_named(settings.takes)], settings.takes, handler, database
        ),
        housekeeping(database),
    ]
    return run(settings, parts, close=[database.close])


if __name__ == "__main__":
    sys.exit(main())
