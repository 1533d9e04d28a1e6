"""How the passes read a video: the numbers a sweep or a test varies."""

from dataclasses import dataclass
from typing import Final

from cricksy_worker.vision.detections import DUPLICATES, DuplicateParams
from cricksy_worker.vision.detector import OpenDetector
from cricksy_worker.vision.detector_registry import open_detector
from cricksy_worker.vision.expectation import EXPECTATION, ExpectationParams
from cricksy_worker.vision.pose_reader import READING, ReadingParams
from cricksy_worker.vision.sampling import EARLY
from cricksy_worker.vision.scene_changes import SCENES, SceneParams
from cricksy_worker.vision.tiles import TILES, TileParams
from cricksy_worker.vision.tracking import TRACKING, TrackingParams

FINE_FRAMES: Final = 120  # frames; most of the second pass, whatever the video's rate, so that its cost is bounded
# frames; the same of a slowed video, of which 1.5 s in the world are 360 frames if it was shot at 240 a second: every
# other one is read, so that an event is not further off than two
SLOW_FINE_FRAMES: Final = 240
SLOW_TRIED: Final = 3  # count; of people by whose movement it is judged whether the video is slowed: the largest
# frames; most of the first pass, whatever rate was asked for: ten minutes at the default one
FIRST_FRAMES: Final = 9000
SURVEY_FPS: Final = 2.0  # fps; most frames a second in which the first pass counts people
SURVEY_FRAMES: Final = 24  # frames; and no more than this of a long video
TILED_SECONDS: Final = 12.0  # s; longest part of a video that is read in tiles: the one with most movement
FIRST_SHARE: Final = 0.5  # ratio; progress after the first pass: a guess that suits a clip of some seconds
TILED_SHARE: Final = 0.7  # ratio; progress after the tiles, guessed likewise
# ratio; of the moving part's longer side, added on every side: the detector wants to see ground around a person
MOVEMENT_MARGIN: Final = 0.1
SEEN_TWICE: Final = 2  # frames; of the survey that must show as many people: one alone may hold a ghost
FEW_FOUND: Final = 0.8  # ratio; of frames with a person, below which the whole image is too coarse a look
# frames; most of a first pass that is read once more, mirrored, though it found the action: some 4 s of one core
MIRRORED_FRAMES: Final = 150
NEAR_START_MS: Final = 100.0  # ms; of the video, before the action's part: then that part begins with the video
DENSE_FPS: Final = 15.0  # fps; of a second look at a video's liveliest part, if the first finds no action with fewer
DENSE_SECONDS: Final = 12.0  # s; the longest such part: 180 frames


@dataclass(frozen=True, slots=True)
class ExtractParams:
    """How the passes read a video. The defaults are the product's; a sweep or a test varies them."""

    open_detector: OpenDetector = open_detector
    fine_frames: int = FINE_FRAMES
    slow_fine_frames: int = SLOW_FINE_FRAMES
    first_frames: int = FIRST_FRAMES
    survey_fps: float = SURVEY_FPS
    survey_frames: int = SURVEY_FRAMES
    tiled_seconds: float = TILED_SECONDS
    movement_margin: float = MOVEMENT_MARGIN
    seen_twice: int = SEEN_TWICE
    few_found: float = FEW_FOUND
    mirrored_frames: int = MIRRORED_FRAMES
    near_start_ms: float = NEAR_START_MS
    dense_fps: float = DENSE_FPS
    dense_seconds: float = DENSE_SECONDS
    early: float = EARLY
    """Of :class:`.sampling.Sampler`."""
    scenes: SceneParams = SCENES
    tiles: TileParams = TILES
    reading: ReadingParams = READING
    duplicates: DuplicateParams = DUPLICATES
    tracking: TrackingParams = TRACKING
    expectation: ExpectationParams = EXPECTATION


EXTRACT: Final = ExtractParams()
