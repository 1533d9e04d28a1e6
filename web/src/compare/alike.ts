import type { Clip } from "../clip/model";
import { type Measured, numbersOf } from "../clip/numbers";
import { isSure, wordsOf } from "../clip/words";
import { byHeight } from "./byHeight";

interface Alike {
  left: Measured[];
  /** Those that mean the same in both clips. */
  right: Measured[];
  /** Titles of the numbers of both clips that are read in different ways: of another discipline, view, or unit. */
  unlike: string[];
}

/**
 * The numbers that can be compared: a front knee is the angle of a bowler's, and the bend of a batter's; what means
 * something else from another side only within one view.
 */
export function alikeOf(left: Clip, right: Clip): Alike {
  const [ofLeft, ofRight] = [numbersOf(left.results.value), numbersOf(right.results.value)];
  const [mine, theirs] = [read(left, ofLeft, ofRight), read(right, ofRight, ofLeft)];
  const alike: Alike = { left: mine.map(({ of }) => of), right: [], unlike: [] };
  for (const { of, says, title, known } of theirs) {
    const other = mine.find((one) => one.of.name === of.name);
    if (!other || (known && other.known && other.says === says && other.of.unit === of.unit)) alike.right.push(of);
    else alike.unlike.push(title);
  }
  return alike;
}

/** The numbers of a clip with what they mean there; where the other clip has one in another unit, by the height. */
function read(clip: Clip, numbers: readonly Measured[], others: readonly Measured[]) {
  const { pose, player } = clip.results.value;
  return numbers.map((told) => {
    const other = others.find(({ name }) => name === told.name);
    const of = other && other.unit !== told.unit ? byHeight(told, player?.height_cm ?? null) : told;
    return { of, ...wordsOf(of, pose.pose_summary), known: isSure(of.name, pose.pose_summary) };
  });
}
