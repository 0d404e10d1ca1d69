"""Credentials in pictures: found by content, refused with codes of their own, bounded."""

import hashlib
import json
import struct
import zlib

import pytest

from credence.credentials.verifier import Code, Limits, Outcome
from credence.credentials.verifier.baked import unbake
from credence.credentials.verifier.parsing import Refused
from support.badges import ISSUER, check, credential
from support.older import END, HEADER, PIXELS, PNG, chunk, itxt, png, svg

SIGNED = ISSUER.sign(credential(), "eddsa-jcs-2022")
TOKEN = ISSUER.sign_jwt(credential())
V3 = "https://purl.imsglobal.org/ob/v3p0"


@pytest.mark.parametrize(
    "picture",
    [
        png(itxt(SIGNED, b"openbadgecredential")),
        png(itxt(SIGNED, b"openbadgecredential", compressed=True)),
        png(itxt(TOKEN, b"openbadgecredential")),
        png(chunk(b"tEXt", b"openbadges\0" + TOKEN)),
        png(chunk(b"zTXt", b"openbadges\0\0" + zlib.compress(TOKEN))),
        png(chunk(b"tEXt", b"Title\0A badge"), itxt(TOKEN)),
        svg(f'<openbadges:credential verify="{TOKEN.decode()}"/>', V3),
        svg(f"<openbadges:credential><![CDATA[{SIGNED.decode()}]]></openbadges:credential>", V3),
        svg(
            f"<openbadges:assertion>{SIGNED.decode()}</openbadges:assertion>",
            prolog='<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">',
        ),
        b"\xef\xbb\xbf \n"
        + svg(f'<g><openbadges:assertion verify="{TOKEN.decode()}"/></g>').partition(b"?>")[2],
    ],
    ids=range(10),
)
def test_a_baked_credential_is_the_credential(picture):
    answer = check(picture)
    assert answer.outcome is Outcome.VERIFIED, answer.verdicts
    assert answer.content_hash == hashlib.sha256(picture).hexdigest()
    assert answer.source in (SIGNED, TOKEN)
    assert answer.format.startswith("ob3+")


def test_what_is_no_picture_is_left_alone():
    for document in (SIGNED, TOKEN, b"", b"PNG", b"{}"):
        assert unbake(document, Limits()) is None
    assert check(SIGNED).source is None


BROKEN = bytearray(png(itxt(TOKEN)))
BROKEN[60] ^= 1
BOMB = zlib.compress(b" " * 50_000_000)
ATTRIBUTES = " ".join(f"a{number} CDATA 'x'" for number in range(1_000))
LAUGHS = '<!DOCTYPE svg [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("picture", "code"),
    [
        (png(), Code.NO_CREDENTIAL_IN_IMAGE),
        (png(itxt(TOKEN), itxt(TOKEN)), Code.TWO_CREDENTIALS_IN_IMAGE),
        (png(itxt(TOKEN), itxt(SIGNED, b"openbadgecredential")), Code.TWO_CREDENTIALS_IN_IMAGE),
        (png(itxt(TOKEN), chunk(b"tEXt", b"openbadges\0x")), Code.TWO_CREDENTIALS_IN_IMAGE),
        (png(itxt(TOKEN))[:-5], Code.IMAGE_MALFORMED),
        (png(itxt(TOKEN))[:40], Code.IMAGE_MALFORMED),
        (PNG, Code.IMAGE_MALFORMED),
        (bytes(BROKEN), Code.IMAGE_MALFORMED),
        (PNG + itxt(TOKEN) + HEADER + PIXELS + END, Code.IMAGE_MALFORMED),
        (PNG + HEADER + HEADER + itxt(TOKEN) + END, Code.IMAGE_MALFORMED),
        (PNG + HEADER + END + itxt(TOKEN), Code.NO_CREDENTIAL_IN_IMAGE),
        (PNG + HEADER + struct.pack(">I", 0xFFFFFFFF) + b"iTXt" + b"x" * 20, Code.IMAGE_MALFORMED),
        (
            PNG
            + chunk(b"IHDR", struct.pack(">IIBBBBB", 1 << 30, 1 << 30, 8, 0, 0, 0, 0))
            + itxt(TOKEN)
            + END,
            Code.IMAGE_TOO_LARGE,
        ),
        (PNG + chunk(b"IHDR", b"\0" * 13) + itxt(TOKEN) + END, Code.IMAGE_MALFORMED),
        (png(chunk(b"iTXt", b"openbadges\0\1\0\0\0" + BOMB)), Code.IMAGE_TOO_LARGE),
        (png(chunk(b"iTXt", b"openbadges\0\1\0\0\0" + BOMB[:30])), Code.IMAGE_MALFORMED),
        (png(chunk(b"iTXt", b"openbadges\0\1\1\0\0" + zlib.compress(TOKEN))), Code.IMAGE_MALFORMED),
        (png(chunk(b"iTXt", b"openbadges\0\0\0en")), Code.IMAGE_MALFORMED),
        (png(itxt(b"\xff\xfe")), Code.IMAGE_MALFORMED),
        (png(*[chunk(b"tEXt", b"a\0")] * 20_001), Code.IMAGE_TOO_LARGE),
        (svg(""), Code.NO_CREDENTIAL_IN_IMAGE),
        (svg("<openbadges:assertion/>"), Code.NO_CREDENTIAL_IN_IMAGE),
        (
            svg('<openbadges:assertion xmlns:openbadges="urn:other" verify="a.b.c"/>'),
            Code.NO_CREDENTIAL_IN_IMAGE,
        ),
        (svg('<openbadges:assertion verify="a.b.c"/>' * 2), Code.TWO_CREDENTIALS_IN_IMAGE),
        (
            svg('<openbadges:assertion verify="a.b.c">{}</openbadges:assertion>'),
            Code.TWO_CREDENTIALS_IN_IMAGE,
        ),
        (svg("<openbadges:assertion><b/>{}</openbadges:assertion>"), Code.IMAGE_MALFORMED),
        (svg("<g>"), Code.IMAGE_MALFORMED),
        (svg("&nbsp;"), Code.IMAGE_MALFORMED),
        (svg("<openbadges:assertion>&b;</openbadges:assertion>", prolog=LAUGHS), Code.IMAGE_ENTITIES),
        (svg("", prolog='<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>'), Code.IMAGE_ENTITIES),
        (
            svg("<g/>" * 40_000, prolog=f"<!DOCTYPE svg [<!ATTLIST g {ATTRIBUTES}>]>"),
            Code.IMAGE_ENTITIES,
        ),
        (
            png(*[chunk(b"iTXt", b"openbadges\0\1\0\0\0" + zlib.compress(b" " * 1_900_000))] * 2_000),
            Code.TWO_CREDENTIALS_IN_IMAGE,
        ),
        (svg("<g>" * 300 + "</g>" * 300), Code.IMAGE_TOO_LARGE),
        (svg("<g/>" * 60_000), Code.IMAGE_TOO_LARGE),
        (svg(" " * 2_100_000), Code.IMAGE_TOO_LARGE),
        (b"<html><body/></html>", Code.UNSUPPORTED_FORMAT),
        (b"<!DOCTYPE html>\n<html lang=en>", Code.UNSUPPORTED_FORMAT),
        (b'<svg xmlns="urn:other"/>', Code.UNSUPPORTED_FORMAT),
    ],
    ids=range(38),
)
def test_refused_pictures(picture, code):
    with pytest.raises(Refused) as caught:
        unbake(picture, Limits())
    assert caught.value.code is code
    answer = check(picture)
    assert (answer.outcome, answer.verdicts["integrity"].code) == (Outcome.NOT_VERIFIED, code)
    assert answer.content_hash == hashlib.sha256(picture).hexdigest()


def test_a_picture_too_large_is_not_looked_at():
    with pytest.raises(Refused) as caught:
        unbake(png(itxt(TOKEN)), Limits(max_image_bytes=100))
    assert caught.value.code is Code.IMAGE_TOO_LARGE


def test_what_is_baked_is_judged_like_any_other_text():
    assert check(png(itxt(b"nonsense"))).verdicts["integrity"].code is Code.NOT_JSON
    changed = json.loads(SIGNED) | {"name": "PhD"}
    assert (
        check(png(itxt(json.dumps(changed).encode()))).verdicts["integrity"].code is Code.SIGNATURE_MISMATCH
    )
