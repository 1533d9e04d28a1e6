r"""Build the pose models that MediaPipe Tasks loads from the networks in the npm package ``@mediapipe/pose``.

A ``.task`` file is a stored zip of two TFLite networks: the detector that finds a person and the network that places
33 landmarks on him. MediaPipe Tasks asks each for the range of its input, as TFLite metadata, which the npm package's
copies lack. The same inputs give the same bytes every time; digests of both are pinned below.

    python tools/build_pose_models.py --source tools/npm/node_modules/@mediapipe/pose \
        --target .venv/share/cricksy/models
"""

import argparse
import hashlib
import os
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

DETECTOR_FILE = "pose_solution_packed_assets.data"  # the package's only asset: the detector's TFLite file as it is

INPUT_SHA256 = {
    DETECTOR_FILE: "a63c614bef30d35947f13be361820b1e4e3bec9cfeebf4d11216a18373108e85",
    "pose_landmark_lite.tflite": "f17bfbecadb61c3be1baa8b8d851cc6619c870a87167b32848ad20db306b9d61",
    "pose_landmark_full.tflite": "e9a5c5cb17f736fafd4c2ec1da3b3d331d6edbe8a0d32395855aeb2cdfd64b9f",
    "pose_landmark_heavy.tflite": "59e42d71bcd44cbdbabc419f0ff76686595fd265419566bd4009ef703ea8e1fe",
}
OUTPUT_SHA256 = {
    "lite": "b91297cd35a291bd922ebd32cc42159a9375d10184867d8b5781d94fec76fac0",
    "full": "31be99256f07c200cb12d69c30a087d41b428b486cd7423b1fb6b5bc3c5556ba",
    "heavy": "80cfd9ca61330123bb00ffc442841decf01095e1a1c1835ac981eb24203e8972",
}


class BuildError(Exception):
    """The message is one line for the person who runs the build."""


@dataclass(frozen=True, slots=True)
class InputRange:
    """A network reads ``(pixel - mean) / std``; ``low`` and ``high`` are what 0 and 255 become."""

    mean: float
    std: float
    low: float
    high: float


DETECTOR_INPUT = InputRange(mean=127.5, std=127.5, low=-1.0, high=1.0)
LANDMARK_INPUT = InputRange(mean=0.0, std=255.0, low=0.0, high=1.0)


def main() -> int:
    parser = argparse.ArgumentParser(description="Build the pose models from the npm package @mediapipe/pose.")
    parser.add_argument("--source", type=Path, required=True, help="directory of the npm package")
    parser.add_argument(
        "--target", type=Path, required=True, help="directory for pose_landmarker_{lite,full,heavy}.task"
    )
    arguments = parser.parse_args()
    try:
        build_all(arguments.source, arguments.target)
    except (BuildError, OSError) as error:
        print(f"Pose models not built: {error}", file=sys.stderr)
        return 1
    return 0


def build_all(source: Path, target: Path) -> None:
    """Write each model that is missing or different; leave the right ones alone."""
    target.mkdir(parents=True, exist_ok=True)
    for size, expected in OUTPUT_SHA256.items():
        path = target / f"pose_landmarker_{size}.task"
        if path.is_file() and _sha256(path.read_bytes()) == expected:
            continue
        task = build_task(
            detector=_read_pinned(source / DETECTOR_FILE),
            landmarks=_read_pinned(source / f"pose_landmark_{size}.tflite"),
        )
        if _sha256(task) != expected:
            raise BuildError(
                f"{path.name} has sha256 {_sha256(task)} instead of {expected}; are the locked packages in?"
            )
        _write_atomically(path, task)
        print(f"{path} built")


def build_task(detector: bytes, landmarks: bytes) -> bytes:
    """The bytes of a ``.task`` bundle of the two networks, with their input ranges described."""
    members = {
        "pose_detector.tflite": with_metadata(detector, DETECTOR_INPUT),
        "pose_landmarks_detector.tflite": with_metadata(landmarks, LANDMARK_INPUT),
    }
    with tempfile.TemporaryFile() as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as bundle:
            for name, content in members.items():
                entry = zipfile.ZipInfo(name)  # dated 1980-01-01, so that the bytes do not depend on today
                entry.create_system = 3  # the same on every machine
                bundle.writestr(entry, content)
        file.seek(0)
        return file.read()


def with_metadata(network: bytes, input_range: InputRange) -> bytes:
    """The TFLite file with a ``TFLITE_METADATA`` buffer that describes its one input."""
    schema = import_module("mediapipe.tasks.metadata.schema_py_generated")
    model = schema.ModelT.InitFromObj(schema.Model.GetRootAsModel(network, 0))
    buffer = schema.BufferT()
    buffer.data = _input_metadata(input_range)
    entry = schema.MetadataT()
    entry.name = "TFLITE_METADATA"
    entry.buffer = len(model.buffers)
    model.buffers.append(buffer)
    model.metadata.append(entry)
    builder = import_module("flatbuffers").Builder(0)
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def _input_metadata(input_range: InputRange) -> bytes:
    schema = import_module("mediapipe.tasks.metadata.metadata_schema_py_generated")
    normalization = schema.NormalizationOptionsT()
    normalization.mean = [input_range.mean]
    normalization.std = [input_range.std]
    unit = schema.ProcessUnitT()
    unit.optionsType = schema.ProcessUnitOptions.NormalizationOptions
    unit.options = normalization
    stats = schema.StatsT()
    stats.max = [input_range.high]
    stats.min = [input_range.low]
    tensor = schema.TensorMetadataT()
    tensor.processUnits = [unit]
    tensor.stats = stats
    subgraph = schema.SubGraphMetadataT()
    subgraph.inputTensorMetadata = [tensor]
    metadata = schema.ModelMetadataT()
    metadata.subgraphMetadata = [subgraph]
    builder = import_module("flatbuffers").Builder(0)
    builder.Finish(metadata.Pack(builder), b"M001")
    return bytes(builder.Output())


def _read_pinned(path: Path) -> bytes:
    if not path.is_file():
        raise BuildError(f"{path} is missing; run npm ci in tools/npm/ first")
    content = path.read_bytes()
    if _sha256(content) != INPUT_SHA256[path.name]:
        raise BuildError(f"{path} is not the pinned file: its sha256 is {_sha256(content)}")
    return content


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _write_atomically(path: Path, content: bytes) -> None:
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        temporary = Path(file.name)
        try:
            file.write(content)
            file.flush()
            os.fchmod(file.fileno(), 0o644)
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise


if __name__ == "__main__":
    sys.exit(main())
