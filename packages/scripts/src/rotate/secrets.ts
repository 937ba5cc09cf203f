import { createECDH, randomBytes } from "node:crypto";

/**
 * How a secret is rotated. `own`: we make it, sign with it, and check it in other processes. `shared`: another service
 * signs with it and we check; `isOurs` where we make it. `edge`: the distribution sends it, and has it from a deploy.
 * `given`: another service makes it and checks it, and we only show it. `setting`: it opens nothing.
 */
export type Secret = {
  kind: "own" | "shared" | "edge" | "given" | "setting";
  make?: () => string;
  /** What is to be done once both versions are accepted, or once the new value is in use. */
  next: string;
  /** What is sealed with it, and has to be sealed anew before a version is dropped. */
  seals?: "factor" | "channel";
};

const text = () => randomBytes(32).toString("base64url");

function pushKey(): string {
  const pair = createECDH("prime256v1");
  pair.generateKeys();
  // Without the zeros at its front the key can be shorter than 32 bytes.
  return Buffer.concat([Buffer.alloc(32), pair.getPrivateKey()])
    .subarray(-32)
    .toString("base64url");
}

/** What the stacks keep beside the secrets (stacks/secrets.ts). A change of it has to reach the Lambdas too. */
const settings = [
  "UPSTASH_REDIS_REST_URL",
  "ALLOWED_ORIGINS",
  "MAIL_FROM",
  "APP_URL",
  "FLIGHT_PROVIDER",
  "DUFFEL_CURRENCY",
  "FLIGHT_BUDGET_DUFFEL",
  "FLIGHT_WATCH_SHARE",
  "FLIGHT_CALLS_PER_ADDRESS",
  "FLIGHT_CALLS_PER_ACCOUNT",
  "FLIGHT_CALLS_UNPROVEN",
  "FLIGHT_CHAIN",
  "FLIGHT_HEDGE_AFTER",
  "PASSKEY_RP_ID",
  "TELEGRAM_BOT",
  "STRIPE_PUBLIC_KEY",
];

/** Every secret that the stacks declare, and those that .env.example has beside. */
export const secrets: Record<string, Secret> = {
  OFFER_SECRET: {
    kind: "own",
    make: text,
    next: "Ids of offers live for an hour: drop the old version then.",
  },
  FACTOR_SECRET: {
    kind: "own",
    make: text,
    seals: "factor",
    next: "Drop the old version at any time: that seals the secrets of apps anew first.",
  },
  MESSAGE_SECRET: {
    kind: "own",
    make: text,
    seals: "channel",
    next: "Links to unsubscribe are valid for two years. Drop the old version then, or now if it has become known.",
  },
  PUSH_PRIVATE_KEY: {
    kind: "own",
    make: pushKey,
    next: "Browsers that subscribed before have the old key: once it is dropped they must be added again.",
  },
  EDGE_SECRET: {
    kind: "edge",
    make: text,
    next: "Deploy now, so that the distribution sends the new version; then drop the old one.",
  },
  TELEGRAM_SECRET: {
    kind: "shared",
    make: text,
    next: "Tell Telegram by setWebhook (docs/deploy.md), then drop the old version.",
  },
  STRIPE_WEBHOOK_SECRET: {
    kind: "shared",
    next: "Drop the old version when Stripe no longer signs with it: at once, or after the 24 hours that it offers.",
  },
  DUFFEL_WEBHOOK_SECRET: {
    kind: "shared",
    next: "Delete the old webhook at Duffel; after three days no event of it is repeated: drop the old version then.",
  },
  STRIPE_KEY: { kind: "given", next: "Expire the old key in Stripe's dashboard." },
  DUFFEL_ACCESS_TOKEN: { kind: "given", next: "Delete the old token at Duffel." },
  TELEGRAM_TOKEN: { kind: "given", next: "Telegram ended the old token when it made this one." },
  DATABASE_URL: {
    kind: "given",
    next: "Drop the old role in five minutes, when no run is left that began before (docs/security.md).",
  },
  UPSTASH_REDIS_REST_TOKEN: { kind: "given", next: "Upstash ended the old token when it made this one." },
  ...Object.fromEntries(
    settings.map((name) => [name, { kind: "setting", next: "The Lambdas work with it." }] as const),
  ),
};
