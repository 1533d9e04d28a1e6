"""``DATABASE_URL`` as hosted PostgreSQL writes it, against a server with TLS."""

import os
import shutil
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec
import pytest
from click.testing import CliRunner
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from sqlalchemy import text
from tests.support.services import running_program

from cricksy.cli import main
from cricksy.data.engine import Database, connected
from cricksy.data.errors import DatabaseError, DatabaseOutage
from cricksy.embedded.postgres import answers, create_cluster, postgres_program, unprivileged_user
from cricksy.embedded.process import free_port

PASSWORD = "p/a@s#s?w:o%rd &+="
CERTIFIED = "certified"


class TlsServer(msgspec.Struct, frozen=True):
    port: int
    ca: Path
    client: Path
    """Certificate of the role :data:`CERTIFIED`; its key is beside it."""

    def url(self, query: str = "", *, host: str = "127.0.0.1") -> str:
        return f"postgres://cricksy:{quote(PASSWORD, safe='')}@{host}:{self.port}/postgres?{query}"


def make_certificate(directory: Path, name: str, issuer: tuple[x509.Name, Any] | None = None) -> tuple[x509.Name, Any]:
    """``directory/name.crt`` and ``.key``: a CA's own, or one for 127.0.0.1 that ``issuer`` signs."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    issued_by, signing_key = issuer or (subject, key)
    now = datetime.now(UTC)
    alternatives = x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issued_by)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .add_extension(alternatives, critical=False)
        .sign(signing_key, hashes.SHA256())
    )
    (directory / f"{name}.crt").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private = directory / f"{name}.key"
    private.touch(mode=0o600)
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return subject, key


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TlsServer]:
    directory = tmp_path_factory.mktemp("tls")
    data, port = directory / "postgres", free_port()
    create_cluster(data, PASSWORD, os.environ)
    ca = make_certificate(directory, "ca")
    make_certificate(directory, CERTIFIED, ca)
    make_certificate(data, "server", ca)
    shutil.copy(directory / "ca.crt", data / "ca.crt")
    with (data / "postgresql.conf").open("a") as settings:
        settings.write("ssl = on\nssl_ca_file = 'ca.crt'\n")
    (data / "pg_hba.conf").write_text(
        f"hostssl all {CERTIFIED} 127.0.0.1/32 cert\nhost all all 127.0.0.1/32 scram-sha-256\n"
    )
    user = unprivileged_user()
    for file in ("server.crt", "server.key", "ca.crt"):
        shutil.chown(data / file, user or os.geteuid())
    program = postgres_program(data, port, directory / "postgres.log", os.environ)
    with running_program(program, lambda: answers(port)):
        yield TlsServer(port, directory / "ca.crt", directory / f"{CERTIFIED}.crt")


async def ask(database: Database, sql: str) -> Any:
    async with database.connect() as connection:
        return (await connection.execute(text(sql))).scalar_one()


async def is_encrypted(url: str) -> bool:
    async with connected(url, application="tests") as database:
        return await ask(database, "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")


@pytest.mark.parametrize(
    ("query", "encrypted"),
    [
        ("", True),
        ("sslmode=disable", False),
        ("sslmode=allow", False),
        ("sslmode=prefer", True),
        ("sslmode=require", True),
        ("sslmode=require&ssl_min_protocol_version=TLSv1.3&sslnegotiation=direct", True),
        ("sslmode=require&channel_binding=prefer&gssencmode=disable&client_encoding=UTF8", True),
    ],
)
async def test_each_mode_without_a_certificate(server: TlsServer, query: str, *, encrypted: bool) -> None:
    assert await is_encrypted(server.url(query)) is encrypted


async def test_the_server_is_verified_by_its_ca_and_its_name(server: TlsServer) -> None:
    root = f"sslrootcert={server.ca}"
    assert await is_encrypted(server.url(f"sslmode=verify-full&{root}"))
    assert await is_encrypted(server.url(f"sslmode=verify-ca&{root}", host="localhost"))
    with pytest.raises(DatabaseOutage, match="certificate is not valid for 'localhost'"):
        await is_encrypted(server.url(f"sslmode=verify-full&{root}", host="localhost"))


@pytest.mark.parametrize("mode", ["require", "verify-ca", "verify-full"])
async def test_a_server_of_another_ca_is_refused(server: TlsServer, mode: str, tmp_path: Path) -> None:
    make_certificate(tmp_path, "other")
    with pytest.raises(DatabaseOutage, match="certificate verify failed"):
        await is_encrypted(server.url(f"sslmode={mode}&sslrootcert={tmp_path}/other.crt"))


async def test_the_cas_of_the_machine_verify_it(server: TlsServer, monkeypatch: pytest.MonkeyPatch) -> None:
    url = server.url("sslmode=verify-full&sslrootcert=system")
    with pytest.raises(DatabaseOutage, match="certificate verify failed"):
        await is_encrypted(url)
    monkeypatch.setenv(ssl.get_default_verify_paths().openssl_cafile_env, str(server.ca))
    assert await is_encrypted(url)


@pytest.mark.parametrize("root", ["file", "system"])
async def test_a_certificate_of_the_clients_own(server: TlsServer, root: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ssl.get_default_verify_paths().openssl_cafile_env, str(server.ca))
    async with connected(server.url(), application="tests") as database, database.begin() as transaction:
        await transaction.execute(text(f"DROP ROLE IF EXISTS {CERTIFIED}"))
        await transaction.execute(text(f"CREATE ROLE {CERTIFIED} LOGIN"))
    verified = f"sslmode=verify-full&sslrootcert={server.ca if root == 'file' else root}"
    address = f"postgresql://{CERTIFIED}@127.0.0.1:{server.port}/postgres?{verified}"
    with pytest.raises(DatabaseError, match="client certificate"):
        await is_encrypted(address)
    own = f"sslcert={server.client}&sslkey={server.client.with_suffix('.key')}"
    async with connected(f"{address}&{own}", application="tests") as database:
        assert await ask(database, "SELECT current_user") == CERTIFIED


async def test_a_server_without_tls_is_refused_where_it_is_required(database_url: str) -> None:
    async with connected(f"{database_url}?sslmode=require", application="tests") as database:
        with pytest.raises(DatabaseOutage, match="rejected SSL upgrade"):
            await ask(database, "SELECT 1")


async def test_what_the_url_says_goes_before_our_own(server: TlsServer) -> None:
    url = server.url("application_name=my%20app&options=-c%20search_path%3Dpg_catalog&connect_timeout=10")
    async with connected(url, application="tests", statement_seconds=3) as database:
        assert await ask(database, "SHOW application_name") == "my app"
        assert await ask(database, "SHOW search_path") == "pg_catalog"
        assert await ask(database, "SHOW statement_timeout") == "3s"


async def test_a_host_that_does_not_answer_is_followed_by_the_next(server: TlsServer) -> None:
    hosts = f"127.0.0.1:{free_port()},127.0.0.1"
    assert await is_encrypted(server.url("target_session_attrs=read-write", host=hosts))
    with pytest.raises(DatabaseOutage, match="target attribute"):
        await is_encrypted(server.url("target_session_attrs=read-only"))


def test_the_command_line_takes_it_too(server: TlsServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", server.url(f"sslmode=verify-full&sslrootcert={server.ca}"))
    created = CliRunner().invoke(main, ["db", "init"])
    assert (created.exit_code, created.stderr) == (0, "")

    make_certificate(tmp_path, "other")
    monkeypatch.setenv("DATABASE_URL", server.url(f"sslmode=verify-full&sslrootcert={tmp_path}/other.crt"))
    refused = CliRunner().invoke(main, ["db", "init"])
    assert refused.exit_code == 1
    assert "certificate verify failed" in refused.stderr
    assert len(refused.stderr.splitlines()) == 1

    monkeypatch.setenv("DATABASE_URL", server.url("sslmode=verify-full&speed=high"))
    wrong = CliRunner().invoke(main, ["db", "init"])
    assert wrong.exit_code == 2
    assert "DATABASE_URL: unknown parameter 'speed'" in wrong.stderr
    assert "DATABASE_URL: sslmode=verify-full needs sslrootcert" in wrong.stderr
    assert quote(PASSWORD, safe="") not in wrong.stderr
