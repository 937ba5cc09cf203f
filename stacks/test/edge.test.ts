import { fileURLToPath } from "node:url";
import { key } from "@travel-conductor/local/lambda";
import type { Stack } from "sst/constructs";
import { initProject } from "sst/project.js";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { edgeSecret } from "../edge.ts";
import { path } from "./cloud.ts";
import { ssm } from "./ssm.ts";

const parameters: Record<string, string> = {};
let store: Awaited<ReturnType<typeof ssm>>;
beforeAll(async () => {
  store = await ssm(parameters);
  vi.stubEnv("AWS_ENDPOINT_URL_SSM", store.url);
  vi.stubEnv("AWS_ACCESS_KEY_ID", key.id);
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", key.secret);
  vi.stubEnv("AWS_SESSION_TOKEN", key.token);
  await initProject({ stage: "test", root: fileURLToPath(new URL("../../", import.meta.url)) });
});
beforeEach(() => {
  for (const name of Object.keys(parameters)) delete parameters[name];
});
afterAll(() => store.stop());

/** A stack of a stage that is deployed, without the secret in its context. */
const stack = () => ({ node: { root: { stage: "test" }, tryGetContext: () => undefined } }) as unknown as Stack;

test("the distribution has the stage's secret, or else the one of all stages", async () => {
  const [own, shared] = ["own-".repeat(10), "shared-".repeat(10)];
  parameters[path("EDGE_SECRET", ".fallback")] = shared;
  expect(await edgeSecret(stack())).toBe(shared);
  parameters[path("EDGE_SECRET")] = own;
  expect(await edgeSecret(stack())).toBe(own);
});

test("no stage is deployed without it, or with one that the API refuses", async () => {
  await expect(edgeSecret(stack())).rejects.toThrow("npx sst secrets set EDGE_SECRET");
  parameters[path("EDGE_SECRET")] = "x".repeat(31);
  await expect(edgeSecret(stack())).rejects.toThrow("at least 32 characters");
  parameters[path("EDGE_SECRET")] = `${"x".repeat(32)}\u00e9`;
  await expect(edgeSecret(stack())).rejects.toThrow("at least 32 characters");
});

test("an SSM that refuses stops the deploy", async () => {
  parameters[path("EDGE_SECRET")] = "x".repeat(32);
  await store.stop();
  await expect(edgeSecret(stack())).rejects.toThrow(/ECONNREFUSED/);
}, 60_000);
