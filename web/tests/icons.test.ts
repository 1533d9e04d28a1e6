import { readFileSync } from "node:fs";

import { expect, test } from "vitest";

import type { IconName } from "../src/ui/Icon";

const names: Record<IconName, true> = {
  play: true,
  pause: true,
  previous: true,
  next: true,
  eye: true,
  compare: true,
  save: true,
  print: true,
  plus: true,
  minus: true,
  close: true,
  upload: true,
  search: true,
  trash: true,
  person: true,
  angle: true,
  clock: true,
  camera: true,
  offline: true,
  retry: true,
  good: true,
  low: true,
  medium: true,
  high: true,
  none: true,
  help: true,
};

test("the document draws every icon that the page names, and no other", () => {
  const document = readFileSync(new URL("../index.html", import.meta.url), "utf-8");
  const drawn = [...document.matchAll(/<symbol id="icon-(\w+)"/g)].map(([, name]) => name);
  expect(drawn.sort()).toEqual(Object.keys(names).sort());
});
