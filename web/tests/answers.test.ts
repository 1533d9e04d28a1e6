import { expect, test } from "vitest";

import { isPersonal, NO_ANSWERS, withPlayer } from "../src/upload/answers";

const ofSam = { ...NO_ANSWERS, player: "Sam", hand: "left", height: "150", age: "u13", style: "spin" } as const;

test("a new player gets nothing of the one before", () => {
  expect(withPlayer(ofSam, "Samir", {}, true)).toEqual({ ...NO_ANSWERS, player: "Samir" });
});

test("a known player gets what is remembered, and nothing of the one before", () => {
  expect(withPlayer(ofSam, "Bea", { height: "170", camera: "front" }, false)).toEqual({
    ...{ ...NO_ANSWERS, player: "Bea" },
    ...{ height: "170", camera: "front" },
  });
});

test("what the coach has chosen stays while a new name is typed", () => {
  expect(withPlayer(ofSam, "Samir", {}, false)).toEqual({ ...ofSam, player: "Samir" });
});

test("the camera's place is nobody's own", () => {
  expect(["hand", "height", "age", "style", "camera", "title"].filter(isPersonal)).toEqual([
    "hand",
    "height",
    "age",
    "style",
  ]);
});
