import type { Clip } from "../clip/model";
import { type Measured, numbersOf } from "../clip/numbers";
import { isSure, wordsOf } from "../clip/words";

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
  const [mine, theirs] = [left, right].map((clip) => {
    const { pose_summary } = clip.results.value.pose;
    return numbersOf(clip.results.value).map((of) => ({
      of,
      ...wordsOf(of, pose_summary),
      known: isSure(of.name, pose_summary),
    }));
  });
  const alike: Alike = { left: mine?.map(({ of }) => of) ?? [], right: [], unlike: [] };
  for (const { of, says, title, known } of theirs ?? []) {
    const other = mine?.find((one) => one.of.name === of.name);
    if (!other || (known && other.known && other.says === says && other.of.unit === of.unit)) alike.right.push(of);
    else alike.unlike.push(title);
  }
  return alike;
}
