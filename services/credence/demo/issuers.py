"""The twelve issuers: their keys, what they publish, and how the company's registry regards them."""

import json
from dataclasses import dataclass, field
from datetime import date

from credence.credentials import issuing
from credencepb.credentials.v1 import verification_pb2 as pb

from .dates import add_months, noon
from .source import Issuer, load

STATUS_BITS = 131_072
STRIDE = 48_271
"""Coprime to STATUS_BITS: consecutive awards get places in the list that do not tell their order, none twice."""

STANDINGS = {
    "recognised": pb.ISSUER_STANDING_RECOGNISED,
    "known": pb.ISSUER_STANDING_KNOWN,
    "red_flagged": pb.ISSUER_STANDING_RED_FLAGGED,
}


@dataclass(slots=True)
class House:
    """One issuer at work: its key and its status list so far."""

    key: str
    source: Issuer
    signer: issuing.Issuer
    issued: int = 0
    revoked: set[int] = field(default_factory=set)

    @property
    def status_url(self) -> str:
        return f"https://{self.source.host}/status/revocation"

    def next_index(self) -> int:
        self.issued += 1
        if self.issued > STATUS_BITS:
            raise OverflowError(f"the status list of {self.source.name} is full")
        return self.issued * STRIDE % STATUS_BITS

    def documents(self, reference: date) -> dict[str, bytes]:
        """What the issuer serves, by host/path: its DID document (did:web) and its signed status list."""
        served: dict[str, bytes] = {}
        if self.source.method == "web":
            url = issuing.did_web_url(self.signer.id)
            served[url.removeprefix("https://")] = json.dumps(self.signer.did_document(), indent=2).encode()
        if self.source.status:
            status = issuing.status_list_credential(
                url=self.status_url,
                issuer_id=self.signer.id,
                set_indexes=sorted(self.revoked),
                valid_from=noon(add_months(reference, -1)),
                length=STATUS_BITS,
            )
            served[self.status_url.removeprefix("https://")] = self.signer.sign(status, "eddsa-jcs-2022")
        return served


def open_houses(seed: int) -> dict[str, House]:
    return {
        key: House(
            key,
            source,
            issuing.Issuer.from_seed(
                f"{seed}:issuer:{key}".encode(), f"did:web:{source.host}" if source.method == "web" else None
            ),
        )
        for key, source in load().issuers.items()
    }


def registry(houses: dict[str, House], tenant: str) -> list[pb.Issuer]:
    """Those that the company knows; the others stand in no registry."""
    return [
        pb.Issuer(
            name=f"tenants/{tenant}/issuers/{key.replace('_', '-')}",
            issuer_id=house.signer.id,
            display_name=house.source.name,
            standing=STANDINGS[house.source.standing],
            aliases=house.source.aliases,
            note=house.source.note,
        )
        for key, house in houses.items()
        if house.source.standing
    ]
