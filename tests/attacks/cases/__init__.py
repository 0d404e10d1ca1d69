"""All attacks. A file a concern; each exports ATTACKS."""

from attacks.cases import (
    algorithms,
    bombs,
    key_material,
    keys,
    names,
    older,
    past,
    pictures,
    proofs,
    reading,
    recipients,
    records,
    requests,
    spellings,
    status,
    times,
)
from attacks.model import Attack

ATTACKS: tuple[Attack, ...] = tuple(
    attack
    for module in (
        algorithms,
        keys,
        reading,
        proofs,
        requests,
        bombs,
        status,
        names,
        recipients,
        times,
        spellings,
        key_material,
        pictures,
        older,
        records,
        past,
    )
    for attack in module.ATTACKS
)
