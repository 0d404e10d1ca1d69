"""The paragraph for people who never heard of a credential."""

from dataclasses import replace

from credence.credentials.explanation import explain
from credence.credentials.verifier import Endorsement, Outcome, Recipient
from support.badges import HOLDER, ISSUER, OTHER, check, credential, edited
from support.older import OldAcademy

SIGNED = ISSUER.sign(credential(), "eddsa-jcs-2022")


def test_what_it_proves_and_of_whom() -> None:
    asked = explain(check(SIGNED, recipient=Recipient(dids=(HOLDER,))))
    assert asked.startswith("“SQL for Analysts” was awarded in January 2024 by Example Academy")
    assert "It proves that this issuer said this of this person" in asked
    assert "which was not compared with anybody" in explain(check(SIGNED))


def test_what_could_not_be_read_is_said_by_its_cause() -> None:
    assert explain(check(b"\x89PNG\r\n\x1a\nx")).endswith("The picture is cut off.")
    assert "It proves nothing as it stands" in explain(check(edited(SIGNED, name="PhD")))


def test_a_hosted_badge_is_its_hosts_word() -> None:
    academy = OldAcademy()
    said = explain(check(academy.hosted(), documents=academy.shelf))
    assert "It carries no signature: the web host of its issuer says that it is so." in said
    assert "carries no signature" not in explain(check(academy.signed(), documents=academy.shelf))


def test_others_who_vouch_are_named_and_the_issuer_is_no_other() -> None:
    badge = check(SIGNED)
    good = badge.verdicts["integrity"]
    endorsed = replace(
        badge,
        endorsements=(
            Endorsement("", "achievement", OTHER.id, "Board", None, good),
            Endorsement("", "achievement", ISSUER.id, "Example Academy", None, good),
            Endorsement("", "achievement", "did:example:x", "Forger", None, badge.verdicts["issuer_trusted"]),
        ),
    )
    assert "It is endorsed by Board, which is shown as well." in explain(endorsed)


def test_a_record_tells_what_it_holds() -> None:
    badge = check(SIGNED)
    worse = replace(badge, outcome=Outcome.NOT_VERIFIED)
    record = replace(badge, members=(badge, worse), outcome=Outcome.NOT_VERIFIED)
    said = explain(record)
    assert "learner record of Example Academy" in said
    assert "a collection of 2 credentials" in said
    assert (
        "1 of 2 could be verified. It proves nothing as it stands: Not all of its credentials hold." in said
    )
