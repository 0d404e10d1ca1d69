"""Four ways in which a signed credential is changed after signing. Each leaves a document that reads well."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from typing import Any

Change = Callable[[dict[str, Any]], None]


def rename(credential: dict[str, Any]) -> None:
    achievement = credential["credentialSubject"]["achievement"]
    achievement["name"] = "Advanced " + achievement["name"]


def prolong(credential: dict[str, Any]) -> None:
    """Moves the end ten years on; where there is none, the award ten years back."""
    key = "validUntil" if "validUntil" in credential else "validFrom"
    step = 10 if key == "validUntil" else -10
    credential[key] = f"{int(credential[key][:4]) + step:04}{credential[key][4:]}"


def align_more(credential: dict[str, Any]) -> None:
    achievement = credential["credentialSubject"]["achievement"]
    achievement["alignment"].append(
        {
            **achievement["alignment"][0],
            "targetName": "think critically",
            "targetUrl": "http://data.europa.eu/esco/skill/none",
        }
    )


def reword(credential: dict[str, Any]) -> None:
    criteria = credential["credentialSubject"]["achievement"]["criteria"]
    criteria["narrative"] = "Passed with distinction. " + criteria["narrative"]


CHANGES: tuple[Change, ...] = (rename, prolong, align_more, reword)


def tamper(document: bytes, change: Change) -> bytes:
    """The document with `change` applied and the old signature left in place; JSON or compact JWS."""
    if document.startswith(b"{"):
        credential = json.loads(document)
        change(credential)
        return json.dumps(credential, ensure_ascii=False).encode()
    header, payload, signature = document.split(b".")
    credential = json.loads(urlsafe_b64decode(payload + b"=" * (-len(payload) % 4)))
    change(credential)
    changed = urlsafe_b64encode(json.dumps(credential, ensure_ascii=False).encode()).rstrip(b"=")
    return b".".join((header, changed, signature))
