"""What the worker and its analysis child send each other: MessagePack messages, each prefixed with its length."""

import struct
from asyncio import StreamReader
from pathlib import Path
from typing import BinaryIO

import msgspec

from cricksy.results.stills import StillsIndex
from cricksy.settings import AnalysisSettings
from cricksy.vocabulary import Stage
from cricksy_worker.vision.request import AnalysisRequest

MAX_MESSAGE_BYTES = 256 << 20
"""The results of ten minutes at 60 frames/s take about 60 MB."""

_LENGTH = struct.Struct(">I")


class ProtocolError(Exception):
    """The other side sent something that is not a message of this protocol."""


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """One video to analyse."""

    video: Path
    stills: Path | None = None
    """Where the child writes the images of the stills; ``None``: nowhere, it makes none."""
    analysis: AnalysisRequest
    settings: AnalysisSettings
    context: dict[str, str]
    """Fields that every log line of this job carries."""


class Progress(msgspec.Struct, frozen=True, tag="progress"):
    stage: Stage
    fraction: float
    """Of the stage, 0–1."""


class Analysed(msgspec.Struct, frozen=True, kw_only=True, tag="analysed"):
    results: bytes
    """JSON of :class:`cricksy.results.schema.Results`."""
    landmarks: bytes
    """As :func:`cricksy.analysis.track.pack` wrote them."""
    models: dict[str, str]
    """sha256 of each model file by name."""
    stills: StillsIndex | None = None
    """What the request's ``stills`` holds; ``None`` where it holds nothing."""
    film_s: float | None = None
    """How much of the film could be decoded."""


class Rejection(msgspec.Struct, frozen=True, tag="rejected"):
    """The file cannot be analysed, and trying again will not help."""

    reason: str


class ModelFailed(msgspec.Struct, frozen=True, tag="model_unavailable"):
    """A pose model could not be loaded; the child logged which."""


class AnalysisCrashed(msgspec.Struct, frozen=True, tag="crashed"):
    """The child logged the exception."""


Outcome = Analysed | Rejection | ModelFailed | AnalysisCrashed
"""The last reply to a request."""


def _from_text(kind: type[Path], text: str) -> Path:
    return kind(text)


_encoder = msgspec.msgpack.Encoder(enc_hook=str)
_request_decoder = msgspec.msgpack.Decoder(Request, dec_hook=_from_text)
_reply_decoder = msgspec.msgpack.Decoder(Progress | Outcome)


def encode_message(message: Request | Progress | Outcome) -> bytes:
    """``message`` as it goes over the wire. Raises :class:`ProtocolError` if it is too large."""
    body = _encoder.encode(message)
    return _LENGTH.pack(_checked(len(body))) + body


def read_request(stream: BinaryIO) -> Request | None:
    """The next request, or ``None`` at the end of the stream."""
    length = stream.read(_LENGTH.size)
    if len(length) < _LENGTH.size:
        return None
    return _request_decoder.decode(stream.read(_checked(*_LENGTH.unpack(length))))


async def read_reply(stream: StreamReader) -> Progress | Outcome:
    """The next reply. Raises :class:`asyncio.IncompleteReadError` at the end, :class:`ProtocolError` on nonsense."""
    length = _checked(*_LENGTH.unpack(await stream.readexactly(_LENGTH.size)))
    body = await stream.readexactly(length)
    try:
        return _reply_decoder.decode(body)
    except msgspec.DecodeError as error:
        raise ProtocolError("not a reply") from error


def _checked(length: int) -> int:
    if length > MAX_MESSAGE_BYTES:
        raise ProtocolError(f"a message of {length} bytes is larger than {MAX_MESSAGE_BYTES}")
    return length
