"""Homoglyphs and characters that nobody sees: the signature may be good, and the reader is warned."""

from attacks.model import Attack, Row
from credence.credentials.verifier import Code, Outcome, RegistryEntry, Standing, StaticRegistry
from support.badges import ACHIEVEMENT, ISSUER, OTHER, credential

KNOWN = RegistryEntry((OTHER.id,), "Example Academy", Standing.RECOGNISED, aliases=("EA",))


def registry():
    return StaticRegistry([KNOWN])


def named(name, flag):
    return Attack(
        Row.NAMES,
        f"an issuer calls itself {name!a}",
        lambda: ISSUER.sign(credential(issuer_name=name), "eddsa-jcs-2022"),
        Outcome.VERIFIED,
        Code.ISSUER_UNKNOWN,
        "issuer_trusted",
        registry=registry,
        flag=flag,
    )


ATTACKS = (
    *(
        named(name, "CONFUSABLE_ISSUER_NAME")
        for name in (
            "Example Academy",
            "EXAMPLE  ACADEMY",
            "Examp1e Academy",
            "Ехаmple Academy",  # Cyrillic
            "Example Αcademy",  # Greek
            "Ｅｘａｍｐｌｅ Ａｃａｄｅｍｙ",  # full width
            "𝐄𝐱𝐚𝐦𝐩𝐥𝐞 Academy",  # mathematical bold
            "Exarnple Academy",
            "Exämple Ácademy",
            "Example\u00a0Academy",
            "Example\u200b Academy",
            "Example Academy\u2060",
        )
    ),
    named("Ехаmple Institute", "MIXED_SCRIPTS_IN_ISSUER_NAME"),
    named("Example\u202eymedacA", "HIDDEN_CHARACTERS_IN_ISSUER_NAME"),
    named("Exa\u200bmple", "HIDDEN_CHARACTERS_IN_ISSUER_NAME"),
    named("Some\U000e0041body", "HIDDEN_CHARACTERS_IN_ISSUER_NAME"),
    *(
        Attack(
            Row.NAMES,
            f"an achievement called {name!a}",
            lambda n=name: ISSUER.sign(credential(achievement={**ACHIEVEMENT, "name": n}), "eddsa-jcs-2022"),
            Outcome.VERIFIED,
            Code.ISSUER_UNKNOWN,
            "issuer_trusted",
            flag="HIDDEN_CHARACTERS_IN_NAME",
        )
        for name in ("SQL \u202eretsaM", "S\u200bQL", "SQL\u2066", "SQL\x00", "SQL\x1b[31m")
    ),
    Attack(
        Row.NAMES,
        "the recognised academy's name under the recognised academy's identifier, signed by another",
        lambda: ISSUER.sign(credential(OTHER), "eddsa-jcs-2022"),
        Outcome.NOT_VERIFIED,
        Code.ISSUER_NOT_AUTHENTICATED,
        "issuer_trusted",
        registry=registry,
        flag="CONFUSABLE_ISSUER_NAME",
    ),
)
