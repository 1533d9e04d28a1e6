from pathlib import Path

import pytest

from cricksy.database_url import DatabaseUrlError, parse


def problems(url: str) -> list[str]:
    with pytest.raises(DatabaseUrlError) as refused:
        parse(url)
    return refused.value.problems


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+asyncpg"])
def test_every_scheme_of_postgresql_is_taken(scheme: str) -> None:
    address = parse(f"{scheme}://u:p@h:6543/d")
    assert (address.user, address.password, address.database) == ("u", "p", "d")
    assert (address.hosts, address.ports) == (["h"], [6543])


def test_each_part_is_decoded() -> None:
    address = parse("postgresql://us%40er:p%2Fa%40s%23s%3F%25+w@h/my%20base")
    assert (address.user, address.password, address.database) == ("us@er", "p/a@s#s?%+w", "my base")


def test_what_is_left_out_is_left_to_the_driver() -> None:
    address = parse("postgresql:///d")
    assert (address.hosts, address.ports, address.user, address.password) == ([], [], None, None)
    assert (address.tls, address.server_settings, address.connect_seconds) == ({}, {}, None)


def test_the_parameters_of_a_hosted_database() -> None:
    address = parse(
        "postgres://u:p@h/d?sslmode=require&connect_timeout=10&application_name=my%20app"
        "&options=-c%20search_path%3Da,b&target_session_attrs=read-write&channel_binding=prefer&client_encoding=utf8"
    )
    assert address.tls == {"sslmode": "require"}
    assert address.connect_seconds == 10
    assert address.server_settings == {"application_name": "my app", "options": "-c search_path=a,b"}
    assert address.target_session_attrs == "read-write"


@pytest.mark.parametrize(
    ("url", "hosts", "ports"),
    [
        ("postgresql://u@a:1,b,[::1]:3/d", ["a", "b", "::1"], [1, 5432, 3]),
        ("postgresql:///d?host=/cloudsql/p:europe-west1:i", ["/cloudsql/p:europe-west1:i"], [5432]),
        ("postgresql://u@%2Frun%2Fpostgresql/d", ["/run/postgresql"], [5432]),
        ("postgresql:///d?host=a,b&port=7", ["a", "b"], [7, 7]),
        ("postgresql:///d?host=a,b&port=7,8", ["a", "b"], [7, 8]),
        ("postgresql:///d?port=7", ["localhost"], [7]),
    ],
)
def test_hosts(url: str, hosts: list[str], ports: list[int]) -> None:
    address = parse(url)
    assert (address.hosts, address.ports) == (hosts, ports)


def test_an_unknown_parameter_is_named() -> None:
    (problem,) = problems("postgresql://u:hunter2@h/d?sslmode=require&pgbouncer=true")
    assert problem.startswith("unknown parameter 'pgbouncer' (known: application_name, ")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("sslmode=on", "sslmode must be disable, allow, prefer, require, verify-ca or verify-full"),
        ("connect_timeout=soon", "connect_timeout must be a whole number of seconds, at least 1"),
        ("connect_timeout=0", "connect_timeout must be a whole number of seconds, at least 1"),
        ("channel_binding=require", "channel_binding must be disable or prefer"),
        ("sslmode=verify-full", "sslmode=verify-full needs sslrootcert, a file of CA certificates or system"),
        ("sslmode=require&sslrootcert=system", "sslrootcert=system needs sslmode=verify-full"),
        (f"sslrootcert={__file__}", "sslrootcert needs sslmode=require, verify-ca or verify-full"),
        ("sslmode=require&sslcert=/dev/null", "sslcert and sslkey need each other"),
        ("sslnegotiation=direct", "sslnegotiation=direct needs sslmode=require, verify-ca or verify-full"),
        (
            "sslmode=verify-ca&sslrootcert=/no/where",
            "sslrootcert names a file that cannot be read: No such file or directory",
        ),
        (
            f"sslmode=verify-ca&sslrootcert={__file__}",
            "sslrootcert names a file that holds no certificate or key that can be used",
        ),
        (
            f"sslmode=require&sslcert={__file__}&sslkey={__file__}",
            "sslcert or sslkey names a file that holds no certificate or key that can be used",
        ),
        ("host=a,b&port=1,2,3", "there must be one port, or one for each host"),
        ("port=0", "a port must be a number from 1 to 65535"),
    ],
)
def test_a_parameter_that_cannot_work_is_named(query: str, expected: str) -> None:
    assert expected in problems(f"postgresql://u:hunter2@h/d?{query}")


def test_all_problems_are_named_at_once() -> None:
    assert len(problems("postgresql://u:p@h:x/d?a=1&b=2&sslmode=maybe&connect_timeout=x")) == 5


@pytest.mark.parametrize(
    "url",
    [
        "mysql://u:hunter2@h/d",
        "hunter2",
        "postgresql://u:hunter2/x@h/d",
        "postgresql://u:hunter2#x@h/d",
        "postgresql://u:hunter2@x@h/d",
        "postgresql://u:hunter2@h:port/d?x=1",
        "postgresql://u:hunter2",
    ],
)
def test_a_password_is_never_shown(url: str) -> None:
    assert "hunter2" not in " ".join(problems(url))


def test_a_file_of_certificates_may_lie_anywhere(tmp_path: Path) -> None:
    missing = tmp_path / "ca & co.pem"
    assert problems(f"postgresql://h/d?sslmode=verify-ca&sslrootcert={str(missing).replace(' & ', '%20%26%20')}") == [
        "sslrootcert names a file that cannot be read: No such file or directory"
    ]
