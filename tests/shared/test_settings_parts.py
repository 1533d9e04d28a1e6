"""The database's URL from its parts, and secrets from files, as container platforms hand them over."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cricksy.database_url import parse
from cricksy.settings import SettingsError, database_url, token_settings

PARTS = {
    "DATABASE_HOST": "db.example",
    "DATABASE_USER": "cricksy",
    "DATABASE_NAME": "cricksy",
    "DATABASE_PASSWORD": "secret",
}
TOKENS = {"JWT_AUDIENCE": "a", "JWT_ISSUER": "i"}
printable = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1, max_size=30)


@given(user=printable, password=printable, name=printable)
def test_the_parts_need_no_encoding(user: str, password: str, name: str) -> None:
    parts = {"DATABASE_USER": user, "DATABASE_PASSWORD": password, "DATABASE_NAME": name}
    address = parse(database_url(PARTS | parts))
    assert (address.user, address.password, address.database) == (user, password, name)
    assert (address.hosts, address.ports) == (["db.example"], [5432])


@pytest.mark.parametrize("host", ["10.0.0.7", "::1", "/run/postgresql", "db.example"])
def test_each_kind_of_host(host: str) -> None:
    address = parse(database_url(PARTS | {"DATABASE_HOST": host, "DATABASE_PORT": "6432"}))
    assert (address.hosts, address.ports) == ([host], [6432])


def test_the_parameters_are_those_of_the_url() -> None:
    address = parse(database_url(PARTS | {"DATABASE_PARAMETERS": "sslmode=require&pooler=transaction"}))
    assert (address.tls, address.is_pooled) == ({"sslmode": "require"}, True)
    assert not parse(database_url(PARTS)).is_pooled
    with pytest.raises(SettingsError, match=r"^DATABASE_HOST or DATABASE_PARAMETERS: sslmode must be disable"):
        database_url(PARTS | {"DATABASE_PARAMETERS": "sslmode=yes"})


@pytest.mark.parametrize("name", sorted(PARTS))
def test_a_part_that_is_missing_is_named(name: str) -> None:
    with pytest.raises(SettingsError, match=f"^{name} is missing$"):
        database_url({key: value for key, value in PARTS.items() if key != name})


def test_a_url_and_its_parts_are_not_mixed() -> None:
    with pytest.raises(SettingsError, match=r"^DATABASE_URL and DATABASE_HOST are both set: keep DATABASE_URL or its"):
        database_url(PARTS | {"DATABASE_URL": "postgresql://u:p@h/d"})


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_a_secret_comes_from_a_file(tmp_path: Path, end: str) -> None:
    secret = tmp_path / "secret"
    secret.write_text(f" {'s' * 32} {end}", newline="")
    without = {key: value for key, value in PARTS.items() if key != "DATABASE_PASSWORD"}
    assert parse(database_url(without | {"DATABASE_PASSWORD_FILE": str(secret)})).password == f" {'s' * 32} "
    tokens = token_settings(TOKENS | {"JWT_SECRET_FILE": str(secret), "JWT_SECRET_PREVIOUS_FILE": str(secret)})
    assert (tokens.secret, tokens.previous_secrets) == (f" {'s' * 32} ", (f" {'s' * 32} ",))
    secret.write_text("postgresql://u:p@h/d\n")
    assert database_url({"DATABASE_URL_FILE": str(secret)}) == "postgresql://u:p@h/d"


def test_a_file_that_holds_no_secret_is_named_and_what_it_holds_is_not(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    for content, problem in (
        (None, "cannot be read: No such file or directory"),
        (b"\n", "is empty"),
        (b"\xff\xfe", "is not UTF-8 text"),
    ):
        if content is not None:
            secret.write_bytes(content)
        with pytest.raises(SettingsError) as refused:
            token_settings(TOKENS | {"JWT_SECRET_FILE": str(secret)})
        assert refused.value.problems == [f"JWT_SECRET_FILE names a file that {problem}"]
    secret.write_text("hunter2")
    with pytest.raises(SettingsError, match=r"^JWT_SECRET is shorter than 32 bytes$"):
        token_settings(TOKENS | {"JWT_SECRET_FILE": str(secret)})
    with pytest.raises(SettingsError, match=r"^JWT_SECRET and JWT_SECRET_FILE are both set: keep one$"):
        token_settings(TOKENS | {"JWT_SECRET_FILE": str(secret), "JWT_SECRET": "s" * 32})
