"""Whom we believe on a TLS connection."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    import ssl
    from pathlib import Path


@cache
def usual_trust() -> ssl.SSLContext:
    """:func:`trusted_context` without a file of our own, made once: reading all issuers takes 20 ms."""
    return trusted_context()


def trusted_context(ca_file: Path | None = None) -> ssl.SSLContext:
    """Make the only TLS settings there are: verify the chain and the host name, TLS 1.2 or newer.

    Trusts the issuers certifi lists and those in `ca_file` (PEM), and nothing the environment names
    (SSL_CERT_FILE and SSL_CERT_DIR would add issuers, SSLKEYLOGFILE would write the session keys down).
    Raises OSError (ssl.SSLError among them) if `ca_file` cannot be read or holds no certificate.
    """
    import ssl  # noqa: PLC0415 - 20 ms that a run without a target need not pay

    context = httpx.create_ssl_context(verify=True, trust_env=False)
    context.keylog_filename = None  # type: ignore[assignment] # None closes the log, as the setter has it
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    if ca_file is not None:
        context.load_verify_locations(cafile=ca_file)
    return context
