"""A certificate of the demo's own, so that phones on the local network get HTTPS.

Without it a browser gives neither camera nor notifications nor a secure cookie. It warns once; a real
installation has a real certificate.
"""

import ipaddress
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

VALID_FOR = timedelta(days=397)  # longer ones are refused by some browsers
RENEW_BEFORE = timedelta(days=30)
# A documentation address (RFC 5737): asking for the way there sends nothing.
ELSEWHERE = ("192.0.2.1", 9)
LOOPBACK = ("localhost", "127.0.0.1")


@dataclass(frozen=True)
class Certificate:
    """Two PEM files; the key is readable by its owner alone."""

    certificate: Path
    key: Path


def lan_address() -> str | None:
    """This machine's IPv4 address on the local network, None without a network."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(ELSEWHERE)
        except OSError:
            return None
        address = str(probe.getsockname()[0])
    return None if ipaddress.ip_address(address).is_loopback else address


def certificate_for(hosts: Iterable[str], folder: Path, now: datetime) -> Certificate:
    """The certificate in `folder` for these names and addresses and the loopback ones; made anew if it lacks
    one of them or soon ends, since every new one must be accepted again on each phone. `now` is aware."""
    files = Certificate(folder / "certificate.pem", folder / "certificate-key.pem")
    wanted = {*hosts, *LOOPBACK}
    if not _serves(files, wanted, now):
        folder.mkdir(parents=True, exist_ok=True)
        _make(files, wanted, now)
    return files


def _serves(files: Certificate, wanted: set[str], now: datetime) -> bool:
    if not (files.certificate.exists() and files.key.exists()):
        return False
    found = x509.load_pem_x509_certificate(files.certificate.read_bytes())
    names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    held = {str(name.value) for name in names}
    return wanted <= held and found.not_valid_after_utc - now > RENEW_BEFORE


def _make(files: Certificate, hosts: set[str], now: datetime) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "deskops")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        # Phones whose clock is a little behind must take it too.
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now - timedelta(days=1) + VALID_FOR)
        .add_extension(x509.SubjectAlternativeName(map(_general_name, sorted(hosts))), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )
    _write_secret(
        files.key,
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ),
    )
    files.certificate.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _write_secret(path: Path, content: bytes) -> None:
    path.unlink(missing_ok=True)
    path.touch(mode=0o600, exist_ok=False)
    path.write_bytes(content)
