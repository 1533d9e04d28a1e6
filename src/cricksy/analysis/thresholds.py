"""Every number of the analysis that was chosen rather than measured, each with its source.

"Provisional" means reasoned but not calibrated. No number was fitted to real clips, but how contact and release are
read was chosen with their events in view: those clips are no independent test of it.

Lengths are fractions of the body scale H (the longer leg plus the trunk, about 0.78 of stature by the segments of
Drillis and Contini 1966), speeds H/s, times s, angles degrees.
"""

from typing import Final

MIN_VISIBILITY: Final = 0.5  # the model's own even odds that a landmark is in view
FILTER_RATE_HZ: Final = 240.0  # curves are filtered on a grid this fine, so that the filter is the same at any rate
MIN_SAMPLES: Final = 5  # fewer frames with a person hold no movement to speak of
ACTION_SPEED: Final = 3.5  # provisional: wrist against hip; a walker's arm swing stays below 1.5, a run's near 2.5
COARSE_ACTION_SPEED: Final = 2.0  # provisional: the first pass blurs fast arms; reading once too often costs only time
RELEASE_ANGLE: Final = 10.0  # degrees of arm past vertical near which it is looked for: 5 and what the shoulder adds
# a wrist or an ankle jitters so many times as much as the trunk (0.7 of 0.3 % of trunk length)
LIMB_JITTER: Final = 2.5
EVENT_NEAR_S: Final = 0.1  # what belongs to an event: how well it was seen, where feet and hands are about then
EVENT_HALF_SURE_S: Final = 0.05  # half of the usual 0.1 s from front-foot contact to release: no phase is known then
RELEASE_STRAIGHTNESS: Final = 0.85  # shoulder–wrist over upper arm plus forearm: an elbow opened beyond 116°
RELEASE_WRIST_ABOVE: Final = 0.1  # wrist above the nose
LEAST_COSINE: Final = 0.2  # a stride or sweep of which less shows tells only that it is not side-on
SWING_SPEED: Final = 8.0  # H/s: no foot is faster, and labels that ask it to be are wrong; a swinging one does 6
CONTACT_TO_RELEASE_S: Final = (0.03, 0.4)  # 0.06–0.2 s, twice that in slow motion
BACK_TO_FRONT_S: Final = (0.04, 0.6)  # 0.1–0.3 s from back foot to front foot, twice that in slow motion
HANDS_TOGETHER: Final = 0.22  # provisional: wrist to wrist on one bat handle
DOWNSWING_S: Final = 0.7  # provisional: top of the backlift to impact takes 0.15–0.5 s
SIDE_TRAVEL: Final = 1.2  # provisional: hips across the picture; a run-up is 3–5, one along the axis below 0.5
# Errors: half-widths of 90 % intervals, set on synthetic players by seeds below 9000, with jitter, slow errors,
# dropouts and swaps; `make accuracy` tests them on other seeds.
Z90: Final = 1.645  # standard deviations of a normal distribution
MODEL_ERROR_H: Final = 0.0115  # H, each coordinate: the ± 8° of a side-on knee that real films show; see metrics.knee
FULL_RATE_FAST: Final = 50.0  # fps, what a bowling action asks for: front-foot contact to release is then 5–7 frames
UNSEEN_CONFIDENCE: Final = 0.3  # a landmark outside the picture is the model's guess: measured, but not judged
OFF_VIEW_CONFIDENCE: Final = 0.45  # provisional: measured from a view that does not suit it
# Measured, but not judged: a window of motion without the events that targets are about, and a corrected release or
# impact at which the body does no such thing.
GENERIC_CONFIDENCE: Final = 0.3
CERTAIN: Final = 0.95  # one camera and a model never make more
# Findings, all provisional
FAULT_SCORE: Final = 0.5  # below it a fault
FINDING_CONFIDENCE: Final = 0.35  # below it a value is given, but not judged: no score, no finding
