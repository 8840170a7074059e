"""Certificates of our own making, for Yahoo's host names among others."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from pathlib import Path

import pytest

_NAMES = "DNS:*.yahoo.com,DNS:*.finance.yahoo.com,DNS:other.example"


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """Makes a key and a certificate that it signed itself. Returns their files.

    Skips the test where openssl is not installed.
    """
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not installed")
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    make = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", str(key), "-out",
            str(certificate), "-days", "2", "-subj", "/CN=test", "-addext",
            f"subjectAltName={_NAMES}"]  # fmt: skip
    subprocess.run(make, check=True, capture_output=True)
    return key, certificate


def certificate(folder: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """Returns a server's context for the names, which clients of this test trust alone."""
    key, certificate = make_certificate(folder)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context
