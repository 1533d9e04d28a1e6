import type { FieldError, Problem as ProblemBody, ProblemCode } from "./schema";

/** `network`: no answer came. `unexpected`: an answer that is no problem of the API, such as a proxy's. */
export type FailureCode = ProblemCode | "network" | "unexpected";

/** Why a call failed. `detail` is the API's own text, in English. */
export class Failure extends Error {
  override readonly name = "Failure";

  constructor(
    readonly code: FailureCode,
    readonly detail: string,
    readonly status: number | null = null,
    readonly errors: readonly FieldError[] = [],
    /** Seconds that the API asks to wait; `null` where it does not ask. */
    readonly retryAfter: number | null = null,
    readonly requestId: string | null = null,
  ) {
    super(`${code}: ${detail}`);
  }
}

/** The failure that an answer of the API says. */
export function failureOf(problem: ProblemBody | undefined, response: Response): Failure {
  const requestId = response.headers.get("X-Request-Id");
  const seconds = Number.parseInt(response.headers.get("Retry-After") ?? "", 10);
  const retryAfter = Number.isNaN(seconds) ? null : seconds;
  if (!problem?.code) return new Failure("unexpected", "", response.status, [], retryAfter, requestId);
  return new Failure(
    problem.code,
    problem.detail,
    problem.status,
    problem.errors ?? [],
    retryAfter,
    problem.request_id,
  );
}

export function failureFrom(error: unknown): Failure {
  if (error instanceof Failure) return error;
  return new Failure("network", error instanceof Error ? error.message : String(error));
}
