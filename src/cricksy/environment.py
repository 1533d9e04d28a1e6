"""Reads settings of each form from the environment, and remembers all that is wrong with them."""

import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from cricksy.database_url import DEFAULT_PORT, MAX_PORT, DatabaseUrlError, parse, url_of
from cricksy.spans import can_export_spans, exports_spans
from cricksy.vocabulary import ArtifactStore

_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:[0-9]+)?|https?://\[[0-9a-f:]+\](:[0-9]+)?")
_REGION = re.compile(r"[a-z]{2,}(-[a-z0-9]+)*")
_AWS_HOST = re.compile(r"(^|\.)(amazonaws\.com(\.cn)?|api\.aws|aws\.dev)\.?$")
_PARTS = (
    "DATABASE_HOST",
    "DATABASE_PORT",
    "DATABASE_USER",
    "DATABASE_NAME",
    "DATABASE_PASSWORD",
    "DATABASE_PASSWORD_FILE",
    "DATABASE_PARAMETERS",
)


class SettingsError(Exception):
    """The environment lacks a setting or holds one of the wrong form; the message names each of them."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class Environment:
    """Reads named values and remembers every problem, so that one start names them all."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._problems: list[str] = []

    def text(self, name: str) -> str:
        value = self._environ.get(name, "")
        if not value:
            self._problems.append(f"{name} is missing")
        return value

    def optional(self, name: str) -> str | None:
        return self._environ.get(name) or None

    def path(self, name: str) -> Path | None:
        value = self.optional(name)
        return Path(value) if value else None

    def number(self, name: str, default: float, least: float, most: float) -> float:
        value = self.optional(name)
        if value is None:
            return default
        try:
            number = float(value)
        except ValueError:
            self._problems.append(f"{name} is not a number")
            return default
        if not least <= number <= most:
            self._problems.append(f"{name} must be between {least:g} and {most:g}")
            return default
        return number

    def whole(self, name: str, default: int, least: int, most: int) -> int:
        number = self.number(name, default, least, most)
        if number != int(number):
            self._problems.append(f"{name} is not a whole number")
        return int(number)

    def days(self, name: str) -> int:
        """0 where nothing ends by itself; a hundred years at most."""
        return self.whole(name, 0, 0, 36_500)

    def confidential(self, name: str) -> str | None:
        """The value of ``name``, or the text of the file that ``name_FILE`` names, less a line break at its end."""
        value, file = self.optional(name), self.path(f"{name}_FILE")
        if file is None:
            return value
        if value is not None:
            self._problems.append(f"{name} and {name}_FILE are both set: keep one")
            return value
        try:
            value = file.read_text().removesuffix("\n").removesuffix("\r")
        except OSError as error:
            self._problems.append(f"{name}_FILE names a file that cannot be read: {error.strerror}")
            return None
        except UnicodeDecodeError:
            self._problems.append(f"{name}_FILE names a file that is not UTF-8 text")
            return None
        if not value:
            self._problems.append(f"{name}_FILE names a file that is empty")
        return value or None

    def secret(self, name: str) -> str:
        value = self.confidential(name) or ""
        if value and len(value.encode()) < 32:  # noqa: PLR2004 - the length of HS256's key, RFC 7518 §3.2
            self._problems.append(f"{name} is shorter than 32 bytes")
        return value

    def one_of(self, *names: str) -> None:
        if not any(self.optional(name) for name in names):
            named = [name for name in names if not name.endswith("_FILE")]
            self._problems.append(f"{' or '.join(named)} is missing")

    def secure_url(self, name: str) -> str | None:
        value = self.optional(name)
        scheme, host = _scheme_and_host(value or "")
        if value is not None and not (host and (scheme == "https" or (scheme == "http" and host in _LOOPBACK))):
            self._problems.append(f"{name} must be an https:// URL")
        return value

    def url(self, name: str) -> str | None:
        """Where a service is reached, which need not be encrypted: an emulator's is not."""
        value = self.optional(name)
        scheme, host = _scheme_and_host(value or "")
        if value is not None and not (host and scheme in {"http", "https"}):
            self._problems.append(f"{name} must be a URL such as http://localhost:4566")
        return value

    def region(self, name: str) -> str:
        value = self.text(name)
        if value and not _REGION.fullmatch(value):
            self._problems.append(f"{name} must be the name of a region such as eu-west-1")
        return value

    def origins(self, name: str) -> tuple[str, ...]:
        values = tuple((self.optional(name) or "").split())
        wrong = [value for value in values if not _ORIGIN.fullmatch(value)]
        if wrong:
            self._problems.append(f"{name} must list origins such as https://coach.example, in lower case")
        return values

    def store(self, name: str) -> ArtifactStore:
        value = self.optional(name) or ArtifactStore.POSTGRES
        if value not in set(ArtifactStore):
            self._problems.append(f"{name} must be postgres or s3")
            return ArtifactStore.POSTGRES
        return ArtifactStore(value)

    def switch(self, name: str) -> bool:
        value = (self.optional(name) or "no").lower()
        if value not in {"yes", "no"}:
            self._problems.append(f"{name} must be yes or no")
        return value == "yes"

    def exports_spans(self) -> bool:
        is_on = exports_spans(self._environ)
        if is_on and not can_export_spans():
            self._problems.append(
                "OTEL_EXPORTER_OTLP_ENDPOINT is set and OpenTelemetry is not installed: pip install "
                "'cricksy-coach-plus[otel]'"
            )
        return is_on

    def emulator_switch(self, name: str, endpoint_url: str | None) -> bool:
        """A switch that may be on only where ``endpoint_url`` is an emulator's: one that is not a host of AWS."""
        is_on = self.switch(name)
        _, host = _scheme_and_host(endpoint_url or "")
        if is_on and (host is None or _AWS_HOST.search(host)):
            self._problems.append(f"{name} is for an emulator: AWS_ENDPOINT_URL must be the address of one")
            return False
        return is_on

    def log_level(self) -> str:
        level = (self.optional("LOG_LEVEL") or "INFO").upper()
        if level not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
            self._problems.append("LOG_LEVEL must be DEBUG, INFO, WARNING or ERROR")
        return level

    def database_url(self) -> str:
        """``DATABASE_URL``, or the same made of the settings that carry its parts."""
        parts = [name for name in _PARTS if self.optional(name)]
        if not parts:
            url = self.confidential("DATABASE_URL")
            if url is None and self.optional("DATABASE_URL_FILE") is None:
                self._problems.append("DATABASE_URL is missing")
            self._parse(url, "DATABASE_URL")
            return url or ""
        if self.optional("DATABASE_URL") or self.optional("DATABASE_URL_FILE"):
            self._problems.append(f"DATABASE_URL and {parts[0]} are both set: keep DATABASE_URL or its parts")
            return ""
        self.one_of("DATABASE_PASSWORD", "DATABASE_PASSWORD_FILE")
        url = url_of(
            host=self.text("DATABASE_HOST"),
            port=self.whole("DATABASE_PORT", DEFAULT_PORT, 1, MAX_PORT),
            user=self.text("DATABASE_USER"),
            password=self.confidential("DATABASE_PASSWORD") or "",
            database=self.text("DATABASE_NAME"),
            parameters=self.optional("DATABASE_PARAMETERS") or "",
        )
        self._parse(url, "DATABASE_HOST or DATABASE_PARAMETERS")
        return url

    def _parse(self, url: str | None, name: str) -> None:
        if url is None:
            return
        try:
            parse(url)
        except DatabaseUrlError as error:
            self._problems += [f"{name}: {problem}" for problem in error.problems]

    def check(self) -> None:
        if self._problems:
            raise SettingsError(self._problems)


def _scheme_and_host(url: str) -> tuple[str, str | None]:
    """Of a URL with a port that can be; no host of any other text."""
    try:
        parts = urlsplit(url)
        is_right = parts.port != 0 and " " not in url
    except ValueError:
        return "", None
    return (parts.scheme, parts.hostname) if is_right else ("", None)
