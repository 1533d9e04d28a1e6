import type { Event, Frame as ReadFrame } from "./schema";

export type * from "./schema";
export type EventName = Event["name"];
export type Frame = ReadFrame;
/** x, y, z in pixels of the upright frame, visibility 0–1. */
export type Landmark = NonNullable<ReadFrame["landmarks"]>[number];
