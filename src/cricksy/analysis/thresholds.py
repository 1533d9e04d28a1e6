"""Every number of the analysis that was chosen rather than measured, each with its source.

"Provisional" means reasoned but not calibrated. No number was fitted to real clips, but how contact and release are
read was chosen with their events in view: those clips are no independent test of it.

Lengths are fractions of the body scale H (the longer leg plus the trunk, about 0.78 of stature by the segments of
Drillis and Contini 1966), speeds H/s, times s, angles degrees.
"""

from typing import Final

from cricksy.results import Level

# Cleaning
MIN_VISIBILITY: Final = 0.5  # the model's own even odds that a landmark is in view
# Longer gaps hold a whole front-foot contact to release, so nothing may be invented there. A tenth of a second, and two
# missing frames of 29.97 fps as well as of 30.
MAX_GAP_S: Final = 0.101
MANY_REPEATS: Final = 0.15  # of the frames: doubled ones are a half, and of 24 that are shown at 30 a fifth
LOCAL_STEPS: Final = 3  # frame intervals on each side whose mean is the local one: alternating ones are one rate
SAME_RATE: Final = 1.5  # an interval longer than this many of the shortest belongs to a coarser pass
HAMPEL_HALF_WINDOW_S: Final = 0.1  # no limb reverses twice within 0.2 s
HAMPEL_SIGMAS: Final = 3.0  # the usual three standard deviations
HAMPEL_FLOOR_H: Final = 0.1  # provisional: smaller deviations are left to the filter
CUTOFF_HZ: Final = 12.0  # of 12–15 Hz (8 Hz costs 1–1.5° of knee angle at the events) the one that 30 fps allow as well
FILTER_RATE_HZ: Final = 240.0  # curves are filtered on a grid this fine, so that the filter is the same at any rate
CUTOFF_OF_RATE: Final = 0.4  # of the frame rate; the filter needs less than half of it
SWAP_COST_H: Final = 0.15  # provisional: acceleration per sample that one change of labels must save
# The model's labels stay where motion does not tell, as beside missing frames. On synthetic players with a tenth of the
# frames exchanged and as many missing, a tenth was wrong without this cost and one in 150 with it.
SWAPPED_COST_H: Final = 0.5  # acceleration per sample that each second of exchanged labels must save
SWAP_CLIP_H: Final = 0.5  # provisional: beyond this a landmark is merely wrong, more distance is no more evidence
RELABELLED: Final = 0.5  # what the visibility of a landmark counts whose label, left or right, may be wrong
LONGEST_SEGMENT: Final = 1.5  # provisional: of the anthropometric length, for perspective; projection only shortens
MIN_SAMPLES: Final = 5  # fewer frames with a person hold no movement to speak of

# Body scale H in pixels
SCALE_PERCENTILE: Final = 80  # projection shortens, outliers lengthen: high but not the highest
# 400 px of figure cost 7.4 % of the trunk in landmark error, 230 px 8.5 %: it grows by less than the root of the size.
FULL_SIZE_PX: Final = 200.0  # provisional
SMALL_FIGURE_PX: Final = 110.0  # provisional: H of a figure some 140 px tall

# Finding an action
ACTION_SPEED: Final = 3.5  # provisional: wrist against hip; a walker's arm swing stays below 1.5, a run's near 2.5
COARSE_ACTION_SPEED: Final = 2.0  # provisional: the first pass blurs fast arms; reading once too often costs only time
BEFORE_MOMENT: Final = 0.8  # of a window before impact, or before the fastest moment: of 1.5 s the 1.2 s from stance on
FAST_S: Final = 0.15  # a wrist is fast for so long in a throw or a swing; an exchange of labels takes one frame
GENERIC_HALF_WINDOW_S: Final = 0.5  # provisional: the window of highest motion without a known discipline

# Ball release
# A ball of 30 m/s that leaves a hand 2.2 m up and pitches 14 m on drops 1.1 m by gravity: 1.1 m over 14 m is left.
BALL_DESCENT: Final = 5.0  # degrees below the horizontal: the ball's first direction, and the hand's
RELEASE_ANGLE: Final = 10.0  # degrees of arm past vertical near which it is looked for: 5 and what the shoulder adds
DIRECTION_RATE_HZ: Final = 60.0  # the hand's direction is that of its way in 1/60 s: 0.15 H, forty times the jitter
RELEASE_SAMPLING: Final = 0.25  # of a frame: what the curve between two samples of a fast arm is off, nine in ten
RELEASE_SPREAD: Final = 3.0  # degrees of arm: half of what parts a full ball of 28 m/s from a short one of 36 m/s
LIMB_JITTER: Final = (
    2.5  # a wrist or an ankle jitters so many times as much as the trunk (0.7 of 0.3 % of trunk length)
)
RELEASE_NEAR_S: Final = 0.2  # provisional: from the arm at that angle, in which the hand's direction is followed
EVENT_NEAR_S: Final = 0.1  # what belongs to an event: how well it was seen, where feet and hands are about then

EVENT_HALF_SURE_S: Final = 0.05  # half of the usual 0.1 s from front-foot contact to release: no phase is known then
RELEASE_MIN_SPEED: Final = 200.0  # deg/s over the sweep below: slow arms do 500 there, half of that in slow motion
RELEASE_MIN_SWEEP: Final = 100.0  # from the level to release, where a bowler may not straighten the elbow (Law 21)
RELEASE_LATE_SWEEP: Final = (60.0, 160.0)  # provisional: so much of it, and so far in all, does for a later beginning
RELEASE_SWEEP_S: Final = 1.2  # within this time: an arm takes 0.3–0.6 s, twice that in slow motion
ARM_MAX_SPEED: Final = 2400.0  # deg/s: the fastest bowlers' arms reach 2000
ARM_SPEED: Final = 18.0  # H/s of a wrist 0.43 H from the shoulder at that; labels that ask for more are wrong
ARC_GAP_S: Final = 0.15  # while hidden a usual arm turns by less than half a turn, so its way round is known
ARC_GAP_FRAMES: Final = 2.5  # the same at low frame rates: one frame at a time may be hidden
ARC_LARGEST_TURN: Final = 130.0  # degrees from one place to the next before its speed is known: more is the other arm
LEVEL_ARM: Final = 30.0  # degrees on both sides of the level behind and of overhead over which a turn is timed
FASTER_OVERHEAD: Final = 1.41  # of the speed at the level: nine in ten synthetic arms are no faster overhead

ARC_STEADY: Final = 0.6  # provisional: share of the sweep's frames that show the arm under the label it had just before
ARC_TOLERANCE: Final = 45.0  # degrees off the steady turn: half-way to where either arm might belong to the other
RELEASE_STRAIGHTNESS: Final = 0.85  # shoulder–wrist over upper arm plus forearm: an elbow opened beyond 116°
RELEASE_WRIST_ABOVE: Final = 0.1  # wrist above the nose
DELIVERY_CONFIDENCE: Final = 0.8  # provisional: an arm that bowls over a delivery stride; a found contact adds to it
FACING_S: Final = 0.2  # provisional: before release, in which face and feet point to where the ball goes
OVERHEAD_S: Final = 0.15  # provisional: from the fastest wrist to the highest one, front-on
OVERHEAD_UP_S: Final = 0.6  # from beside the trunk to the top a bowling arm takes 0.3 s, twice that in slow motion
OVERHEAD_TOP_S: Final = 0.05  # provisional: a fast arm is not as high for longer
OVERHEAD_ERROR_S: Final = 0.04  # provisional: a bowling arm takes as long over the last 40° to the top
OVERHEAD_DOWN_S: Final = 0.3  # provisional: from release until the hand is below the shoulder
STRIDE_AT_CONTACT: Final = (
    0.75  # ankle to ankle, the median of synthetic players, who bowl at 75–85 % of height (Spratford)
)
STRIDE_AT_RELEASE: Final = 0.5  # the same when the back foot has followed
LEAST_COSINE: Final = 0.2  # a stride or sweep of which less shows tells only that it is not side-on
ALONG_COSINE: Final = 0.33  # of a delivery whose arm does not go across: nine in ten synthetic ones have no greater
STROKE_COSINE: Final = 0.9  # of a stroke that goes across the picture: the camera stands up to 25° off

DELIVERY_STRIDE: Final = 0.3  # provisional: foot to foot at release; 75–85 % of height is usual (Spratford 2016)

# Foot contact
SWING_SPEED: Final = 8.0  # H/s: no foot is faster, and labels that ask it to be are wrong; a swinging one does 6
SAME_SPOT: Final = 0.05  # H round the spot where a foot stands, in which a landmark is that foot's again
FRONT_STANDS_S: Final = (0.05, 0.1)  # provisional: before and after release or impact, in which the front foot stands
BACK_STANDS_S: Final = (0.05, 0.025)  # provisional: before and after its contact, in which the back foot still does
FOOT_GAP_S: Final = 0.15  # hidden for longer, a foot may have come down and gone again
PLANTED_SHARE: Final = 0.4  # of a foot's swing: geometric mean of a rolling foot's 1 and a swinging one's 6 H/s
PLANTED_SPEED: Final = (1.2, 2.4)  # H/s: that share at half the speed, and at the full one
SWING_S: Final = 0.6  # before it stands, in which a foot swings, in slow motion too
SWING_PERCENTILE: Final = 90  # of a foot's speeds: its swing, but no glitch
PACE_RATE_HZ: Final = (
    30.0  # a foot's speed is taken over 1/30 s: ten times the jitter, a third of a roll from heel to toe
)
# An ankle lies 0.050 H above and 0.049 H before the heel (Drillis and Contini 1966); a foot pitched up by 30° at heel
# strike lifts it by 0.018 H. Jitter of 0.7 % of the trunk between two frames adds 0.006 H.
GROUND_TOLERANCE: Final = 0.024
TOUCH_HEIGHT: Final = 0.01  # of a heel or toe above its standing height: what a sole and the model's idea of it give
STANDING_PERCENTILE: Final = 80  # of the heights of a foot that stands: the heel may rise again before the end
FALL_S: Final = 0.045  # the last fall of a foot: over longer the path bends, at 60 fps two samples fit into it
FALL_FRAMES: Final = 1.5  # at low rates: the least in which two samples lie
ROLL_S: Final = 0.1  # from the first touch to the flat foot
LEAST_FALL_SPEED: Final = 0.3  # H/s: slower than any foot that is put down, faster than a landmark that sinks
GROUND_SPREAD: Final = 0.006  # H, standard deviation of where the first touch leaves heel and toe: 8 mm
CONTACT_SAMPLING: Final = 0.4  # of a frame: what the line between two samples of a falling foot is off, nine in ten
ROUGH_CONTACT_ERROR_S: Final = 0.04  # where heel and toe do not tell: a foot takes this long to roll flat
CONTACT_TO_RELEASE_S: Final = (0.03, 0.4)  # 0.06–0.2 s, twice that in slow motion
BACK_TO_FRONT_S: Final = (0.04, 0.6)  # 0.1–0.3 s from back foot to front foot, twice that in slow motion
BACK_TO_RELEASE_S: Final = (0.07, 1.0)  # both of them

# Of the hips towards the target before release, H/s: real deliveries 1.1–3.4, half of that in slow motion.
DELIVERY_RUN_UP: Final = 0.5
RUN_UP_S: Final = 0.4  # before release: the delivery stride and the last of the run

UNSEEN_STRIDE_S: Final = 0.2  # from back-foot to front-foot contact where the first was not seen: usual
UNSEEN_DELIVERY_S: Final = 0.33  # from back-foot contact to release where it was not seen: 0.2 and 0.13 s

# Batting
HANDS_TOGETHER: Final = 0.22  # provisional: wrist to wrist on one bat handle
BATTING_SPEED: Final = 1.6  # provisional: hands of a checked drive seen from the front; a full swing reaches 5
HANDS_TOGETHER_SHARE: Final = 0.7  # provisional: of the downswing
BACKLIFT_RISE: Final = 0.12  # provisional: hands from stance to the top of the backlift
DOWNSWING_S: Final = 0.7  # provisional: top of the backlift to impact takes 0.15–0.5 s
IMPACT_NEAR_S: Final = 0.1  # provisional: lowest hands before the fastest ones
BATTING_HIP_SPEED: Final = (
    1.2  # H/s: a long stride forward is 0.8 on average, a run-up 3–5, half of that in slow motion
)
BEFORE_STANCE_S: Final = 0.3  # before a stance a batter waits, and a bowler runs
STANCE_S: Final = 1.2  # provisional: stance to top of the backlift
STANCE_TO_TOP_S: Final = (0.1, 2.4)  # provisional: as a coach may name them, up to twice STANCE_S in slow motion
TOP_TO_IMPACT_S: Final = (0.07, 1.0)  # 0.15–0.5 s, half that for the quickest and twice that in slow motion
BACKLIFT_BEGUN: Final = 0.1  # provisional: share of the rise of the hands at which the stance ends
RESTING: Final = 0.3  # of the rise of the hands, below which they rest: all of what slow errors of 5 % of the trunk add
# By the tenth alone, one stance in ten of synthetic hands with such errors was more than 0.19 s off;
# with the two below, one in ten more than 0.08 s. They change nothing where hands rest without errors.
RESTING_PERCENTILE: Final = 67  # of the heights of resting hands, some of which have begun to rise
ABOVE_RESTING: Final = 0.04  # of the rise
STANCE_ERROR_S: Final = 0.06  # the same hands, nine in ten
TOP_ERROR_S: Final = 0.04  # hands that are highest hardly move: 1 % of H takes 40 ms
LOWEST_HANDS_ERROR_S: Final = 0.05  # the hands are lowest about when the bat is upright
WRISTS_AHEAD: Final = 2.0  # degrees that the line of the wrists, which lie off the handle, is ahead of the bat
BAT_SPREAD: Final = 6.0  # degrees from upright within which a straight bat meets the ball, nine in ten
STROKE_CONFIDENCE: Final = 0.7  # provisional: the ball is not seen, and catching moves the hands alike
FRONT_STRIDE: Final = 0.08  # provisional: smallest step of the front foot towards the ball
BATTING_TRAVEL: Final = 0.04  # half of that: of the hips, which come between the feet

# Events that the coach corrected
CORRECTED_FRAMES: Final = 1.0  # how far off an event is that is named by eye: releases in films are known to a frame
CORRECTED_NEAR_S: Final = 2.0  # the longest action counted here: stance, backlift and downswing take 1.9 s together
CORRECTED_WITHIN_S: Final = 5.0  # a run-up before and a follow-through after, for the body's scale
SAME_ACTION_S: Final = 0.3  # provisional: a release or impact further away belongs to another delivery or stroke
CORRECTED_TRAVEL: Final = 0.15  # provisional: of the hips across the picture; less says nothing of the direction

# Reading limbs at an event
LEG_FIT_S: Final = 0.034  # two frames of 60 fps to either side: a movement of 6 Hz loses 1 %, one of 12 Hz a sixth
LANDING_S: Final = 1 / 60  # before contact: the middle of the last interval of 30 fps, which any film shows
LANDING_RISE: Final = 7.0  # degrees by which a synthetic knee extends in that time: more, and the foot lands later
LANDING_LATE: Final = 0.25  # of a frame after contact until which one counts as before: contact is known no better
ARM_FIT_S: Final = 0.06  # an arm's turn and length change more slowly than its ends move: more samples, less jitter
LENGTH_CUTOFF_HZ: Final = 6.0  # a projected length is greatest twice in a turn: in a run-up, some three times a second
STEADY_JITTER: Final = 0.0013  # H, of the trunk: the measured floor is 0.0011; more tells of slow errors as well
# Asin of the longest projection is 22° off on synthetic bowlers with slow errors, the angle in the picture 8°.
LENGTH_DOUBT: Final = 60.0  # times the jitter beyond it: what slow errors add to the longest of many projections
FALL_OF_JITTER: Final = 10.0  # times the same: how far a synthetic elbow that stays level seems to fall in a downswing

# Camera view
SIDE_TRAVEL: Final = 1.2  # provisional: hips across the picture; a run-up is 3–5, one along the axis below 0.5
SIDE_BASE: Final = 0.25  # provisional: feet apart across the picture in a batting stance; half of STRIDE_AT_RELEASE
SIDE_CONFIDENCE: Final = 0.5  # provisional: of an action that goes only just so far across
FACING_CONFIDENCE: Final = 0.7  # provisional: the model may take a back for a chest
SHOULDERS_PERCENTILE: Final = 80  # of their widths over an action, in which they also turn
WIDE_SHOULDERS: Final = 0.22  # provisional: projected shoulder width of a body that faces the camera or turns its back

DENIED: Final = 0.65  # provisional: of what the film shows, to doubt the hand or the view that the coach named

# Metrics: the value that scores 1 and the value that scores 0; the fault line is half-way
HEAD_BOWLING: Final = (2.0, 10.0)  # percent of H, provisional
HEAD_OTHER: Final = (6.0, 20.0)  # percent of H, provisional: a drive carries the head a quarter of its stride, 8 % RMS
HEAD_TIMES: Final = 101  # even times over which the head is judged, whatever the frame rate
EYE_LINE_TILT: Final = (6.0, 30.0)  # degrees, provisional
EARS_APART: Final = 0.06  # of synthetic players they are 0.12 apart from the front; of real ones from the side 0.03
BALANCE_RELEASE: Final = (0.15, 0.5, 1.0, 1.35)  # ratio, provisional: over a braced front leg, not behind or past it
BALANCE_IMPACT: Final = (-0.1, 0.4, 1.0, 1.4)  # ratio, provisional: head and weight forward (Taliep 2007)
BALANCE_STANCE_SD: Final = (0.05, 0.3)  # ratio, provisional: weight still between the feet (Stretch 1998)
BALANCE_LATERAL: Final = (0.15, 0.6)  # ratio, provisional: front view, offset to either side over base
MIN_BASE: Final = 0.15  # of H: below it the ratio divides by landmark error
KNEE_RELEASE: Final = (165.0, 125.0)  # degrees, provisional: straighter is faster (Portus 2004, Worthington 2013)
KNEE_COLLAPSE: Final = (10.0, 45.0)  # degrees of flexion after contact; 10° is the flexor rule of Portus 2004
KNEE_CLASS: Final = 10.0  # degrees: the rule that parts brace, flexor and extender (Portus 2004)
KNEE_IMPACT_FLEXION: Final = (5.0, 20.0, 65.0, 95.0)  # degrees, provisional: a front knee bent under the head
ELBOW_RELEASE: Final = (70.0, 20.0)  # degrees of humerus elevation, provisional
ELBOW_FALL: Final = (20.0, 70.0)  # degrees of fall, provisional
MOMENTS: Final = 3  # worst moments of a metric
MOMENT_SPACING_S: Final = 0.1  # between two of them

# Errors: half-widths of 90 % intervals, set on synthetic players by seeds below 9000, with jitter, slow errors,
# dropouts and swaps; `make accuracy` tests them on other seeds.
Z90: Final = 1.645  # standard deviations of a normal distribution
MODEL_ERROR_H: Final = 0.0115  # H, each coordinate: the ± 8° of a side-on knee that real films show; see metrics.knee
SIDEWAYS_H: Final = 0.03  # H of the centre of mass beside the line of the feet: an eighth of the hips' breadth
GUESSED_ANKLE: Final = 2.0  # provisional: times as far off as one inside the picture
STANCE_SD_ERROR: Final = 0.5  # provisional: of the error at impact, as a steady one does not vary
CENTRE_SHARE: Final = 0.35  # the centre of mass is a mean of 17 landmarks: a third of one's error
HEAD_ERROR_SHARE: Final = 0.55  # the middle of two ears; part of a slow error is taken for the steady path
HEAD_BOWLING_SHARE: Final = 0.2  # more of it is, in the fraction of a second from back foot to release
HEAD_WINDOW: Final = 0.15  # of the value: a window that begins or ends two frames off
HEAD_GUESSED_WINDOW: Final = 0.2  # of the value: the same where the window's beginning was not seen
JITTER_RATE_HZ: Final = 60.0  # frames a second at which jitter tells of slow errors ``LIMB_JITTER`` times as large
ELBOW_PLANE_ERROR: Final = 10.0  # degrees by which an arm in the picture is steeper than in space, nine in ten
ELBOW_WORST_ERROR: Final = 30.0  # degrees: an interval of 60 holds all of the 50 from the best score to the worst
KNEE_ERROR_UNSEEN: Final = 16.0  # degrees: a leg outside the picture is a guess
KNEE_WORST_ERROR: Final = 60.0  # degrees: an interval of 120 holds every knee from straight to fully bent
TILT_ERROR: Final = 5.0  # degrees: 1 % of H across a head of 0.1 H
# A batter's front knee points half-way between the bowler and the camera: of its bend synthetic ones show 0.69 in the
# middle. At this 17 in 20 lie within their error, and none is judged, as they are hardly nearer than a constant.
BATTING_KNEE_COSINE: Final = 0.5
OUT_OF_PLANE_ERROR: Final = 20.0  # degrees where the view is not side-on: foreshortening costs 6–29°

# Confidence
FULL_RATE_FAST: Final = 50.0  # fps, what a bowling action asks for: front-foot contact to release is then 5–7 frames
FULL_RATE_SLOW: Final = 30.0  # fps, for what changes over the whole action
HALF_SURE_JITTER: Final = 0.01  # H, of the trunk: nine times the floor, 20 px of jitter on a figure that fills 4K
GUESSED_WINDOW_CONFIDENCE: Final = 0.5  # the window's beginning was not seen: heads are then a fifth further off
ELBOW_HALF_SURE: Final = 7.4  # degrees of error: a constant is so far off nine times in ten, arms differing by 4.5°
UNSEEN_CONFIDENCE: Final = 0.3  # a landmark outside the picture is the model's guess: measured, but not judged
OFF_VIEW_CONFIDENCE: Final = 0.45  # provisional: measured from a view that does not suit it
UNKNOWN_VIEW_CONFIDENCE: Final = 0.3  # measured, but not judged: 10 of 25 such balances of synthetic batters were right
# Measured, but not judged: a window of motion without the events that targets are about, and a corrected release or
# impact at which the body does no such thing.
GENERIC_CONFIDENCE: Final = 0.3
# A bowler stands over the front foot at release, so a good one's offset from the middle of the feet is half the base.
LATERAL_CONFIDENCE: Final = 0.3  # of balance in a front or rear view, which no truth has tested: measured, not judged
BYSTANDER_CONFIDENCE: Final = 0.6  # more than one person was seen
CERTAIN: Final = 0.95  # one camera and a model never make more

# Findings, all provisional
FAULT_SCORE: Final = 0.5  # below it a fault
STRENGTH_SCORE: Final = 0.8  # from it a strength
MEDIUM_SCORE: Final = 0.35  # below it a fault of medium severity
HIGH_SCORE: Final = 0.15  # below it one of high severity
FAULT_WEIGHTS: Final[dict[Level, int]] = {"low": 1, "medium": 2, "high": 4}
MEDIUM_LEVEL: Final = 2  # weight of one medium fault, or of two slight ones
LOW_LEVEL: Final = 4  # of one serious fault, or of several of the others
FINDING_CONFIDENCE: Final = 0.35  # below it nothing is said
PLAIN_WORDS_CONFIDENCE: Final = 0.65  # below it a fault says "may", a strength "seems" or "looks"
SHORTEST_S: Final = 0.3  # an arm takes as long to come over
FEW_READ_FPS: Final = 8.0  # at 5 frames a second the first pass misses the sample clip's delivery, at 8 it finds it
FEW_DETECTED: Final = 0.3  # share of the frames with a person
LOW_FPS: Final = 28.0  # below it front-foot contact to release is two or three frames
FAST_FPS: Final = 50.0  # what a bowling action asks for
WHOLE_BODY_SHARE: Final = 0.9  # of the action's frames
