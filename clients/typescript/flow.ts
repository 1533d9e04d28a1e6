// The flow from upload to report with a client whose types are generated from the OpenAPI document.
import { readFile } from "node:fs/promises";
import process from "node:process";

import createClient from "openapi-fetch";

import type { paths } from "./schema.d.ts";

function setting(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
}

/** The answer's body; throws the problem's code. */
function body<T>(answer: { data?: T; error?: { code: string } }): T {
  if (answer.data === undefined) throw new Error(answer.error?.code ?? "no body");
  return answer.data;
}

const api = createClient<paths>({
  baseUrl: setting("API_URL"),
  headers: { Authorization: `Bearer ${setting("TOKEN")}` },
});
const repeatable = () => ({ header: { "Idempotency-Key": crypto.randomUUID() } });

const session = body(
  await api.POST("/api/coaches/plus/sessions", {
    params: repeatable(),
    body: { title: "Tuesday nets", player_ids: ["player-7"] },
  }),
);
const initiated = body(
  await api.POST("/api/coaches/plus/videos/upload/initiate", {
    params: repeatable(),
    body: { session_id: session.session_id, sample_fps: 15, include_frames: true, content_type: "video/mp4", multipart: false },
  }),
);
if (initiated.presigned_url === null) throw new Error("an upload in parts was not asked for");
const put = await fetch(initiated.presigned_url, {
  method: "PUT",
  headers: initiated.required_headers,
  body: await readFile(setting("VIDEO")),
});
if (!put.ok) throw new Error(`storage answered ${put.status}`);
body(await api.POST("/api/coaches/plus/videos/upload/complete", { body: { job_id: initiated.job_id } }));

const ofJob = { path: { job_id: initiated.job_id } };
const progress = await api.GET("/api/coaches/plus/analysis-jobs/{job_id}/progress", { params: ofJob, parseAs: "text" });
if (!String(progress.data).includes('"final":true')) throw new Error("the stream ended before the job");
const job = body(await api.GET("/api/coaches/plus/analysis-jobs/{job_id}", { params: ofJob }));
if (job.results === null) throw new Error(job.error_message ?? "no results");
console.log(job.status, job.results.report.summary);

const ofPlayer = { path: { player_id: "player-7" } };
const numbers = body(await api.GET("/api/coaches/plus/players/{player_id}/progress", { params: ofPlayer }));
for (const line of numbers.items) console.log(line.title, line.points.at(-1)?.value, line.unit, line.change?.text ?? "");
console.log(body(await api.GET("/api/coaches/plus/players/{player_id}/load", { params: ofPlayer })).text);
