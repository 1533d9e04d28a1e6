const FACE = ["eye_inner", "eye", "eye_outer"];
const BODY = ["shoulder", "elbow", "wrist", "pinky", "index", "thumb", "hip", "knee", "ankle", "heel", "foot_index"];
const SIDES = ["left", "right"];

/** The 33 landmarks of a frame, in the API's order. */
export const LANDMARKS: readonly string[] = [
  "nose",
  ...SIDES.flatMap((side) => FACE.map((part) => `${side}_${part}`)),
  ...["left_ear", "right_ear", "mouth_left", "mouth_right"],
  ...BODY.flatMap((part) => SIDES.map((side) => `${side}_${part}`)),
];
