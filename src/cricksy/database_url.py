"""``DATABASE_URL``, as libpq and hosted PostgreSQL write it.

For example::

    postgresql://user:password@host:port,host:port/database?sslmode=require&connect_timeout=10

Each part is percent-encoded. Several hosts are tried in their order, all within ``connect_timeout``. The parameters:

    sslmode                        disable, allow, prefer (default), require, verify-ca, verify-full
    sslrootcert                    file of CA certificates, or ``system``: those of the machine
    sslcert, sslkey                files of the client's certificate and its key, which has no password
    sslnegotiation                 postgres (default), direct
    ssl_min_protocol_version       TLSv1.2 (default), TLSv1.3
    connect_timeout                whole seconds to connect in, at least 1
    application_name, options      passed to the server
    target_session_attrs           any (default), read-write, read-only, primary, standby, prefer-standby
    host, port                     instead of those before the path, as for a socket's directory
    channel_binding, gssencmode    disable, prefer: the driver has neither
    client_encoding                UTF8, which is always used
    pooler                         ours: none (default), transaction: a pooler such as PgBouncer or RDS Proxy stands
                                   between, and gives each transaction another connection of the server

Source: PostgreSQL 17 manual, sections 32.1.1.2 and 32.1.2.
"""

import re
import ssl
from collections.abc import Callable, Mapping
from urllib.parse import quote, unquote

import msgspec

_URL = re.compile(
    r"(?P<scheme>postgres|postgresql|postgresql\+asyncpg)://"
    r"(?:(?P<user>[^:@/?#]*)(?::(?P<password>[^@/?#]*))?@)?"
    r"(?P<hosts>[^@/?#]*)(?:/(?P<database>[^?#]*))?(?:\?(?P<query>[^#]*))?"
)
_HOST = re.compile(r"(?:\[(?P<ipv6>[^\]]+)\]|(?P<name>[^:\[\]]*))(?::(?P<port>\d*))?")
DEFAULT_PORT = 5432
MAX_PORT = 65_535

_ENCRYPTED = ("require", "verify-ca", "verify-full")
_CHOICES = {
    "sslmode": ("disable", "allow", "prefer", *_ENCRYPTED),
    "sslnegotiation": ("postgres", "direct"),
    "ssl_min_protocol_version": ("TLSv1.2", "TLSv1.3"),
    "target_session_attrs": ("any", "read-write", "read-only", "primary", "standby", "prefer-standby"),
    "channel_binding": ("disable", "prefer"),
    "gssencmode": ("disable", "prefer"),
    "client_encoding": ("UTF8", "utf8", "UTF-8", "utf-8"),
    "pooler": ("none", "transaction"),
}
_TLS = ("sslmode", "sslrootcert", "sslcert", "sslkey", "sslnegotiation", "ssl_min_protocol_version")
_SERVER = ("application_name", "options")
_KNOWN = sorted({*_CHOICES, *_TLS, *_SERVER, "connect_timeout", "host", "port"})
SYSTEM = "system"


class DatabaseUrlError(Exception):
    """The message has a problem after each ``;``, and never the password."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class DatabaseAddress(msgspec.Struct, frozen=True, kw_only=True):
    hosts: list[str]
    """Empty: where PostgreSQL's clients look by themselves. One that begins with ``/`` is a socket's directory."""
    ports: list[int]
    user: str | None
    password: str | None
    database: str | None
    tls: dict[str, str]
    server_settings: dict[str, str]
    connect_seconds: int | None
    target_session_attrs: str | None
    is_pooled: bool
    """Whether two transactions of one connection may meet different connections of the server."""


def parse(url: str) -> DatabaseAddress:
    """Raises :class:`DatabaseUrlError` with everything that is wrong with ``url``."""
    match = _URL.fullmatch(url)
    if match is None:
        if not re.match(r"postgres(ql(\+asyncpg)?)?://", url):
            raise DatabaseUrlError(["the URL must begin with postgresql://"])
        raise DatabaseUrlError(
            ["no URL can be read from it: percent-encode / ? # and @ in the user's name and the password"]
        )
    parameters = _parameters(match["query"] or "")
    problems = [*_problems_of(parameters), *_problems_of_tls(parameters)]
    try:
        hosts, ports = _hosts(match["hosts"], parameters)
    except ValueError as error:
        hosts, ports = [], []
        problems.append(str(error))
    if problems:
        raise DatabaseUrlError(problems)
    connect_timeout = parameters.get("connect_timeout")
    return DatabaseAddress(
        hosts=hosts,
        ports=ports,
        user=_decoded(match["user"]),
        password=_decoded(match["password"]),
        database=_decoded(match["database"]),
        tls={name: parameters[name] for name in _TLS if name in parameters},
        server_settings={name: parameters[name] for name in _SERVER if name in parameters},
        connect_seconds=None if connect_timeout is None else int(connect_timeout),
        target_session_attrs=parameters.get("target_session_attrs"),
        is_pooled=parameters.get("pooler") == "transaction",
    )


def url_of(*, host: str, port: int, user: str, password: str, database: str, parameters: str) -> str:  # noqa: PLR0913 - the parts of a URL
    """The URL of its parts, none of which is encoded but ``parameters``: ``sslmode=require&connect_timeout=10``.

    ``host``: a name, an address or the directory of a socket.
    """
    named = f"[{host}]" if ":" in host and not host.startswith("/") else quote(host, safe="")
    secret, base = quote(password, safe=""), quote(database, safe="")
    return f"postgresql://{quote(user, safe='')}:{secret}@{named}:{port}/{base}?{parameters}"


def client_context(tls: Mapping[str, str]) -> ssl.SSLContext:
    """What verifies the server by the CA certificates in ``tls``, with the client's own certificate.

    Raises :class:`OSError` where a file cannot be read or holds something else.
    """
    root = tls.get("sslrootcert")
    context = ssl.create_default_context(cafile=None if root == SYSTEM else root)
    context.set_alpn_protocols(["postgresql"])
    if tls.get("ssl_min_protocol_version") == "TLSv1.3":
        context.minimum_version = ssl.TLSVersion.TLSv1_3
    if "sslcert" in tls:
        context.load_cert_chain(tls["sslcert"], tls.get("sslkey"), password=lambda: "")
    return context


def _decoded(part: str | None) -> str | None:
    return unquote(part) if part else None


def _parameters(query: str) -> dict[str, str]:
    pairs = (pair.partition("=") for pair in query.split("&") if pair)
    return {unquote(name): unquote(value) for name, _, value in pairs}


def _hosts(authority: str, parameters: Mapping[str, str]) -> tuple[list[str], list[int]]:
    """Host names, addresses or directories of sockets, and a port for each. Raises :class:`ValueError`."""
    names: list[str] = []
    ports: list[int] = []
    for host in authority.split(",") if authority else []:
        match = _HOST.fullmatch(host)
        if match is None:
            # Not shown: where a password is not encoded, this may be a part of it.
            raise ValueError("a host is not host:port; percent-encode / ? # and @ in the password")
        names.append(match["ipv6"] or unquote(match["name"]))
        ports.append(_port(match["port"] or str(DEFAULT_PORT)))
    if "host" in parameters:
        names = parameters["host"].split(",")
        ports = [DEFAULT_PORT] * len(names)
    if "port" in parameters:
        names = names or ["localhost"]
        ports = [_port(port) for port in parameters["port"].split(",")]
        if len(ports) == 1:
            ports *= len(names)
        if len(ports) != len(names):
            raise ValueError("there must be one port, or one for each host")
    return names, ports


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= MAX_PORT:
        raise ValueError(f"a port must be a number from 1 to {MAX_PORT}")
    return int(text)


def _problems_of(parameters: Mapping[str, str]) -> list[str]:
    known = f"(known: {', '.join(_KNOWN)})"
    problems = [f"unknown parameter '{name}' {known}" for name in parameters if name not in _KNOWN]
    problems += [
        f"{name} must be {_listed(choices)}"
        for name, choices in _CHOICES.items()
        if name in parameters and parameters[name] not in choices
    ]
    timeout = parameters.get("connect_timeout")
    if timeout is not None and not (timeout.isdecimal() and int(timeout) >= 1):
        problems.append("connect_timeout must be a whole number of seconds, at least 1")
    return problems


def _listed(choices: tuple[str, ...]) -> str:
    *others, last = choices
    return f"{', '.join(others)} or {last}"


def _problems_of_tls(parameters: Mapping[str, str]) -> list[str]:
    mode, root = parameters.get("sslmode"), parameters.get("sslrootcert")
    problems: list[str] = []
    if mode in {"verify-ca", "verify-full"} and not root:
        problems.append(f"sslmode={mode} needs sslrootcert, a file of CA certificates or {SYSTEM}")
    if root == SYSTEM and mode != "verify-full":
        problems.append(f"sslrootcert={SYSTEM} needs sslmode=verify-full")
    elif root and mode not in _ENCRYPTED:
        problems.append("sslrootcert needs sslmode=require, verify-ca or verify-full")
    if ("sslcert" in parameters) != ("sslkey" in parameters):
        problems.append("sslcert and sslkey need each other")
    if parameters.get("sslnegotiation") == "direct" and mode not in _ENCRYPTED:
        problems.append("sslnegotiation=direct needs sslmode=require, verify-ca or verify-full")
    if root:
        problems += _unusable("sslrootcert", lambda: client_context({"sslrootcert": root}))
    if "sslcert" in parameters and "sslkey" in parameters:
        own = {name: parameters[name] for name in ("sslcert", "sslkey")}
        problems += _unusable("sslcert or sslkey", lambda: client_context({"sslrootcert": SYSTEM, **own}))
    return problems


def _unusable(name: str, load: Callable[[], object]) -> list[str]:
    try:
        load()
    except ssl.SSLError:
        return [f"{name} names a file that holds no certificate or key that can be used"]
    except OSError as error:
        return [f"{name} names a file that cannot be read: {error.strerror}"]
    return []
