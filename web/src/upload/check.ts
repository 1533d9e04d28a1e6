import type { ContentType } from "../api/schema";

export const LARGEST_BYTES = 500_000_000;
const LONGEST_S = 600;

export type FileFault = "type" | "empty" | "size" | "length";

interface Named {
  name: string;
  type: string;
  size: number;
}

const BY_NAME: Record<string, ContentType> = {
  mp4: "video/mp4",
  m4v: "video/mp4",
  mov: "video/quicktime",
  qt: "video/quicktime",
  webm: "video/webm",
};
const TYPES = new Set<string>(Object.values(BY_NAME));

/** The container of a file by what the device says, else by its name; `null` for one that is not analysed. */
export function contentTypeOf({ name, type }: Named): ContentType | null {
  const said = type.split(";")[0]?.trim().toLowerCase() ?? "";
  if (isContentType(said)) return said;
  if (said === "video/x-m4v") return "video/mp4";
  // Some phones send no type, or a made-up one, with a good name.
  if (said && said !== "application/octet-stream" && !said.startsWith("video/")) return null;
  return BY_NAME[name.slice(name.lastIndexOf(".") + 1).toLowerCase()] ?? null;
}

function isContentType(type: string): type is ContentType {
  return TYPES.has(type);
}

/** Why a file is not worth sending; `null` if it is. `seconds` is `null` where the browser cannot read it. */
export function faultOf(file: Named, seconds: number | null, largest = LARGEST_BYTES): FileFault | null {
  if (contentTypeOf(file) === null) return "type";
  if (file.size === 0) return "empty";
  if (file.size > largest) return "size";
  return seconds !== null && seconds > LONGEST_S ? "length" : null;
}
