import { startDoor } from "@travel-conductor/local/door";
import { key } from "@travel-conductor/local/lambda";
import { direct } from "@travel-conductor/local/testing";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { smoke } from "../../packages/scripts/src/smoke.ts";
import { path, startCloud } from "./cloud.ts";

const parameters = { "/sst/travel-conductor/local/Secret/DATABASE_URL/value": direct.postgres };
const stop: (() => Promise<unknown>)[] = [];
let cloud: Awaited<ReturnType<typeof startCloud>>;
let url: string;
const taken: object[] = [];
beforeAll(async () => {
  cloud = await startCloud({}, { ...parameters, [path("MAIL_FROM", "local")]: "Travel Conductor <mail@example.com>" });
  const { app } = await import("../../packages/functions/src/api/index.ts");
  const door = await startDoor(0);
  door.open(app);
  url = door.url;
  const serving = cloud.invoke.lambdas.deliver.serve(async (event) => taken.push(event));
  stop.push(cloud.stop, door.stop, serving.stop);
});
afterAll(() => Promise.all(stop.map((end) => end())));
beforeEach(() => {
  vi.stubEnv("AWS_ENDPOINT_URL_SSM", cloud.store.url);
  vi.stubEnv("AWS_ENDPOINT_URL_SESV2", cloud.ses.url);
  vi.stubEnv("AWS_ENDPOINT_URL_LAMBDA", cloud.invoke.url);
  vi.stubEnv("AWS_ENDPOINT_URL_KMS", cloud.kms.url);
  vi.stubEnv("AWS_ACCESS_KEY_ID", key.id);
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", key.secret);
  vi.stubEnv("AWS_SESSION_TOKEN", key.token);
  vi.stubEnv("AWS_REGION", "eu-west-2");
});
afterEach(() => vi.unstubAllEnvs());

/** Runs it for the stage `local`: the exit code, and the parts with how each went. */
async function run(more: string[] = ["--url", url]) {
  const lines: string[] = [];
  const end = await smoke(["--stage", "local", ...more], (line) => lines.push(line));
  return { end, lines, parts: lines.map((line) => /^(ok|FAIL) +(\w+) +\d+ ms/.exec(line)?.slice(1).join(" ")) };
}

test("does one thing of each kind, and says how long each took", async () => {
  const { end, lines, parts } = await run();
  expect(lines.join("\n")).not.toContain("FAIL");
  const kinds = ["health", "search", "statement", "key", "mail", "call"];
  expect(parts.slice(0, 6)).toEqual(kinds.map((kind) => `ok ${kind}`));
  expect([end, lines.at(-1)]).toEqual([0, "Everything answers."]);
  expect(cloud.ses.mailbox[0]).toMatchObject({ to: ["success@simulator.amazonses.com"] });
  expect(taken).toEqual([{ message: {} }]);
});

test("goes on after a part that fails, names the reason, and ends with 1", async () => {
  vi.stubEnv("AWS_ENDPOINT_URL_KMS", cloud.sqs.url);
  vi.stubEnv("DATABASE_DIRECT_URL", "postgresql://a:b@127.0.0.1:1/c");
  cloud.ses.account.isProduction = false;
  const { end, lines, parts } = await run();
  expect(parts.slice(0, 6)).toEqual(["ok health", "ok search", "FAIL statement", "FAIL key", "ok mail", "ok call"]);
  expect(lines[3]).toContain("KMS refused: InvalidSignatureException");
  expect([end, lines.at(-1)]).toEqual([1, "2 of these failed: see packages/docs/deploy.md."]);
});

test("is refused without an address or keys", async () => {
  await expect(run([])).rejects.toThrow("--url https://…");
  vi.stubEnv("AWS_ACCESS_KEY_ID", "");
  await expect(run()).rejects.toThrow("aws configure export-credentials");
});
