"""Every number that was chosen rather than measured in how films are read, in one place, each with its source.

"Provisional" means reasoned but not calibrated. Those of the analysis stand in :mod:`cricksy.analysis.thresholds`.
"""

from typing import Final

# Which files are read
MIN_DECODED_MS: Final = 1000.0  # a damaged film is analysed when at least this much of it decodes
STREAM_TOLERANCE_MS: Final = 250.0  # how far a whole film may end before its picture's stated duration
CONTAINER_TOLERANCE_MS: Final = 1000.0  # before the container's, which is its longest stream's: sound may last longer

# Which frames are read
EARLY: Final = 0.45  # of the source's interval before its due time a frame is taken: nearly half, so that the nearest
# frame is taken whichever way timestamps were rounded, and of two equally near ones always the later
FINE_FRAMES: Final = 120  # most frames of the last pass, whatever the film's rate, so that its cost is bounded
SURVEY_FPS: Final = 2.0  # the first pass counts people in at most so many frames a second
SURVEY_FRAMES: Final = 24  # and in no more than this of a long film
TILED_SECONDS: Final = 12.0  # longest part of a film that is read in tiles: the one with most movement
FIRST_SHARE: Final = 0.5  # progress after the first pass: a guess that suits a clip of some seconds
TILED_SHARE: Final = 0.7  # progress after the tiles

# What the model is shown
# Joints of 12 rendered deliveries seen from the far side were off by 5.9 % of the trunk on a clock 10 times as fast as
# the film's, by 5.6 % on one 100 times and by 5.4 % on one 100 000 times as fast. But there feet at rest tremble: 40
# contacts in altered copies of real films scattered by 1.15 frames, against 1.01 at 10 times and 0.99 at 100.
CLOCK: Final = 100.0  # times as fast as the film's time; see landmarker.Landmarker
# Of 44 films 38 had no such frame in their last pass, and four had one to three pairs of them in a row. The one in
# which MediaPipe followed something upside down had seven pairs.
HARDLY_VISIBLE: Final = 0.6  # share of the body's landmarks in view below which it is
HARDLY_VISIBLE_FRAMES: Final = 2  # in a row, after which anybody better is looked for: one may be blurred
LOOKED_FOR_FRAMES: Final = 8  # from one such look to the next: at an eighth of the cost, and thrice in a bowler's stay
LONGEST_SIDE: Final = 1920  # pixels of the picture: the model sees a person through 256 × 256, so 4K adds time alone
TILE_STEP: Final = 0.5  # greatest step from tile to tile, of its side: who is half as wide as one stands whole in one
MOST_TILES: Final = 4  # so that cost and memory are bounded
LEAST_TILE: Final = 192.0  # pixels of a tile's side: with fewer the detector, which sees 224, sees a figure no better
MOVEMENT_MARGIN: Final = 0.1  # of the moving part, on every side: the detector wants to see ground around a person
NEUTRAL: Final = 128  # grey level of what is painted over: the middle, which looks like nothing
LEAST_INSIDE: Final = 0.8  # of the body's landmarks, for a person at a tile's edge: the next tile shows the rest

# How many people there are, and who is who. Lengths are fractions of a person's size, the longer side of the box round
# the body.
SEEN_TWICE: Final = 2  # frames of the survey that must show as many people: one alone may hold a ghost
FEW_FOUND: Final = 0.8  # share of the frames with a person below which the whole picture is too coarse a look
SAME_PERSON: Final = 0.2  # provisional: torso to torso; two people so close hide one another
SAME_SIZE: Final = 0.5  # provisional: the smaller one's share of the larger one's size; a crouch takes a third away
FASTEST: Final = 6.0  # sizes a second: a sprinter's 10 m/s by a height of 1.7 m
LEEWAY: Final = 0.2  # provisional: the torso's centre moves so much by bending, and by landmark error
LONGEST_LOSS_MS: Final = 500.0  # provisional: one who is not seen for longer is somebody else
MARGIN: Final = 0.4  # round the box in which the athlete is expected; the model looks 1.25 times as far
UNSEEN_MS: Final = 100.0  # provisional: before and after the first pass's readings he may be where they are
STRAY: Final = 0.4  # from the expected place: farther off it is somebody else

SURE_STEP_MS: Final = 125.0  # from one reading of the first pass to the next: over longer he strays as much more

FAST_FRAMES: Final = 2  # that show a wrist as fast as in an action: one may be a glitch

# Small pictures, one of each source frame
SMALL_SIDE: Final = 320  # pixels of the longer side: a 4K film's camera is then followed to about a pixel
PIXELS_AVERAGED: Final = 3  # a pixel of a small picture is the mean of at least as many squared

# Repeated frames. Change is the greatest difference in grey levels of 256 between two small, blurred pictures. Over 16
# films a repeated frame changed by 0–4 (what compressing it again costs), any other beside movement by at least 21.
QUIET: Final = 8.0
LIVELY: Final = 16.0  # the pictures around a repeated one change this much or more
LIVELIER: Final = 4.0  # and this many times as much: where nothing moves at all, nothing is repeated
MOST_REPEATS: Final = 3  # in a row: 15 pictures a second in a film of 60
STRAY_MOVES: Final = 0.005  # provisional: of all changes, that lie outside the part of the picture that moves

# Scene cuts. Difference is the mean one in grey levels.
CUT_DIFFERENCE: Final = 8.0  # a pan over grass makes 5; cuts between films of like fields made 11–54
CUT_JUMP: Final = 2.0  # times the usual difference of the frames around
CUT_NEAR: Final = 6  # frames on each side that are usual
CUT_AGREEMENT: Final = 0.2  # of the corners: within a shot at least 0.62 moved alike, across a cut at most 0.08

# The camera
# Where a bowler fills the picture of a camera that goes with him, the hundred best corners, 12 pixels apart, all lay on
# him, and of 336 frames the movement of 177 was misread. With these two it was one, with a third or thrice the quality
# and 18 to 26 pixels one to four.
CORNER_SPACING: Final = 22  # pixels of the small picture, in which such a bowler covers a third
CORNER_QUALITY: Final = 0.0003  # of the best corner's: grass has none better
FEWEST_CORNERS: Final = 8  # fewer tell no background from a player
ALIKE: Final = 0.5  # pixel of the small picture within which a corner moves as the middle one does
CAMERA_AGREEMENT: Final = 0.5  # of the corners that are found again: the background is what most of the picture shows
KNOWN_MOVEMENTS: Final = (
    0.5  # of a shot's frames, for the camera to be followed at all: at least 0.97 were in clips that pan
)
STILL_CAMERA: Final = 0.5  # pixel of the small picture: over a whole shot less is compression, not the camera
