import { signal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";

import { t } from "../strings/text";
import { Whole } from "./Whole";

/** A view whose script is loaded when it is first shown. */
export function lazy<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  const view = signal<ComponentType<Props> | null>(null);
  const isMissing = signal(false);
  return (props) => {
    useEffect(() => {
      load().then(
        (loaded) => {
          view.value = loaded;
        },
        () => {
          isMissing.value = true;
        },
      );
    }, []);
    const View = view.value;
    if (View) return <View {...props} />;
    if (isMissing.value) return <Whole {...t().failures.network} isBroken />;
    return <div class="stage-placeholder" aria-busy="true" />;
  };
}
