"""Which addresses a token may go to, and which only look like one of them."""

from __future__ import annotations

import pytest

from pipeline.target.origin import Origin, OriginRefusedError, parse_target, same_origin

SHOP = Origin("https", "shop.example", 443)


@pytest.mark.parametrize(
    ("text", "written", "path"),
    [
        ("https://shop.example", "https://shop.example", ""),
        ("https://shop.example/", "https://shop.example", ""),
        ("HTTPS://Shop.EXAMPLE:443/omnitron/", "https://shop.example", "/omnitron"),
        ("https://shop.example:8443/a/b", "https://shop.example:8443", "/a/b"),
        ("https://xn--ili-bwa3e.example", "https://xn--ili-bwa3e.example", ""),
        ("https://my_service", "https://my_service", ""),
        ("https://192.0.2.7", "https://192.0.2.7", ""),
        ("https://[2001:DB8:0:0::7]:8443", "https://[2001:db8::7]:8443", ""),
        ("http://localhost:8000", "http://localhost:8000", ""),
        ("http://127.0.0.1:80", "http://127.0.0.1", ""),
        ("http://127.9.9.9:8000", "http://127.9.9.9:8000", ""),
        ("http://[::1]:8000/", "http://[::1]:8000", ""),
        ("http://[0:0:0:0:0:0:0:1]", "http://[::1]", ""),
        ("https://shop.example/@someone", "https://shop.example", "/@someone"),
        ("https://shop.example/a..b", "https://shop.example", "/a..b"),
    ],
)
def test_a_plain_address_is_taken_in_one_spelling(text: str, written: str, path: str) -> None:
    """Case, the scheme's own port and a slash at the end make no difference; the path is kept."""
    origin, rest = parse_target(text)
    assert (str(origin), rest) == (written, path)
    assert parse_target(written) == (origin, "")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "not_a_url"),
        ("shop.example", "not_a_url"),
        ("//shop.example", "not_a_url"),
        ("https:shop.example", "not_a_url"),
        ("https:/shop.example", "not_a_url"),
        (" https://shop.example", "not_a_url"),
        ("https://shop.example\n", "not_a_url"),
        ("https://shop.example/a b", "not_a_url"),
        ("https://shop\t.example", "not_a_url"),
        ("https://shop.example\\@evil.example", "not_a_url"),
        ("https:\\\\shop.example", "not_a_url"),
        ("https://shop.example\x00.evil.example", "not_a_url"),
        ("https://shop.example/\u202egnp", "not_a_url"),
        ("https://shop.example/şişli", "not_a_url"),
        ("ftp://shop.example", "scheme"),
        ("file:///etc/passwd", "scheme"),
        ("http://shop.example", "insecure"),
        ("http://localhost.evil.example", "insecure"),
        ("http://127.0.0.1.evil.example", "insecure"),
        ("http://128.0.0.1", "insecure"),
        ("http://[::ffff:127.0.0.1]", "insecure"),
        ("https://shop.example@evil.example", "userinfo"),
        ("https://shop.example:443@evil.example", "userinfo"),
        ("https://:secret@shop.example", "userinfo"),
        ("https://@shop.example", "userinfo"),
        ("https://", "host"),
        ("https:///path", "host"),
        ("https://:443", "host"),
        ("https://shop.example.", "host"),
        ("https://shop..example", "host"),
        ("https://-shop.example", "host"),
        ("https://shop%2eexample", "host"),
        ("https://shop.example%00", "host"),
        ("https://shop。example", "host"),
        ("https://şişli.example", "host"),
        ("https://" + "a" * 64 + ".example", "host"),
        ("https://" + "a." * 127 + "example", "host"),
        ("http://127.1", "host"),
        ("http://2130706433", "host"),
        ("http://0x7f000001", "host"),
        ("http://0177.0.0.1", "host"),
        ("https://1.2.3.4.5", "host"),
        ("https://999.1.1.1", "host"),
        ("https://[::1", "host"),
        ("https://[fe80::1%25eth0]", "host"),
        ("https://[1:2]", "host"),
        ("https://[::1]evil.example", "host"),
        ("https://shop.example:", "port"),
        ("https://shop.example:0", "port"),
        ("https://shop.example:65536", "port"),
        ("https://shop.example:0443", "port"),
        ("https://shop.example:+443", "port"),
        ("https://shop.example:٤٤٣", "port"),
        ("https://shop.example:80:90", "port"),
        ("https://shop.example/a/../b", "path"),
        ("https://shop.example/%2E%2e/b", "path"),
        ("https://shop.example/./b", "path"),
        ("https://shop.example/?a=1", "query"),
        ("https://shop.example?", "query"),
        ("https://shop.example/#top", "fragment"),
    ],
)
def test_an_odd_address_is_refused_for_a_reason(text: str, fault: str) -> None:
    """Each refusal says which part is wrong, and does not repeat the address."""
    with pytest.raises(OriginRefusedError) as refused:
        parse_target(text)
    assert refused.value.fault == fault
    assert str(refused.value) == fault


@pytest.mark.parametrize(
    "url",
    [
        "https://shop.example/api/v1/channel/5/create_orders/",
        "https://SHOP.example:443/?page=2#x",
        "HTTPS://shop.example",
    ],
)
def test_the_same_place_is_known_in_every_plain_spelling(url: str) -> None:
    """Path, query, case and the scheme's own port do not change where a URL leads."""
    assert same_origin(url, SHOP)


@pytest.mark.parametrize(
    "url",
    [
        "http://shop.example/",
        "https://shop.example:8443/",
        "https://shop.example.evil.example/",
        "https://evil.example/shop.example",
        "https://evil.example/?https://shop.example/",
        "https://evil.example#@shop.example/",
        "https://shop.example@evil.example/",
        "https://evil.example@shop.example/",
        "https://shop.example\\.evil.example/",
        "https://shop.example./",
        "https://shop.example:443:443/",
        "https://shop%2Eexample/",
        "https://sh0p.example/",
        "//shop.example/",
        "/api/v1/",
        "",
    ],
)
def test_another_place_is_never_taken_for_it(url: str) -> None:
    """What leads elsewhere, or might by some reading, is not the same origin."""
    assert not same_origin(url, SHOP)
