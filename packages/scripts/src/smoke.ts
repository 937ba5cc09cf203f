import { pathToFileURL } from "node:url";
import { parseAddress } from "@travel-conductor/core/base/address";
import { AwsClient } from "aws4fetch";
import pg from "pg";
import { Refused, run } from "./command.ts";
import { directOf } from "./deploy/database.ts";
import { readSecrets, type Secrets } from "./deploy/secrets.ts";
import { requireKeys, type Stage, stageOf } from "./deploy/stage.ts";

/** An address at SES that takes every letter: nothing is counted as a bounce, and nobody reads it. */
const simulator = "success@simulator.amazonses.com";

type Part = { name: string; check: () => Promise<string> };

/**
 * Does one thing of each kind against a stage: a request of the API, a search, a statement, a key, a letter, and a call
 * of a Lambda. Says how each went and how long it took (ms); one that fails does not stop those after it.
 * AWS_ENDPOINT_URL_SSM, …_SESV2, …_KMS and …_LAMBDA are other addresses of these services.
 * @returns 0 when everything went well, else 1
 * @throws Refused when the stage, its address or its secrets cannot be had
 */
export async function smoke(args: string[], say: (line: string) => void): Promise<number> {
  const stage = stageOf("smoke", args);
  requireKeys();
  const secrets = await readSecrets(stage, ["DATABASE_URL", "MAIL_FROM", "APP_URL"]);
  const url = urlOf(args, secrets);
  let failed = 0;
  for (const { name, check } of partsOf(stage, url, secrets)) {
    const begin = performance.now();
    const [mark, what] = await check().then(
      (said) => ["ok  ", said],
      (error: Error) => ["FAIL", error.message],
    );
    failed += mark === "FAIL" ? 1 : 0;
    say(`${mark} ${name.padEnd(9)} ${String(Math.round(performance.now() - begin)).padStart(6)} ms  ${what}`);
  }
  say(failed === 0 ? "Everything answers." : `${failed} of these failed: see packages/docs/deploy.md.`);
  return failed === 0 ? 0 : 1;
}

function urlOf(args: string[], { APP_URL }: Secrets): string {
  const at = args.indexOf("--url");
  const domain = process.env.WEB_DOMAIN;
  const url = (at < 0 ? undefined : args[at + 1]) ?? (domain ? `https://${domain}` : APP_URL);
  if (url && parseAddress(url)) return url;
  throw new Refused("Where is the stage? --url https://…, the `url` that the deploy printed, or WEB_DOMAIN.");
}

function partsOf(stage: Stage, url: string, secrets: Secrets): Part[] {
  return [
    { name: "health", check: () => health(url) },
    { name: "search", check: () => search(url) },
    { name: "statement", check: () => statement(secrets) },
    { name: "key", check: () => dataKey(stage) },
    { name: "mail", check: () => letter(stage, secrets) },
    { name: "call", check: () => callSender(stage) },
  ];
}

async function health(url: string): Promise<string> {
  const { mail } = await get<{ mail: string | null }>(new URL("/health", url));
  return `Postgres and Redis answer the API${mail === "sandbox" ? "; SES is in its sandbox" : ""}`;
}

async function search(url: string): Promise<string> {
  const departureDate = new Date(Date.now() + 60 * 86_400_000).toISOString().slice(0, 10);
  const question = new URLSearchParams({ origin: "LHR", destination: "JFK", departureDate });
  const { items } = await get<{ items: object[] }>(new URL(`/v1/flights?${question}`, url));
  if (items.length === 0) throw new Error(`no offers from LHR to JFK on ${departureDate}`);
  return `${items.length} offers from LHR to JFK on ${departureDate}`;
}

async function get<T>(url: URL): Promise<T> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(30_000), redirect: "error" });
  const body = await answer.text();
  if (!answer.ok)
    throw new Error(`${url.pathname} answers ${answer.status} ${/"code":"([\w.]+)"/.exec(body)?.[1] ?? ""}`);
  return JSON.parse(body) as T;
}

async function statement({ DATABASE_URL = "" }: Secrets): Promise<string> {
  const connectionString = process.env.DATABASE_DIRECT_URL ?? directOf(DATABASE_URL);
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 15_000 });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>("select name from migrations order by name desc limit 1");
    return `the schema is that of ${rows[0]?.name}`;
  } finally {
    await client.end();
  }
}

/** Has a data key made and unwrapped, as the vault does, for a use of its own. */
async function dataKey(stage: Stage): Promise<string> {
  const KeyId = `alias/${stage.name}-travel-conductor-vault`;
  const EncryptionContext = { service: "travel-conductor", stage: stage.name, use: "smoke" };
  const ask = (operation: string, body: object) =>
    call<{ CiphertextBlob: string; Plaintext: string }>(stage, "kms", `TrentService.${operation}`, "1.1", body);
  const made = await ask("GenerateDataKey", { KeyId, KeySpec: "AES_256", EncryptionContext });
  const opened = await ask("Decrypt", { CiphertextBlob: made.CiphertextBlob, EncryptionContext });
  if (opened.Plaintext !== made.Plaintext) throw new Error("KMS unwrapped another key than it made");
  return `${KeyId} made a data key and unwrapped it`;
}

async function letter(stage: Stage, { MAIL_FROM }: Secrets): Promise<string> {
  if (!MAIL_FROM) throw new Error("MAIL_FROM is not set, so no mail is sent");
  const Text = { Data: `A letter of \`npm run smoke\`, stage ${stage.name}.`, Charset: "UTF-8" };
  const Simple = { Subject: { Data: "Smoke", Charset: "UTF-8" }, Body: { Text, Html: Text } };
  const { MessageId } = await sign<{ MessageId: string }>(stage, "ses", "/v2/email/outbound-emails", {
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      FromEmailAddress: MAIL_FROM,
      Destination: { ToAddresses: [simulator] },
      Content: { Simple },
    }),
  });
  return `SES took a letter to ${simulator}: ${MessageId}`;
}

/** Calls the sender of messages, as a request that queued one does. */
async function callSender(stage: Stage): Promise<string> {
  const name = `${stage.name}-travel-conductor-deliverNow`;
  await sign(stage, "lambda", `/2015-03-31/functions/${name}/invocations`, {
    headers: { "content-type": "application/json", "x-amz-invocation-type": "Event" },
    body: JSON.stringify({ message: {} }),
  });
  return `${name} was called, and Lambda took the call: its log says what it sent`;
}

/** One operation of a service that speaks AWS's JSON protocol. */
async function call<T>(stage: Stage, service: string, target: string, version: string, body: object): Promise<T> {
  const headers = { "content-type": `application/x-amz-json-${version}`, "x-amz-target": target };
  return sign(stage, service, "/", { headers, body: JSON.stringify(body) });
}

const hosts: Record<string, string> = { ses: "email" };

async function sign<T>({ region }: Stage, service: string, path: string, init: RequestInit): Promise<T> {
  const client = new AwsClient({ ...requireKeys(), region, service, retries: 0 });
  const given = process.env[`AWS_ENDPOINT_URL_${service === "ses" ? "SESV2" : service.toUpperCase()}`];
  const host = given ?? `https://${hosts[service] ?? service}.${region}.amazonaws.com`;
  const answer = await client.fetch(new URL(path, host).href, {
    ...init,
    method: "POST",
    signal: AbortSignal.timeout(10_000),
  });
  const text = await answer.text();
  if (answer.ok) return JSON.parse(text || "{}") as T;
  const type = answer.headers.get("x-amzn-errortype") ?? (JSON.parse(text || "{}") as { __type?: string }).__type;
  throw new Error(`${service.toUpperCase()} refused: ${type?.replace(/^.*#/, "") ?? answer.status}`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await run((args) => smoke(args, console.log));
