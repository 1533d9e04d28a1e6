import type { Landmark } from "../api/types";
import { BONES } from "../clip/joints";
import type { Clip } from "../clip/model";

/** The canvas of the frame that is on the screen. */
export function shownCanvas(): HTMLCanvasElement | null {
  return document.querySelector<HTMLCanvasElement>(".stage canvas[data-frame]");
}

/** The picture on the screen with its lines, as a PNG. */
export async function pictureOf(shown: HTMLCanvasElement | null, clip: Clip): Promise<Blob> {
  if (!shown) throw new Error("No picture is shown.");
  const copy = document.createElement("canvas");
  copy.width = shown.width;
  copy.height = shown.height;
  const context = copy.getContext("2d");
  if (!context) throw new Error("This browser draws no pictures.");
  context.drawImage(shown, 0, 0);
  const view = document.querySelector<SVGSVGElement>(".stage svg[data-frame]")?.viewBox.baseVal;
  // While an image is decoded the canvas still shows the frame before.
  const landmarks = clip.steps.find(({ frame }) => String(frame) === shown.dataset.frame)?.landmarks;
  if (view?.width && landmarks) drawLines(context, landmarks, view);
  return new Promise((resolve, reject) => {
    copy.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("No picture was made."))), "image/png");
  });
}

/** Lines in the page's colours; `view` is the part of the video that the canvas shows, in its pixels. */
function drawLines(context: CanvasRenderingContext2D, landmarks: readonly Landmark[], view: DOMRect): void {
  const { width, height } = context.canvas;
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const unit = Math.max(1.5, width / 320);
  context.lineCap = "round";
  for (const layer of ["halo", "line"] as const) {
    for (const [from, to, side] of BONES) {
      const [a, b] = [landmarks[from], landmarks[to]];
      if (!a || !b) continue;
      context.strokeStyle = colour(layer === "halo" ? "--halo" : `--${side}`);
      context.lineWidth = layer === "halo" ? unit * 2.4 : unit;
      context.beginPath();
      context.moveTo(((a[0] - view.x) / view.width) * width, ((a[1] - view.y) / view.height) * height);
      context.lineTo(((b[0] - view.x) / view.width) * width, ((b[1] - view.y) / view.height) * height);
      context.stroke();
    }
  }
}
