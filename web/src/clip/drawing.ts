import type { View } from "./view";

/** Draws `image`, which shows `part` of the frame, where `view` of the frame fills the canvas. */
export function drawImage(canvas: HTMLCanvasElement, image: ImageBitmap | null, part: View, view: View): void {
  const context = canvas.getContext("2d");
  if (!context) return;
  context.clearRect(0, 0, canvas.width, canvas.height);
  if (!image) return;
  const across = canvas.width / view.width;
  const down = canvas.height / view.height;
  context.imageSmoothingQuality = "high";
  context.drawImage(
    image,
    (part.x - view.x) * across,
    (part.y - view.y) * down,
    part.width * across,
    part.height * down,
  );
}
