"""Every topic of Credence: who writes it, how it is kept.

Subjects of one tenant and id share a partition, so their order holds. State topics are compacted: the last record of a key is
the state, a tombstone erases it, and `max_compaction_lag` bounds when an erased person is gone from disk.
"""

from credence.platform.kafka.topics import Topic

_DAY_MS = 24 * 60 * 60 * 1000

CANDIDATES = Topic("candidates.v1", partitions=6, owner="candidates", key="tenant/candidate", compacted=True)
PROFILES = Topic("profiles.v1", partitions=6, owner="credentials", key="tenant/candidate", compacted=True)
ROLES = Topic("roles.v1", partitions=1, owner="matching", key="tenant/role", compacted=True)
SHORTLISTS = Topic(
    "shortlists.v1", partitions=3, owner="matching", key="tenant/ranking", retention_ms=400 * _DAY_MS
)
DECISIONS = Topic(
    "decisions.v1", partitions=3, owner="matching", key="tenant/candidate", retention_ms=400 * _DAY_MS
)
AUDITS = Topic("audits.v1", partitions=1, owner="audit", key="tenant/audit", retention_ms=400 * _DAY_MS)

TOPICS = (CANDIDATES, PROFILES, ROLES, SHORTLISTS, DECISIONS, AUDITS)
"""All topics; each has a dead-letter topic beside it, named by `dlq_of`."""
