/** What the store said; `status` 0 where no answer came. */
export interface Stored {
  status: number;
  etag: string | null;
}

export function isStored(status: number): boolean {
  return status >= 200 && status < 300;
}

/** A connection that moves no byte for so long is given up. */
const STALLED_MS = 45_000;

// A browser sets these itself and forbids a page to.
const OWN = new Set(["content-length", "host"]);

/** Sends `body` to a presigned URL. XMLHttpRequest, because `fetch` does not say how far it is. */
export function put(
  url: string,
  body: Blob,
  headers: Readonly<Record<string, string>>,
  onSent: (bytes: number) => void,
  signal: AbortSignal,
): Promise<Stored> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const request = new XMLHttpRequest();
    let stalled = 0;
    const watch = () => {
      clearTimeout(stalled);
      stalled = window.setTimeout(() => request.abort(), STALLED_MS);
    };
    const abort = () => request.abort();
    const end = (outcome: () => void) => () => {
      clearTimeout(stalled);
      signal.removeEventListener("abort", abort);
      outcome();
    };
    request.open("PUT", url);
    for (const [name, value] of Object.entries(headers)) {
      if (!OWN.has(name.toLowerCase())) request.setRequestHeader(name, value);
    }
    request.upload.onprogress = (event) => {
      watch();
      onSent(event.loaded);
    };
    request.onload = end(() => {
      const { status } = request;
      // Asked of a refusal, which exposes none, a browser complains in its console.
      resolve({ status, etag: isStored(status) ? request.getResponseHeader("ETag") : null });
    });
    request.onerror = end(() => resolve({ status: 0, etag: null }));
    request.onabort = end(() => (signal.aborted ? reject(signal.reason) : resolve({ status: 0, etag: null })));
    signal.addEventListener("abort", abort, { once: true });
    watch();
    request.send(body);
  });
}
