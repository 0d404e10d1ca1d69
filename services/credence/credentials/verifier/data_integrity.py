"""Data Integrity proofs (VC Data Integrity 1.0): proof sets and chains, of which each recognised proof must be valid."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from .authority import Authority, NamedKey
from .key_history import SigningKey
from .keys import KeyMalformed, PublicKey, multibase_decode
from .model import Limits, ProofReport
from .parsing import Refused, pointer
from .rdfc import rdf_canonical
from .reading import check_contexts
from .sections import as_list
from .selective import is_made_by, parse_disclosure
from .suites import SUITES, Suite, document_hash, options_hash
from .validity import parse_time
from .verdicts import Code, State, Verdict, indeterminate, invalid, valid

__all__ = ["Checked", "check_proofs"]


@dataclass(frozen=True, slots=True)
class Checked:
    """What the proofs of one credential show together. `expires` are ends of validity that proofs state."""

    format: str
    integrity: Verdict
    authenticated: Verdict
    proofs: tuple[ProofReport, ...]
    expires: tuple[tuple[str, Any], ...] = ()
    signing_key: SigningKey | None = None


def check_proofs(document: dict[str, Any], authority: Authority, limits: Limits) -> Checked:
    """Checks all proofs of `document`. At least one must be accepted, and no recognised one may fail.

    The issuer is authenticated when one valid proof was made with a key of the issuer; other valid proofs in a set are
    endorsements by others and are reported, no more.
    """
    unsecured = {name: value for name, value in document.items() if name != "proof"}
    proofs = as_list(document.get("proof"))
    if not proofs:
        none = invalid(Code.NO_PROOF, "The credential carries no proof.", "/proof")
        return Checked("", none, indeterminate(Code.NO_PROOF, "Nothing shows who issued the credential."), ())
    if len(proofs) > limits.max_proofs:
        many = invalid(
            Code.TOO_COMPLEX, f"The credential has more than {limits.max_proofs} proofs.", "/proof"
        )
        return Checked("", many, indeterminate(Code.NOT_EVALUATED, "The proofs were not looked at."), ())
    single = not isinstance(document["proof"], list)
    context = _Context(document, unsecured, proofs, authority, limits)
    outcomes = [
        context.check(proof, "/proof" if single else pointer("proof", position))
        for position, proof in enumerate(proofs)
    ]
    return _combined(outcomes)


@dataclass(frozen=True, slots=True)
class _Outcome:
    report: ProofReport
    authenticated: Verdict
    recognised: bool
    expires: tuple[tuple[str, Any], ...]
    signing_key: SigningKey | None = None


@dataclass(frozen=True, slots=True)
class _Context:
    document: dict[str, Any]
    unsecured: dict[str, Any]
    proofs: list[Any]
    authority: Authority
    limits: Limits
    kept: dict[tuple[str, str], bytes] = field(default_factory=dict)
    quads: dict[str, str] = field(default_factory=dict)
    """canonical N-Quads of the document by the proofs that are covered with it"""

    def check(self, proof: Any, where: str) -> _Outcome:
        if not isinstance(proof, dict):
            broken = invalid(Code.PROOF_MALFORMED, "A proof is not an object.", where)
            return _Outcome(ProofReport(where, "unknown", None, None, broken), _UNKNOWN, True, ())
        kind = _kind(proof)
        method = proof.get("verificationMethod")
        created = proof.get("created")

        def report(result: Verdict) -> ProofReport:
            return ProofReport(
                where,
                kind,
                method if isinstance(method, str) else None,
                created if isinstance(created, str) else None,
                result,
            )

        suite = SUITES.get(kind)
        if suite is None:
            unknown = indeterminate(
                Code.UNSUPPORTED_PROOF, f"Proofs of the kind {kind[:60]!r} are not checked.", where
            )
            return _Outcome(report(unknown), _UNKNOWN, False, ())
        try:
            result, signer = self._verify(proof, suite, where)
        except Refused as refused:
            state = State.INDETERMINATE if refused.code in _OPEN_QUESTIONS else State.INVALID
            verdict = Verdict(state, refused.code, refused.pointer or where, refused.message)
            return _Outcome(report(verdict), _UNKNOWN, True, ())
        expires = ((f"{where}/expires", proof["expires"]),) if "expires" in proof else ()
        return _Outcome(
            report(result), signer.authenticated, True, expires, signer.listed if result.valid else None
        )

    def _verify(self, proof: dict[str, Any], suite: Suite, where: str) -> tuple[Verdict, NamedKey]:
        """(integrity of this proof, its key). Refused: anything that keeps the signature from being checked."""
        method_id, created = _required(proof, where)
        secured, config = self._secured(proof, suite, where)
        place = f"{where}/verificationMethod"
        named = self.authority.named(method_id, place, created)
        if named.key is not None and named.key.kind not in suite.key_kinds:
            raise Refused(
                Code.ALGORITHM_NOT_ALLOWED,
                f"The proof asks for {' or '.join(sorted(suite.key_kinds))}, and the key is {named.key.kind}.",
                place,
            )

        made_by = (self._disclosed if suite.selective else self._signed)(proof, secured, config, suite, where)
        signer = self.authority.signer(named, method_id, place, made_by)
        if signer is not None:
            return valid(Code.OK, "The content is exactly what was signed.", where), signer
        if named.key is None:
            return indeterminate(Code.KEY_UNAVAILABLE, "The key that signed cannot be had.", place), named
        return (
            invalid(
                Code.SIGNATURE_MISMATCH,
                "The content was changed after signing, or another key signed.",
                where,
            ),
            named,
        )

    def _signed(
        self,
        proof: dict[str, Any],
        secured: dict[str, Any],
        config: dict[str, Any],
        suite: Suite,
        where: str,
    ) -> Callable[[PublicKey], bool]:
        """Whether a key made the signature that the proof's value is."""
        signature = _signature(proof, where)
        readings = [config]
        if suite.jcs and "@context" not in config and "@context" in secured:
            # the suites have issuers write the contexts into the proof; some sign them there and leave them out, which hides nothing:
            # they are those of the document, which are signed with it
            readings.append({**config, "@context": secured["@context"]})

        def made_by(key: PublicKey) -> bool:
            return key.kind in suite.key_kinds and any(
                key.verify(
                    signature, document_hash(secured, reading, suite, key.kind, self.limits, where, self.kept)
                )
                for reading in readings
            )

        return made_by

    def _disclosed(
        self,
        proof: dict[str, Any],
        secured: dict[str, Any],
        config: dict[str, Any],
        suite: Suite,
        where: str,
    ) -> Callable[[PublicKey], bool]:
        """Whether a key made what the proof's value was derived from."""
        disclosure = parse_disclosure(proof.get("proofValue"))

        def made_by(key: PublicKey) -> bool:
            if key.kind not in suite.key_kinds:
                return False
            options = options_hash(secured, config, suite, "sha256", self.limits, where)
            covered = json.dumps(secured.get("proof"))
            if covered not in self.quads:
                self.quads[covered] = rdf_canonical(secured, self.limits)
            return is_made_by(key, disclosure, options, self.quads[covered])

        return made_by

    def _secured(
        self, proof: dict[str, Any], suite: Suite, where: str
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """The document and the proof options as the suite hashes them."""
        config = {name: value for name, value in proof.items() if name != "proofValue"}
        secured = dict(self.unsecured)
        if (previous := as_list(proof.get("previousProof"))) != []:
            secured["proof"] = self._chained(previous, where)
        if not suite.jcs:
            return secured, config
        if "@context" in config:
            signed = as_list(config["@context"])
            if as_list(secured.get("@context"))[: len(signed)] != signed:
                raise Refused(
                    Code.PROOF_MALFORMED, "The proof was made under other contexts.", f"{where}/@context"
                )
            if len(signed) < len(as_list(secured.get("@context"))):
                # appended after signing, as the suite allows; then at least they must be known ones
                check_contexts(secured.get("@context"))
            secured["@context"] = config["@context"]
        return secured, config

    def _chained(self, previous: list[Any], where: str) -> Any:
        """The proofs that a proof of a chain covers, in the order of the document."""
        by_id = {
            proof["id"]: proof
            for proof in self.proofs
            if isinstance(proof, dict) and isinstance(proof.get("id"), str)
        }
        if not all(isinstance(name, str) and name in by_id for name in previous) or len(by_id) < len(
            [proof for proof in self.proofs if isinstance(proof, dict) and "id" in proof]
        ):
            raise Refused(
                Code.PROOF_MALFORMED, "A proof follows one that is not there.", f"{where}/previousProof"
            )
        return [by_id[name] for name in previous]


_UNKNOWN: Final = indeterminate(Code.NOT_EVALUATED, "No proof shows who issued the credential.")


def _kind(proof: dict[str, Any]) -> str:
    kind = proof.get("type")
    if kind == "DataIntegrityProof" or kind == ["DataIntegrityProof"]:
        suite = proof.get("cryptosuite")
        return suite if isinstance(suite, str) else "DataIntegrityProof without cryptosuite"
    return kind if isinstance(kind, str) else "unknown"


_OPEN_QUESTIONS: Final = (Code.CONTEXT_NOT_PINNED, Code.NESTED_CONTEXT, Code.UNSUPPORTED_PROOF)


def _required(proof: dict[str, Any], where: str) -> tuple[str, datetime | None]:
    purpose = proof.get("proofPurpose")
    if purpose != "assertionMethod":
        raise Refused(
            Code.WRONG_PURPOSE,
            "The proof was not made to assert a credential (proofPurpose is not assertionMethod).",
            f"{where}/proofPurpose",
        )
    method_id = proof.get("verificationMethod")
    if not isinstance(method_id, str):
        raise Refused(Code.PROOF_MALFORMED, "The proof does not name its key.", f"{where}/verificationMethod")
    try:
        return method_id, parse_time(proof.get("created"))
    except ValueError:
        raise Refused(Code.PROOF_MALFORMED, "The proof's time cannot be read.", f"{where}/created") from None


def _signature(proof: dict[str, Any], where: str) -> bytes:
    value = proof.get("proofValue")
    try:
        signature = multibase_decode(value, 256) if isinstance(value, str) else b""
    except KeyMalformed:
        signature = b""
    if len(signature) not in _SIGNATURE_BYTES:
        raise Refused(Code.PROOF_MALFORMED, "The proof's value is no signature.", f"{where}/proofValue")
    return signature


_SIGNATURE_BYTES: Final = (64, 96)
"""Ed25519 and P-256, P-384"""


def _combined(outcomes: list[_Outcome]) -> Checked:
    reports = tuple(outcome.report for outcome in outcomes)
    recognised = [outcome for outcome in outcomes if outcome.recognised]
    expires = tuple(entry for outcome in outcomes for entry in outcome.expires)
    if not recognised:
        first = outcomes[0].report
        return Checked(first.kind, first.result, _UNKNOWN, reports)
    for state in (State.INVALID, State.INDETERMINATE):
        for outcome in recognised:
            if outcome.report.result.state is state:
                return Checked(
                    outcome.report.kind, outcome.report.result, outcome.authenticated, reports, expires
                )
    by_issuer = next((o for o in recognised if o.authenticated.valid), recognised[0])
    return Checked(
        by_issuer.report.kind,
        by_issuer.report.result,
        by_issuer.authenticated,
        reports,
        expires,
        by_issuer.signing_key,
    )
