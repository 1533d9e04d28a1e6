import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

import { Icon, type IconName } from "../ui/Icon";
import { thumbOf } from "./thumbs";

/** A picture of a clip, read once it comes into sight; an icon until then, and where there is none. */
export function Thumb({ job, icon }: { job: string | null; icon: IconName }) {
  const place = useRef<HTMLSpanElement>(null);
  const url = useSignal<string | null>(null);
  useEffect(() => {
    url.value = null;
    const element = place.current;
    if (!job || !element) return;
    let isShown = true;
    const seen = new IntersectionObserver(
      (entries) => {
        if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
        seen.disconnect();
        void thumbOf(job).then((found) => {
          if (isShown) url.value = found;
        });
      },
      { rootMargin: "200px" },
    );
    seen.observe(element);
    return () => {
      isShown = false;
      seen.disconnect();
    };
  }, [job]);
  return (
    <span ref={place} class="thumb" aria-hidden="true">
      {url.value ? <img src={url.value} alt="" /> : <Icon name={icon} />}
    </span>
  );
}
