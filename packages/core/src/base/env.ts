import { AwsClient } from "aws4fetch";
import * as v from "valibot";
import { versionsOf } from "./versions.ts";

const Count = v.pipe(v.string(), v.regex(/^\d{1,9}$/, "must be a whole number"), v.transform(Number));

/** One version of a secret a line (versions.ts), each of which must match. */
const versions = (form: RegExp, fault: string) =>
  v.pipe(
    v.string(),
    v.check((text) => versionsOf(text).every((version) => form.test(version)), fault),
    v.check((text) => versionsOf(text).length > 0, fault),
  );
const atLeast = (length: number) => versions(new RegExp(`^.{${length},}$`), `must have at least ${length} characters`);

const EdgeSecret = v.pipe(
  v.string(),
  v.regex(/^[\x21-\x7e]{32,1024}$/, "must have at least 32 characters of ASCII, without spaces"),
);

const Env = v.object({
  DATABASE_URL: v.pipe(v.string(), v.regex(/^postgres(ql)?:\/\//, "must begin with postgresql://")),
  /** Where the Neon driver posts its SQL; unset, Neon's own address for the host in DATABASE_URL. */
  DATABASE_HTTP_ENDPOINT: v.optional(v.pipe(v.string(), v.url())),
  UPSTASH_REDIS_REST_URL: v.pipe(v.string(), v.url()),
  UPSTASH_REDIS_REST_TOKEN: v.pipe(v.string(), v.minLength(1)),
  /** Comma-separated origins that may call the API with a cookie. */
  ALLOWED_ORIGINS: v.optional(v.string(), ""),
  /** The address that links in mail lead to. Without it, or without MAIL_FROM, no mail is sent. */
  APP_URL: v.optional(v.pipe(v.string(), v.url())),
  /** The sender of mail, an address that SES has verified. */
  MAIL_FROM: v.optional(v.string()),
  /** Set by SST in the cloud: the name of the stage. */
  SST_STAGE: v.optional(v.string()),
  AWS_REGION: v.optional(v.string(), "us-east-1"),
  /** Where mail is posted; unset, SES's own address in the region. */
  AWS_ENDPOINT_URL_SESV2: v.optional(v.pipe(v.string(), v.url())),
  /** The configuration set of SES that reports what becomes of letters; unset, nothing is reported. */
  SES_CONFIGURATION_SET: v.optional(
    v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/, "must be the name of a configuration set")),
  ),
  /** The key of KMS that wraps the keys of the vault: its id, its ARN, or an alias. Without it nothing can be sealed. */
  KMS_KEY: v.optional(v.pipe(v.string(), v.regex(/^[\w:/-]{1,2048}$/, "must be the id, ARN or alias of a key"))),
  /** Where KMS is; unset, its own address in the region. */
  KMS_URL: v.optional(v.pipe(v.string(), v.url())),
  /** The SQS queue that tickets for stale searches go to. */
  REFRESH_QUEUE_URL: v.optional(v.pipe(v.string(), v.url())),
  /** Where the Lambda is called that helps with a sweep. */
  HELP_LAMBDA_URL: v.optional(v.pipe(v.string(), v.url())),
  /** Where the Lambda is called that sends messages at once. */
  DELIVER_LAMBDA_URL: v.optional(v.pipe(v.string(), v.url())),
  /** Where the Lambda is called that takes a booking's next step at once. */
  BOOK_LAMBDA_URL: v.optional(v.pipe(v.string(), v.url())),
  /** Where the Lambda is called that prepares requested exports at once. */
  EXPORT_LAMBDA_URL: v.optional(v.pipe(v.string(), v.url())),
  /** Where the Lambda is called that removes cards at Stripe. */
  CARDS_LAMBDA_URL: v.optional(v.pipe(v.string(), v.url())),
  /** How long a quiet stage gathers what can wait (minutes), so that Postgres sleeps between; 0 gathers nothing. */
  GATHER_MINUTES: v.optional(v.pipe(Count, v.maxValue(120)), "30"),
  /** The provider of fares: by default Duffel where its token is set, else the simulated market, except in a stage. */
  FLIGHT_PROVIDER: v.optional(v.picklist(["duffel", "simulator"])),
  /** The token of an account at Duffel, a real provider; one of its test mode begins with duffel_test_. */
  DUFFEL_ACCESS_TOKEN: v.optional(v.pipe(v.string(), v.minLength(1))),
  /** What Duffel signs its events with; of several versions, one a line, each is accepted. */
  DUFFEL_WEBHOOK_SECRET: v.optional(atLeast(8)),
  DUFFEL_URL: v.optional(v.pipe(v.string(), v.url()), "https://api.duffel.com"),
  /** The currency of the account at Duffel, which its prices are in. */
  DUFFEL_CURRENCY: v.optional(v.pipe(v.string(), v.regex(/^[A-Z]{3}$/, "must be a currency code, such as GBP"))),
  /** The most calls to Duffel a month (UTC), searches and confirmations. Duffel is not asked without it. */
  FLIGHT_BUDGET_DUFFEL: v.optional(Count),
  /** The percentage of a budget that is kept for watches; people have the rest. */
  FLIGHT_WATCH_SHARE: v.optional(v.pipe(Count, v.maxValue(100)), "50"),
  /** The most provider calls a day (UTC): of an address, of an account, of one whose e-mail address is not proven. */
  FLIGHT_CALLS_PER_ADDRESS: v.optional(Count, "200"),
  FLIGHT_CALLS_PER_ACCOUNT: v.optional(Count, "2000"),
  FLIGHT_CALLS_UNPROVEN: v.optional(Count, "50"),
  /**
   * Signs the ids of offers; required where SST_STAGE is set. The first version signs, and all are accepted, as for the
   * next two; those in the variable before count as older versions.
   */
  OFFER_SECRET: v.optional(atLeast(16)),
  OFFER_SECRET_BEFORE: v.optional(atLeast(16)),
  /** Encrypts the secrets of apps for codes. */
  FACTOR_SECRET: v.optional(atLeast(32)),
  FACTOR_SECRET_BEFORE: v.optional(atLeast(32)),
  /** Signs links in messages, and seals the addresses of channels; the secrets of webhooks are derived from it. */
  MESSAGE_SECRET: v.optional(atLeast(32)),
  MESSAGE_SECRET_BEFORE: v.optional(atLeast(32)),
  /** `yes` lets channels reach this machine itself, for development: a deployed stage does not start with it. */
  CHANNELS_TO_LOOPBACK: v.optional(v.literal("yes")),
  /** The name of the Telegram bot, without @; its token, and what Telegram sends with each update (with versions). */
  TELEGRAM_BOT: v.optional(v.pipe(v.string(), v.regex(/^\w{5,32}$/, "must be the name of a bot"))),
  TELEGRAM_TOKEN: v.optional(v.pipe(v.string(), v.minLength(20))),
  TELEGRAM_SECRET: v.optional(versions(/^[\w-]{32,256}$/, "must have 32 to 256 letters, digits, _ or -")),
  TELEGRAM_URL: v.optional(v.pipe(v.string(), v.url()), "https://api.telegram.org"),
  /** Stripe holds the cards. The secret key and the one that browsers get, both of test mode or both live. */
  STRIPE_KEY: v.optional(v.pipe(v.string(), v.regex(/^[sr]k_(test|live)_\w+$/, "must be a secret key of Stripe"))),
  STRIPE_PUBLIC_KEY: v.optional(v.pipe(v.string(), v.regex(/^pk_(test|live)_\w+$/, "must be a public key of Stripe"))),
  /** What Stripe signs its events with; of several versions, one a line, each is accepted. */
  STRIPE_WEBHOOK_SECRET: v.optional(versions(/^whsec_\w+$/, "must begin with whsec_")),
  /** Where a stand-in for Stripe is, for development: no process starts with it and a live key. */
  STRIPE_URL: v.optional(v.pipe(v.string(), v.url())),
  /** The keys of web push (VAPID): P-256, the private one in base64url; browsers subscribe with the first version. */
  PUSH_PRIVATE_KEY: v.optional(versions(/^[\w-]{43}$/, "must be 32 bytes in base64url")),
  /**
   * The distribution sends it with each request; only beside it is the viewer's address believed. The secret before is
   * accepted too, so that it can be changed.
   */
  EDGE_SECRET: v.optional(EdgeSecret),
  EDGE_SECRET_BEFORE: v.optional(EdgeSecret),
  /** Where weaknesses are reported (RFC 9116), and the day (UTC) from which on that is no longer sure. */
  SECURITY_CONTACT: v.optional(
    v.pipe(v.string(), v.regex(/^(mailto:|https:\/\/)[\x21-\x7e]{1,500}$/, "must be mailto:… or https:…")),
  ),
  SECURITY_EXPIRES: v.optional(v.pipe(v.string(), v.isoDate("must be a day, such as 2027-06-30"))),
  /** The domain that passkeys belong to; unset, the host of the first of ALLOWED_ORIGINS. */
  PASSKEY_RP_ID: v.optional(v.pipe(v.string(), v.regex(/^[a-z0-9.-]{1,253}$/, "must be a domain"))),
  /** How several providers are asked: the next one when one fails, the next one when one is slow, or all. */
  FLIGHT_CHAIN: v.optional(v.picklist(["failover", "hedge", "merge"]), "failover"),
  /** After how many milliseconds a provider counts as slow. */
  FLIGHT_HEDGE_AFTER: v.optional(Count, "2000"),
});

/**
 * The environment of the process, read and checked once at start. In Lambda the secrets are in SSM (SST's Config): the
 * variable says so, and they are fetched by signed requests before anything else runs.
 */
const parsed = v.safeParse(Env, { ...process.env, ...(await secrets(process.env)) });
if (!parsed.success) {
  const faults = parsed.issues.map((issue) => `${v.getDotPath(issue)}: ${issue.message}`);
  throw new Error(`The environment is incomplete. See .env.example.\n  ${faults.join("\n  ")}`);
}
if (parsed.output.FLIGHT_PROVIDER === "duffel" && parsed.output.DUFFEL_ACCESS_TOKEN === undefined) {
  throw new Error("DUFFEL_ACCESS_TOKEN: must be set for FLIGHT_PROVIDER=duffel. See .env.example.");
}
if (parsed.output.DUFFEL_ACCESS_TOKEN && parsed.output.FLIGHT_BUDGET_DUFFEL === undefined) {
  throw new Error("FLIGHT_BUDGET_DUFFEL: must say how many calls to Duffel a month may cost. See .env.example.");
}
if (parsed.output.SST_STAGE && parsed.output.CHANNELS_TO_LOOPBACK) {
  throw new Error("CHANNELS_TO_LOOPBACK: must not be set where SST_STAGE is. See .env.example.");
}
const { STRIPE_KEY: stripeKey, STRIPE_PUBLIC_KEY: publicKey, STRIPE_URL: standIn } = parsed.output;
if (stripeKey?.includes("_live_") && standIn) {
  throw new Error("STRIPE_URL: must not be set with a live STRIPE_KEY. See .env.example.");
}
if (stripeKey?.includes("_live_") !== publicKey?.includes("_live_")) {
  throw new Error("STRIPE_PUBLIC_KEY: must be set with STRIPE_KEY, and be of the same mode. See .env.example.");
}
export const env = parsed.output;

/** Signs requests to an AWS service with this process's credentials; a failed request is repeated `retries` times. */
export function aws(service: string, retries: number): AwsClient {
  const given = process.env;
  return new AwsClient({
    accessKeyId: given.AWS_ACCESS_KEY_ID ?? "",
    secretAccessKey: given.AWS_SECRET_ACCESS_KEY ?? "",
    ...(given.AWS_SESSION_TOKEN ? { sessionToken: given.AWS_SESSION_TOKEN } : {}),
    region: given.AWS_REGION ?? "us-east-1",
    service,
    retries,
  });
}

/** The value of a secret in this stage, or else the shared fallback value. */
async function secrets(given: NodeJS.ProcessEnv): Promise<Record<string, string>> {
  const prefix = "SST_Secret_value_";
  const names = Object.keys(given)
    .filter((name) => name.startsWith(prefix) && given[name] === "__FETCH_FROM_SSM__")
    .map((name) => name.slice(prefix.length));
  const places = [given.SST_SSM_PREFIX, `/sst/${given.SST_APP}/.fallback/`].map((place) => `${place}Secret/`);
  const paths = names.flatMap((name) => places.map((place) => `${place}${name}/value`));
  const batches = Array.from({ length: Math.ceil(paths.length / 10) }, (_, i) => paths.slice(i * 10, i * 10 + 10));
  const values = new Map((await Promise.all(batches.map((batch) => parameters(batch, given)))).flat());
  const found = names.map((name) => [name, places.map((place) => values.get(`${place}${name}/value`)).find(Boolean)]);
  return Object.fromEntries(found.filter(([, value]) => value !== undefined));
}

/** SSM's GetParameters for up to ten names: returns those it knows, with their values. */
async function parameters(names: string[], given: NodeJS.ProcessEnv): Promise<[name: string, value: string][]> {
  const region = given.AWS_REGION ?? "us-east-1";
  const response = await aws("ssm", 2).fetch(given.AWS_ENDPOINT_URL_SSM ?? `https://ssm.${region}.amazonaws.com/`, {
    method: "POST",
    headers: { "content-type": "application/x-amz-json-1.1", "x-amz-target": "AmazonSSM.GetParameters" },
    body: JSON.stringify({ Names: names, WithDecryption: true }),
    signal: AbortSignal.timeout(5000),
  });
  if (!response.ok) throw new Error(`SSM answered ${response.status} when asked for the secrets`);
  const { Parameters } = (await response.json()) as { Parameters: { Name: string; Value: string }[] };
  return Parameters.map(({ Name, Value }) => [Name, Value]);
}
