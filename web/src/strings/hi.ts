import { en } from "./en";
import type { Strings } from "./text";

export const hi: Strings = en;
