"""PNG and SVG bombs, XML entities, two credentials in one picture, and pictures that two readers see differently."""

import struct
import zlib

from attacks.model import Attack, Row
from credence.credentials.verifier import Code, Outcome
from support.badges import ISSUER, credential
from support.older import END, HEADER, PNG, chunk, itxt, png, svg

BADGE = ISSUER.sign(credential(), "eddsa-jcs-2022")
TOKEN = ISSUER.sign(credential(), "vc-jwt").decode()
V3 = b"openbadgecredential"
BAKED = f'<openbadges:credential verify="{TOKEN}"/>'
BOMB = chunk(b"zTXt", b"openbadges\0\0" + zlib.compress(b"a" * 2_000_000, 9))
LOLS = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10 if i else "lol"}">' for i in range(10))


def refused(name, code, picture):
    return Attack(
        Row.PICTURES,
        name,
        picture if callable(picture) else lambda: picture,
        Outcome.NOT_VERIFIED,
        code,
    )


def declaring(declarations, inner=""):
    return svg(inner, prolog=f"<!DOCTYPE svg [{declarations}]>")


def damaged():
    good = bytearray(png(itxt(BADGE, V3)))
    good[good.index(b"validUntil") + 15] ^= 1
    return bytes(good)


ATTACKS = (
    refused("two credentials in a PNG", Code.TWO_CREDENTIALS_IN_IMAGE, png(itxt(BADGE, V3), itxt(BADGE, V3))),
    refused(
        "one credential under each keyword", Code.TWO_CREDENTIALS_IN_IMAGE, png(itxt(BADGE, V3), itxt(BADGE))
    ),
    refused(
        "a credential in each kind of text",
        Code.TWO_CREDENTIALS_IN_IMAGE,
        png(itxt(BADGE, V3), chunk(b"tEXt", b"openbadges\0x")),
    ),
    refused("a second credential in an SVG", Code.TWO_CREDENTIALS_IN_IMAGE, svg(BAKED * 2)),
    refused(
        "a token and another text in an SVG",
        Code.TWO_CREDENTIALS_IN_IMAGE,
        svg(BAKED.replace("/>", ">{}</openbadges:credential>")),
    ),
    refused(
        "4,200 texts that unpack to two megabytes each",
        Code.TWO_CREDENTIALS_IN_IMAGE,
        lambda: png(*[BOMB] * 4_200),
    ),
    refused(
        "a text that unpacks to 500 MB",
        Code.IMAGE_TOO_LARGE,
        lambda: png(itxt(b"a" * 500_000_000, compressed=True)),
    ),
    refused("20,001 parts", Code.IMAGE_TOO_LARGE, lambda: png(*[chunk(b"tEXt", b"a\0b")] * 20_001)),
    refused("nine megabytes", Code.IMAGE_TOO_LARGE, lambda: png(chunk(b"tEXt", b"a\0" + bytes(9_000_000)))),
    refused(
        "2,000,000,000 times 2,000,000,000 points",
        Code.IMAGE_TOO_LARGE,
        PNG + chunk(b"IHDR", struct.pack(">IIBBBBB", *[2_000_000_000] * 2, 8, 0, 0, 0, 0)) + END,
    ),
    refused(
        "a part that claims four gigabytes",
        Code.IMAGE_MALFORMED,
        PNG + HEADER + b"\xff\xff\xff\xffiTXt" + bytes(100),
    ),
    refused("a bit turned on its way", Code.IMAGE_MALFORMED, damaged),
    refused("a credential after the end", Code.NO_CREDENTIAL_IN_IMAGE, png() + itxt(BADGE, V3)),
    refused("a keyword in capitals", Code.NO_CREDENTIAL_IN_IMAGE, png(itxt(BADGE, b"OpenBadges"))),
    refused("a credential before the header", Code.IMAGE_MALFORMED, PNG + itxt(BADGE, V3) + HEADER + END),
    refused("no end", Code.IMAGE_MALFORMED, PNG + HEADER + itxt(BADGE, V3)),
    refused(
        "a text of an unknown packing",
        Code.IMAGE_MALFORMED,
        png(chunk(b"iTXt", b"openbadges\0\1\7\0\0" + zlib.compress(BADGE))),
    ),
    refused("a text that is not UTF-8", Code.IMAGE_MALFORMED, png(itxt(b"\xff\xfe"))),
    refused("a billion laughs", Code.IMAGE_ENTITIES, declaring(LOLS, "&l9;")),
    refused(
        "an entity of a file",
        Code.IMAGE_ENTITIES,
        declaring('<!ENTITY x SYSTEM "file:///etc/passwd">', "&x;"),
    ),
    refused(
        "an entity of an address",
        Code.IMAGE_ENTITIES,
        declaring('<!ENTITY x SYSTEM "https://inner.example/x">', "&x;"),
    ),
    refused(
        "a parameter entity of an address",
        Code.IMAGE_ENTITIES,
        declaring('<!ENTITY % x SYSTEM "https://inner.example/x"> %x;'),
    ),
    refused("entities that no one uses", Code.IMAGE_ENTITIES, declaring('<!ENTITY x "y">', BAKED)),
    refused(
        "a credential that only a declaration puts there",
        Code.IMAGE_ENTITIES,
        declaring(f'<!ATTLIST openbadges:credential verify CDATA "{TOKEN}">', "<openbadges:credential/>"),
    ),
    refused(
        "20,000 attributes by default at 40,000 elements",
        Code.IMAGE_ENTITIES,
        lambda: declaring("".join(f'<!ATTLIST g a{i} CDATA "x">' for i in range(20_000)), "<g/>" * 40_000),
    ),
    refused(
        "a document type at an address is not asked for",
        Code.NO_CREDENTIAL_IN_IMAGE,
        svg("", prolog='<!DOCTYPE svg SYSTEM "https://inner.example/x.dtd">'),
    ),
    refused("100,000 elements deep", Code.IMAGE_TOO_LARGE, lambda: svg("<a>" * 100_000)),
    refused("60,000 elements", Code.IMAGE_TOO_LARGE, lambda: svg("<a/>" * 60_000)),
    refused(
        "150,000 attributes",
        Code.NO_CREDENTIAL_IN_IMAGE,
        lambda: svg("<g " + " ".join(f'a{i}="x"' for i in range(150_000)) + "/>"),
    ),
    refused(
        "60,000 namespaces",
        Code.NO_CREDENTIAL_IN_IMAGE,
        lambda: svg("<g " + " ".join(f'xmlns:a{i}="x{i}"' for i in range(60_000)) + "/>"),
    ),
    refused("three megabytes of SVG", Code.IMAGE_TOO_LARGE, lambda: svg("<!--" + "x" * 3_000_000 + "-->")),
    refused("a credential in a comment", Code.NO_CREDENTIAL_IN_IMAGE, svg(f"<!--{BAKED}-->")),
    refused(
        "a credential in character data",
        Code.NO_CREDENTIAL_IN_IMAGE,
        svg(f"<text><![CDATA[{BAKED}]]></text>"),
    ),
    refused(
        "a credential of another namespace",
        Code.NO_CREDENTIAL_IN_IMAGE,
        svg(BAKED, namespace="https://evil.example"),
    ),
    refused(
        "a credential broken by markup",
        Code.IMAGE_MALFORMED,
        svg("<openbadges:credential>{<b/>}</openbadges:credential>"),
    ),
    refused(
        "an XML document that is no SVG",
        Code.UNSUPPORTED_FORMAT,
        b"<openbadges:assertion xmlns:openbadges='http://openbadges.org'/>",
    ),
    refused("an SVG that ends too early", Code.IMAGE_MALFORMED, svg(BAKED)[:-6]),
    refused("a picture within a picture", Code.NOT_JSON, lambda: png(itxt(svg(BAKED), V3))),
    refused(
        "a badge that was changed before it was baked",
        Code.SIGNATURE_MISMATCH,
        lambda: png(itxt(BADGE.replace(b"2027", b"2099"), V3)),
    ),
)
