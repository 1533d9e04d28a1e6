/** What the browser can say of a film before it is sent. */
export interface Probed {
  /** Length; `null` where the browser cannot read the film. */
  seconds: number | null;
  isShown: boolean;
}

/** A browser that is still silent then will not read it. */
const PATIENCE_MS = 6_000;

/** Reads the length of the film at `url`. */
export function probe(url: string): Promise<Probed> {
  const video = document.createElement("video");
  video.preload = "metadata";
  video.muted = true;
  return new Promise((resolve) => {
    const end = (probed: Probed) => {
      clearTimeout(timer);
      video.removeAttribute("src");
      video.load();
      resolve(probed);
    };
    const timer = setTimeout(() => end({ seconds: null, isShown: false }), PATIENCE_MS);
    video.onerror = () => end({ seconds: null, isShown: false });
    video.onloadedmetadata = () => {
      // HEVC without a decoder reads as sound alone.
      const isShown = video.videoWidth > 0;
      end({ seconds: Number.isFinite(video.duration) ? video.duration : null, isShown });
    };
    video.src = url;
  });
}
