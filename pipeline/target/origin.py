"""Where the target is: the one scheme, host and port a token may go to. Text in, values out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import Final, Literal

OriginFault = Literal[
    "not_a_url",  # no scheme and "//", or blanks, control characters, a backslash, unquoted letters
    "scheme",  # neither http nor https
    "insecure",  # http to another machine
    "userinfo",  # a user name or password before the host
    "host",  # no host, or one that is not a plain name or address
    "port",  # not a number from 1 to 65535
    "path",  # "." or ".." in the path, quoted or not
    "query",
    "fragment",
]

_OWN_PORTS: Final = {"http": 80, "https": 443}
_HIGHEST_PORT: Final = 65535
_LONGEST_NAME: Final = 253
_URL: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://([^/?#]*)(.*)")
_AUTHORITY: Final = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|([^:\[\]]*))(?::(.*))?")
_PORT: Final = re.compile(r"[1-9][0-9]{0,4}")
_LABEL: Final = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER: Final = re.compile(r"[0-9]+|0x[0-9a-f]*")


class OriginRefusedError(ValueError):
    """An address no token is sent to. `fault` says why; the address is left out, it may hold a password."""

    def __init__(self, fault: OriginFault) -> None:
        super().__init__(fault)
        self.fault: OriginFault = fault


@dataclass(frozen=True, slots=True)
class Origin:
    """A scheme, a host (lower case, an IPv6 address without its brackets) and a port."""

    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        """Write it as a URL does, with the port only where it is not the scheme's own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == _OWN_PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}"

    @property
    def is_loopback(self) -> bool:
        """Tell whether this is this very machine: localhost, 127.0.0.0/8 or ::1."""
        if self.host in ("localhost", "::1"):
            return True
        try:
            return IPv4Address(self.host).is_loopback
        except AddressValueError:
            return False


def parse_target(text: str) -> tuple[Origin, str]:
    """Split a target's base URL into its origin and its path (without a slash at the end; "" if none).

    Takes https, and http to this very machine. Raises OriginRefusedError for anything else, and for every
    spelling two programs might read differently: better ask for the plain one than send a token elsewhere.
    """
    origin, rest = _split(text)
    if "#" in rest:
        raise OriginRefusedError("fragment")
    if "?" in rest:
        raise OriginRefusedError("query")
    if origin.scheme == "http" and not origin.is_loopback:
        raise OriginRefusedError("insecure")
    if not {".", ".."}.isdisjoint(rest.lower().replace("%2e", ".").split("/")):
        raise OriginRefusedError("path")
    return origin, rest.rstrip("/")


def same_origin(url: str, origin: Origin) -> bool:
    """Tell whether a URL leads to this origin; one that is odd in any way leads nowhere."""
    try:
        return _split(url)[0] == origin
    except OriginRefusedError:
        return False


def _split(text: str) -> tuple[Origin, str]:
    """Take a URL apart into its origin and all that follows the host and port."""
    shape = _URL.fullmatch(text)
    if shape is None or "\\" in text or not text.isprintable() or " " in text:
        raise OriginRefusedError("not_a_url")
    scheme, authority, rest = shape[1].lower(), shape[2], shape[3]
    if scheme not in _OWN_PORTS:
        raise OriginRefusedError("scheme")
    if "@" in authority:
        raise OriginRefusedError("userinfo")
    parts = _AUTHORITY.fullmatch(authority)
    if parts is None:
        raise OriginRefusedError("host")
    host = _ipv6(parts[1]) if parts[1] else _name_or_ipv4(parts[2].lower())
    port = _OWN_PORTS[scheme] if parts[3] is None else _port(parts[3])
    if not rest.isascii():
        raise OriginRefusedError("not_a_url")
    return Origin(scheme, host, port), rest


def _port(text: str) -> int:
    if not _PORT.fullmatch(text) or int(text) > _HIGHEST_PORT:
        raise OriginRefusedError("port")
    return int(text)


def _ipv6(text: str) -> str:
    try:
        return str(IPv6Address(text))
    except AddressValueError:
        raise OriginRefusedError("host") from None


def _name_or_ipv4(host: str) -> str:
    """Take a name as it is, and of the ways to write an IPv4 address only the one with four decimals.

    Names of other scripts must be given in their xn-- form, where they cannot look like another name.
    """
    labels = host.split(".")
    if len(host) > _LONGEST_NAME or not all(_LABEL.fullmatch(label) for label in labels):
        raise OriginRefusedError("host")
    if not _NUMBER.fullmatch(labels[-1]):
        return host
    try:
        return str(IPv4Address(host))
    except AddressValueError:
        raise OriginRefusedError("host") from None
