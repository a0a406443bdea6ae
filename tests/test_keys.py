"""The copy's own keys: made once, kept to their owner, and refused when they are open to others."""

import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils

from protocolbuilder import keys
from protocolbuilder.errors import BadKey
from protocolbuilder.settings import Settings

AT = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


def settings(folder: Path, **more: object) -> Settings:
    return Settings(instance=folder, **{"seal_algorithm": "ecdsa-p256", **more})  # type: ignore[arg-type]


def seal(given: Settings, **more: str) -> keys.SealKey:
    return keys.seal_key(given, at=AT, **more)


def test_keys_are_made_once_and_kept_to_their_owner(tmp_path: Path) -> None:
    given = settings(tmp_path)
    first, trail = seal(given, organisation="Northshire Council"), keys.trail_key(given)
    assert (seal(given, organisation="Another").certificate, keys.trail_key(given)) == (first.certificate, trail)
    folder = tmp_path / "keys"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {one.name: stat.S_IMODE(one.stat().st_mode) for one in folder.iterdir()} == {
        "seal.pem": 0o600, "seal-certificate.pem": 0o600, "trail.pem": 0o600,
    }  # fmt: skip
    assert keys.faults(given) == ()


def test_an_rsa_key_of_3072_bits_is_made_unless_a_curve_is_wished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PB_SEAL_ALGORITHM")
    made = keys.seal_key(Settings(instance=tmp_path), at=AT)
    read = x509.load_der_x509_certificate(made.certificate)
    key = read.public_key()
    assert isinstance(key, rsa.RSAPublicKey) and key.key_size == 3072
    key.verify(made.sign(b"words"), b"words", padding.PKCS1v15(), hashes.SHA256())
    assert made.algorithm == "rsa-sha256"


def test_a_signature_on_a_curve_is_its_two_numbers(tmp_path: Path) -> None:
    made = seal(settings(tmp_path))
    value = made.sign(b"words")
    key = x509.load_der_x509_certificate(made.certificate).public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey) and len(value) == 64
    told = utils.encode_dss_signature(int.from_bytes(value[:32]), int.from_bytes(value[32:]))
    key.verify(told, b"words", ec.ECDSA(hashes.SHA256()))


def test_of_many_who_make_it_at_once_all_get_the_same(tmp_path: Path) -> None:
    given = settings(tmp_path)
    with ThreadPoolExecutor(8) as many:
        made = {one.certificate for one in many.map(lambda _: seal(given), range(16))}
        trails = {one.id for one in many.map(lambda _: keys.trail_key(given), range(16))}
    assert (len(made), len(trails)) == (1, 1)


def test_the_certificate_is_for_signing_and_names_the_organisation(tmp_path: Path) -> None:
    read = x509.load_der_x509_certificate(seal(settings(tmp_path), organisation='North, "East" + West').certificate)
    assert read.subject.rfc4514_string() == "CN=North East West"
    usage = read.extensions.get_extension_for_class(x509.KeyUsage).value
    assert usage.digital_signature and usage.content_commitment and not usage.key_cert_sign
    assert read.not_valid_before_utc < AT < read.not_valid_after_utc


@pytest.mark.parametrize("said", ["", ",,,", "x" * 200, "\u202e\u0000"])
def test_a_name_is_always_one_that_a_certificate_can_hold(said: str) -> None:
    assert 0 < len(keys.plain_name(said)) <= 64


def test_a_request_is_made_for_an_authority_and_its_answer_is_used(tmp_path: Path) -> None:
    given = settings(tmp_path)
    asked = x509.load_pem_x509_csr(keys.certificate_request(given, organisation="Northshire Council"))
    assert asked.is_signature_valid and asked.subject.rfc4514_string() == "CN=Northshire Council"
    above = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name.from_rfc4514_string("CN=Northshire CA")
    builder = x509.CertificateBuilder().subject_name(asked.subject).issuer_name(name).public_key(asked.public_key())
    builder = builder.serial_number(7).not_valid_before(AT).not_valid_after(AT + timedelta(days=9))
    answer = tmp_path / "answer.pem"
    answer.write_bytes(builder.sign(above, hashes.SHA256()).public_bytes(keys._PEM))
    named = settings(tmp_path, seal_certificate=answer)
    assert x509.load_der_x509_certificate(seal(named).certificate).issuer == name
    assert keys.own_certificates(named) == (answer.read_bytes(),)
    with pytest.raises(BadKey, match="not valid today"):
        keys.seal_key(named, at=AT + timedelta(days=10))


def test_a_certificate_of_another_key_is_refused(tmp_path: Path) -> None:
    seal(settings(tmp_path / "a"))
    given = settings(tmp_path / "b", seal_certificate=tmp_path / "a" / "keys" / "seal-certificate.pem")
    with pytest.raises(BadKey, match="not that of the key"):
        seal(given)


def test_a_key_that_others_can_read_or_replace_is_refused(tmp_path: Path) -> None:
    given = settings(tmp_path)
    seal(given)
    place = tmp_path / "keys" / "seal.pem"
    place.chmod(0o640)
    with pytest.raises(BadKey, match="chmod 600"):
        seal(given)
    assert len(keys.faults(given)) == 1
    place.chmod(0o600)
    place.parent.chmod(0o770)
    with pytest.raises(BadKey, match="chmod 700"):
        seal(given)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no private key as PEM"),
        (b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "no private key as PEM"),
        (keys._pem(ed25519.Ed25519PrivateKey.generate()), "neither an RSA key"),
        (keys._pem(rsa.generate_private_key(65537, 1024)), "neither an RSA key"),
    ],
)
def test_what_is_no_key_is_refused_in_one_line(tmp_path: Path, content: bytes, words: str) -> None:
    place = tmp_path / "own.pem"
    place.touch(0o600)
    place.write_bytes(content)
    with pytest.raises(BadKey, match=words):
        seal(settings(tmp_path, seal_key=place))


def test_a_key_that_is_named_and_not_there_is_told_and_not_made(tmp_path: Path) -> None:
    given = settings(tmp_path, seal_key=tmp_path / "none.pem", trail_key=tmp_path / "no.pem")
    assert len(keys.faults(given)) == 2
    with pytest.raises(BadKey, match="cannot be read"):
        keys.trail_key(given)
    assert not (tmp_path / "keys").exists()


def test_the_trail_is_signed_and_its_key_known_by_its_public_half(tmp_path: Path) -> None:
    made = keys.trail_key(settings(tmp_path))
    ed25519.Ed25519PublicKey.from_public_bytes(made.public).verify(made.sign(b"line"), b"line")
    assert len(made.id) == 16 and "PRIVATE" not in repr(made)
