import type { ComponentType } from "preact";

import { failureFrom } from "../api/problem";
import { useLoaded } from "../api/useLoaded";
import { Shell } from "./Shell";
import { Pending } from "./State";

/** A view in a file of its own: it is loaded when the coach opens it. */
export function lazily<P extends object>(load: () => Promise<ComponentType<P>>, title: (props: P) => string) {
  return function Lazy(props: P) {
    const view = useLoaded(() =>
      load().catch((error) => {
        // A file that the server no longer has is a page that must be loaded again.
        throw navigator.onLine ? error : failureFrom(error);
      }),
    );
    const View = view.found;
    if (View) return <View {...props} />;
    return (
      <Shell title={title(props)}>
        <Pending of={view} />
      </Shell>
    );
  };
}
