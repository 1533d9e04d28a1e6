import type { Client } from "openapi-fetch";

import type { paths } from "./schema";

type Calls = Pick<Client<paths>, "GET" | "POST" | "PATCH" | "DELETE">;
type Values = Record<string, string | number | boolean | null | undefined>;

interface Init {
  params?: { path?: Values; query?: Values };
  headers?: Record<string, string>;
  body?: unknown;
  signal?: AbortSignal;
}

interface Answer {
  data?: unknown;
  error?: unknown;
  response: Response;
}

/**
 * The calls of the API, typed by its document as `openapi-fetch` types them. The page needs JSON in and out alone, for
 * which that library's own code is a tenth of all script.
 */
export function callsOf(origin: string, send: (request: Request) => Promise<Response>): Calls {
  const call =
    (method: string) =>
    async (template: string, { params = {}, headers = {}, body, signal }: Init = {}): Promise<Answer> => {
      const url = new URL(filled(template, params.path ?? {}), origin);
      for (const [name, value] of given(params.query)) url.searchParams.set(name, value);
      const request = new Request(url, {
        method,
        headers: {
          ...(body === undefined ? {} : { "Content-Type": "application/json" }),
          ...headers,
        },
        body: body === undefined ? null : JSON.stringify(body),
        signal: signal ?? null,
      });
      const response = await send(request);
      const text = await response.text();
      const read: unknown =
        text && /json/.test(response.headers.get("Content-Type") ?? "") ? JSON.parse(text) : undefined;
      return response.ok ? { data: read, response } : { error: read, response };
    };
  // What the library's types say of each call, this does; they cannot be followed through its generics.
  return { GET: call("GET"), POST: call("POST"), PATCH: call("PATCH"), DELETE: call("DELETE") } as unknown as Calls;
}

/** The template of a path with its parameters filled in. */
export function filled(template: string, values: Values): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(values[name])));
}

function given(values: Values = {}): [string, string][] {
  return Object.entries(values).flatMap(([name, value]) =>
    value === undefined || value === null ? [] : [[name, String(value)]],
  );
}
