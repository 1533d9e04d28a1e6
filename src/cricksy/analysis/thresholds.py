"""The thresholds that more than one module uses. Others stand at the top of the module that uses them.

Each comment gives the unit, then the source or the reason. "Provisional" means reasoned but not calibrated. How contact
and release are read was chosen with the events of real clips in view, and where a knee is a fault with copies of these
clips, which are no independent test of either.

H is the body scale: the longer leg plus the trunk, about 0.78 of stature by the segments of Drillis and Contini 1966.
"""

from typing import Final

from cricksy.results.measurements import DOUBTED_VIEW

# ratio; the pose model's own even odds that a landmark is in view
MIN_VISIBILITY: Final = 0.5
# Hz; curves are filtered on a grid this fine, so that the filter acts alike at any frame rate
FILTER_RATE_HZ: Final = 240.0
MIN_SAMPLES: Final = 5  # frames; fewer frames with a person hold no usable movement
# H/s; provisional: wrist against hip. A walker's arm swing stays below 1.5, a runner's near 2.5
ACTION_SPEED: Final = 3.5
# H/s; provisional: the first pass blurs fast arms, and reading once too often costs only time
COARSE_ACTION_SPEED: Final = 2.0
# deg; of arm past vertical near which release is searched for: 5, and what the shoulder adds
RELEASE_ANGLE: Final = 10.0
# ratio; a wrist or an ankle jitters this many times as much as the trunk (0.7 against 0.3 % of trunk length)
LIMB_JITTER: Final = 2.5
# s; around an event: which samples say how well it was seen, and where feet and hands are
EVENT_NEAR_S: Final = 0.1
# s; half of the usual 0.1 s from front-foot contact to release: with that much doubt no phase is certain
EVENT_HALF_SURE_S: Final = 0.05
# ratio; shoulder to wrist over upper arm plus forearm: an elbow opened beyond 137°. The least of 17 real deliveries has
# 0.98 and of 108 synthetic ones 0.96, from any side; a baseball pitch has at most 0.91
RELEASE_STRAIGHTNESS: Final = 0.93
# ratio; the same of one who is said to bowl: an elbow opened beyond 116°
TOLD_STRAIGHTNESS: Final = 0.85
RELEASE_WRIST_ABOVE: Final = 0.1  # H; provisional: wrist above the nose at release
# ratio; a stride or sweep that shows less of itself proves only that the view is not side-on
LEAST_COSINE: Final = 0.2
# H/s; no foot is faster, so labels that need a faster one are wrong; a swinging foot does 6
SWING_SPEED: Final = 8.0
CONTACT_TO_RELEASE_S: Final = (0.03, 0.4)  # s; 0.06–0.2 in life, up to twice that in slow motion
BACK_TO_FRONT_S: Final = (0.04, 0.6)  # s; 0.1–0.3 in life from back foot to front foot, up to twice that in slow motion
HANDS_TOGETHER: Final = 0.22  # H; provisional: wrist to wrist on one bat handle
DOWNSWING_S: Final = 0.7  # s; provisional: top of the backlift to impact takes 0.15–0.5
# H/s; provisional: of the hips across the image. A run-up does 3–5, one along the camera's axis below 0.5
SIDE_TRAVEL: Final = 1.2
# Errors are half-widths of 90 % intervals, set on synthetic players with seeds below 9000, with jitter, slow errors,
# dropouts and swaps; `make accuracy` tests them on other seeds.

Z90: Final = 1.645  # 1; standard deviations of a normal distribution on each side of a 90 % interval
# H; of each coordinate: gives the ± 8° of a side-on knee that real videos show, see metrics.knee
MODEL_ERROR_H: Final = 0.0115
# fps; what a bowling action needs: front-foot contact to release then takes 5–7 frames
FULL_RATE_FAST: Final = 50.0
# ratio; provisional: the model guesses a landmark outside the image, so it is measured but not judged
UNSEEN_CONFIDENCE: Final = 0.3
OFF_VIEW_CONFIDENCE: Final = DOUBTED_VIEW  # ratio; provisional: measured from a view that does not suit it
# ratio; provisional: measured but not judged. For a window of motion without the events that targets are about, and
# for a corrected release or impact at which the body does nothing of the kind
GENERIC_CONFIDENCE: Final = 0.3
CERTAIN: Final = 0.95  # ratio; provisional: one camera and one model are never surer
FAULT_SCORE: Final = 0.5  # ratio; provisional: a lower score is a fault
FINDING_CONFIDENCE: Final = 0.35  # ratio; provisional: with less a value is given, but neither scored nor judged
# fps; at 5 read a second the first pass misses the sample clip's delivery, at 8 it finds it
FEW_READ_FPS: Final = 8.0
