// A stretch of the story, told through a client that openapi-typescript made of the merged document.
import createClient, { type Client } from "openapi-fetch";

import type { components, paths } from "./schema";
// Node gives it; its types are not worth a dependency.
declare const process: { env: Record<string, string | undefined> };


const url = process.env["BOX_URL"] ?? "";

type Problem = components["schemas"]["Problem"];

function as(person: string): Client<paths> {
  const token = process.env[`TOKEN_${person}`] ?? "";
  return createClient<paths>({ baseUrl: url, headers: { Authorization: `Bearer ${token}` } });
}

function need<T>(what: string, answer: { data?: T; error?: unknown }): T {
  if (answer.data === undefined) {
    throw new Error(`${what}: ${JSON.stringify(answer.error)}`);
  }
  return answer.data;
}

const town = as("TOWN");
const community = as("COMMUNITY");
const authority = as("AUTHORITY");
const name = `接口小区${Date.now()}`;

const estate = need(
  "register",
  await town.POST("/api/estate-registry/estates", {
    params: { header: { "Idempotency-Key": `ts-${name.length}-${Date.now()}` } },
    body: { territory: "610703001001", name, households: 120, area_m2x100: 1_200_000 },
  }),
);
const found = need(
  "list",
  await town.GET("/api/estate-registry/estates", { params: { query: { name, limit: 5 } } }),
);
if (!found.items.some((one) => one.id === estate.id)) {
  throw new Error("the estate is not in the list");
}

const path = { estate_id: estate.id };
const changed = need(
  "update",
  await authority.PATCH("/api/estate-registry/estates/{estate_id}", {
    params: { path, header: { "If-Match": `"${estate.version}"` } },
    body: { households: 121 },
  }),
);
const stale = await authority.PATCH("/api/estate-registry/estates/{estate_id}", {
  params: { path, header: { "If-Match": `"${estate.version}"` } },
  body: { households: 122 },
});
const problem: Problem | undefined = stale.error;
if (changed.households !== 121 || problem?.status !== 412) {
  throw new Error("an unseen change was not refused");
}

const complaint = need(
  "file",
  await community.POST("/api/dispute-mediation/complaints", {
    body: {
      channel: "community_window",
      leaf: "SRV-01",
      text: "垃圾四天没人清运。",
      territory: "610703001001",
      anonymous: true,
      want_secret: false,
    },
  }),
);
const caseId = { path: { case_id: complaint.id } };
need(
  "accept",
  await town.POST("/api/dispute-mediation/complaints/{case_id}/acceptance", {
    params: caseId,
    body: { leaf: "SRV-01" },
  }),
);
need(
  "assign",
  await town.POST("/api/dispute-mediation/complaints/{case_id}/assignment", { params: caseId, body: {} }),
);
need("sign", await town.POST("/api/dispute-mediation/complaints/{case_id}/signature", { params: caseId }));
const resolved = need(
  "resolve",
  await town.POST("/api/dispute-mediation/complaints/{case_id}/resolution", {
    params: caseId,
    body: { result: "solved", liability: "none", reply: "已清运。" },
  }),
);

console.log(JSON.stringify({ estate: estate.id, complaint: resolved.id, state: resolved.state }));
