import { useSignal } from "@preact/signals";

import { api, bodyOf, repeated } from "../api/client";
import { Failure } from "../api/problem";
import { t } from "../strings/text";
import { Dialog } from "../ui/Dialog";
import { Icon } from "../ui/Icon";
import type { Clip } from "./model";

type Film = { url: string; plays: boolean } | { failure: Failure };

/** The video itself, where the browser can play it. It has no lines: a browser does not say which frame it shows. */
export function WatchClip({ clip }: { clip: Clip }) {
  const film = useSignal<Film | null>(null);
  const words = t().stage.film;
  const open = async () => {
    clip.playing.value = false;
    const path = { job_id: clip.job.value.job_id };
    try {
      const { url } = await repeated(() =>
        bodyOf(api.GET("/api/coaches/plus/analysis-jobs/{job_id}/video-url", { params: { path } })),
      );
      film.value = { url, plays: true };
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      film.value = { failure: error };
    }
  };
  const close = () => {
    film.value = null;
  };
  const now = film.value;
  return (
    <>
      <button type="button" class="button quiet" onClick={() => void open()}>
        <Icon name="camera" /> {words.open}
      </button>
      {now && (
        <Dialog title={words.title} onClose={close}>
          {"failure" in now ? (
            <p role="alert">{t().failures[now.failure.code].title}</p>
          ) : now.plays ? (
            // biome-ignore lint/a11y/useMediaCaption: a coach's clip of nets has no speech to caption.
            <video
              src={now.url}
              controls
              playsInline
              onError={() => {
                film.value = { url: now.url, plays: false };
              }}
            />
          ) : (
            <p role="alert">
              {words.cannotPlay} <a href={now.url}>{words.download}</a>
            </p>
          )}
          <button type="button" class="button primary" onClick={close}>
            {t().common.close}
          </button>
        </Dialog>
      )}
    </>
  );
}
