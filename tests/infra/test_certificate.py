"""The certificate that `make run LAN=1` serves with."""

import ipaddress
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from deskops import certificate
from deskops.certificate import certificate_for, lan_address

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


def names_in(path: Path) -> set[str]:
    found = x509.load_pem_x509_certificate(path.read_bytes())
    held = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return {str(name.value) for name in held}


def test_it_names_the_hosts_asked_for_and_the_machine_itself(tmp_path: Path) -> None:
    files = certificate_for(["192.0.2.7", "desks.example"], tmp_path, NOW)
    assert names_in(files.certificate) == {"192.0.2.7", "desks.example", "localhost", "127.0.0.1"}


def test_an_address_is_held_as_an_address(tmp_path: Path) -> None:
    """Browsers ignore an address that is written as a name."""
    found = x509.load_pem_x509_certificate(
        certificate_for(["192.0.2.7"], tmp_path, NOW).certificate.read_bytes()
    )
    held = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert ipaddress.ip_address("192.0.2.7") in held.get_values_for_type(x509.IPAddress)


def test_the_key_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    assert certificate_for([], tmp_path, NOW).key.stat().st_mode & 0o777 == 0o600


def test_a_second_start_keeps_the_certificate_that_phones_accepted(tmp_path: Path) -> None:
    first = certificate_for(["192.0.2.7"], tmp_path, NOW).certificate.read_bytes()
    again = certificate_for(["192.0.2.7"], tmp_path, NOW + timedelta(days=300))
    assert again.certificate.read_bytes() == first


def test_a_new_address_gets_a_new_certificate(tmp_path: Path) -> None:
    certificate_for(["192.0.2.7"], tmp_path, NOW)
    assert "192.0.2.8" in names_in(certificate_for(["192.0.2.8"], tmp_path, NOW).certificate)


def test_one_that_soon_ends_is_made_anew(tmp_path: Path) -> None:
    late = NOW + timedelta(days=380)
    certificate_for([], tmp_path, NOW)
    found = x509.load_pem_x509_certificate(certificate_for([], tmp_path, late).certificate.read_bytes())
    assert found.not_valid_before_utc <= late < found.not_valid_after_utc - timedelta(days=300)


def test_it_is_valid_for_a_phone_whose_clock_is_an_hour_behind(tmp_path: Path) -> None:
    found = x509.load_pem_x509_certificate(certificate_for([], tmp_path, NOW).certificate.read_bytes())
    assert found.not_valid_before_utc <= NOW - timedelta(hours=1)


def test_the_address_on_the_network_is_never_the_loopback_one() -> None:
    address = lan_address()
    assert address is None or not ipaddress.ip_address(address).is_loopback


def test_a_machine_without_a_network_has_no_address(monkeypatch: pytest.MonkeyPatch) -> None:
    class Unreachable(socket.socket):
        def connect(self, address: object) -> None:
            raise OSError("Network is unreachable")

    monkeypatch.setattr(certificate.socket, "socket", Unreachable)
    assert lan_address() is None
