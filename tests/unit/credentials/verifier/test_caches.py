"""What was verified before changes no later answer: not for another person, at another time, under another registry, or when the issuer's
document or the list has changed."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from credence.credentials.issuing import status_entry, status_list_credential
from credence.credentials.verifier import (
    RegistryEntry,
    Standing,
    StaticRegistry,
    confusables,
    keys,
    rdfc,
    rigor,
    status_lists,
    wording,
)
from support.badges import (
    AT,
    FROM,
    HOLDER,
    OTHER,
    UNTIL,
    WEB,
    Recipient,
    Shelf,
    check,
    credential,
    edited,
)
from support.forging import DID_URL

LIST = "https://academy.example/status/1"


def listed(*revoked):
    unsigned = status_list_credential(url=LIST, issuer_id=WEB.id, set_indexes=revoked, valid_from=FROM)
    return WEB.sign(unsigned, "eddsa-rdfc-2022")


def badge(securing):
    return WEB.sign(credential(WEB, status=status_entry(LIST, 7)), securing)


DOCUMENTS = [
    made
    for securing in ("eddsa-rdfc-2022", "eddsa-jcs-2022")
    for made in (badge(securing), edited(badge(securing), name="PhD"))
]
REVOKED_KEY = WEB.did_document()
REVOKED_KEY["verificationMethod"][0]["revoked"] = "2025-05-01T00:00:00Z"
LISTS = [listed(), listed(7), None]
KEYS = [WEB.did_document(), REVOKED_KEY, {**WEB.did_document(), "assertionMethod": []}, None]
REGISTRIES = [
    StaticRegistry([RegistryEntry(ids, "Example Academy", standing)])
    for ids in ((WEB.id,), (OTHER.id,))
    for standing in (Standing.RECOGNISED, Standing.RED_FLAGGED)
]
ASKED = st.fixed_dictionaries(
    {
        "document": st.sampled_from(DOCUMENTS),
        "recipient": st.sampled_from([None, Recipient(dids=(HOLDER,)), Recipient(dids=(OTHER.id,))]),
        "at": st.sampled_from([AT, FROM - timedelta(days=1), UNTIL + timedelta(days=1)]),
        "registry": st.sampled_from(REGISTRIES),
        "list": st.sampled_from(LISTS),
        "keys": st.sampled_from(KEYS),
    }
)


def answer(asked):
    shelf = Shelf(
        {url: body for url, body in ((LIST, asked["list"]), (DID_URL, asked["keys"])) if body is not None}
    )
    return check(
        asked["document"],
        recipient=asked["recipient"],
        at=asked["at"],
        registry=asked["registry"],
        documents=shelf,
    )


def forget():
    rdfc._DIGESTS.clear()
    status_lists._decode.cache_clear()
    keys.from_multikey.cache_clear()
    confusables.skeleton.cache_clear()
    rigor._known.cache_clear()
    wording._known.cache_clear()


def alone(asked):
    forget()
    return answer(asked)


@settings(max_examples=40, deadline=None)
@given(st.lists(ASKED, min_size=2, max_size=5))
def test_no_answer_depends_on_an_earlier_one(sequence):
    expected = [alone(asked) for asked in sequence]
    forget()
    assert [answer(asked) for asked in sequence] == expected


def test_the_cases_differ():
    """Otherwise the test above could not fail."""
    base = {
        "document": DOCUMENTS[0],
        "recipient": None,
        "at": AT,
        "registry": REGISTRIES[0],
        "list": LISTS[0],
        "keys": KEYS[0],
    }
    given = [
        {},
        {"document": DOCUMENTS[1]},
        {"recipient": Recipient(dids=(OTHER.id,))},
        {"at": UNTIL + timedelta(days=1)},
        {"registry": REGISTRIES[1]},
        {"list": LISTS[1]},
        {"keys": KEYS[1]},
    ]
    answers = [answer({**base, **changed}) for changed in given]
    codes = {str({name: verdict.code for name, verdict in a.verdicts.items()}) for a in answers}
    assert len(codes) == len(given)
