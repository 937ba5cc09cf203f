import { expect } from "vitest";

export const stacks = ["vault", "flights", "api", "watcher", "bookings", "delivery", "privacy", "analytics", "alarms"];
const store = ["DATABASE_URL", "UPSTASH_REDIS_REST_URL", "UPSTASH_REDIS_REST_TOKEN"];
const providers = [
  "FLIGHT_PROVIDER",
  "DUFFEL_ACCESS_TOKEN",
  "DUFFEL_CURRENCY",
  "FLIGHT_BUDGET_DUFFEL",
  "FLIGHT_WATCH_SHARE",
  "FLIGHT_CALLS_PER_ADDRESS",
  "FLIGHT_CALLS_PER_ACCOUNT",
  "FLIGHT_CALLS_UNPROVEN",
  "OFFER_SECRET",
  "OFFER_SECRET_BEFORE",
  "FLIGHT_CHAIN",
  "FLIGHT_HEDGE_AFTER",
];
const messages = ["MESSAGE_SECRET", "MESSAGE_SECRET_BEFORE", "PUSH_PRIVATE_KEY"];
const bot = ["TELEGRAM_BOT", "TELEGRAM_SECRET"];
const payments = ["STRIPE_KEY", "STRIPE_PUBLIC_KEY"];
const factors = ["FACTOR_SECRET", "FACTOR_SECRET_BEFORE", "PASSKEY_RP_ID"];
const edge = ["EDGE_SECRET", "EDGE_SECRET_BEFORE"];
const bare = ["@neondatabase/serverless", "aws4fetch", "valibot"];
const logging = ["@aws-lambda-powertools/commons", "@aws-lambda-powertools/logger", "@aws/lambda-invoke-store"];
const redis = ["@upstash/redis", "uncrypto"];
const sessions = ["@oslojs/binary", "@oslojs/encoding", "ipaddr.js", "lucia"];
/** Loaded where a passkey is checked, and never at the start. */
const passkeys = [
  "@hexagon/base64",
  "@levischuck/tiny-cbor",
  ...["android", "asym-key", "cms", "csr", "ecc", "pfx", "pkcs8", "pkcs9", "rsa", "schema"].map(asn1),
  ...["x509", "x509-attr", "x509-post-quantum"].map(asn1),
  "@peculiar/utils",
  "@peculiar/x509",
  "@simplewebauthn/server",
  "asn1js",
  "pvtsutils",
  "pvutils",
  "reflect-metadata",
  "tslib",
  "tsyringe",
];
/** Loaded where the language of a text is looked for. */
const languages = ["collapse-white-space", "franc-min", "n-gram", "trigram-utils"];
/** Loaded where an operator's text in Markdown is read, and "suncalc" where the light of a place is. */
const prose = [
  ...["character-entities", "decode-named-character-reference", "suncalc", "unist-util-stringify-position"],
  ...["from-markdown", "to-string"].map((name) => `mdast-util-${name}`),
  "micromark",
  "micromark-core-commonmark",
  ...["destination", "label", "space", "title", "whitespace"].map((name) => `micromark-factory-${name}`),
  ...["character", "chunked", "classify-character", "combine-extensions"].map((name) => `micromark-util-${name}`),
  ...["decode-numeric-character-reference", "decode-string", "edit-map"].map((name) => `micromark-util-${name}`),
  ...["html-tag-name", "normalize-identifier", "resolve-all", "subtokenize"].map((name) => `micromark-util-${name}`),
];
const http = ["@valibot/to-json-schema", "hono"];
const packages = [...bare, ...logging, ...redis];

function asn1(name: string): string {
  return `@peculiar/asn1-${name}`;
}

/** The permissions of a Lambda on the queue that it receives messages from. */
const receiving = (queue: string) => ({
  Effect: "Allow",
  Action: [
    "sqs:ReceiveMessage",
    "sqs:ChangeMessageVisibility",
    "sqs:GetQueueUrl",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
  ],
  Resource: [expect.stringMatching(new RegExp(`^${queue}Queue\\w+\\.Arn$`))],
});

/** What the API is told of the distribution. */
const distribution = { "Fn::GetAtt": [expect.stringMatching(/^site\w+$/), "DomainName"] };
const ownSite = {
  ALLOWED_ORIGINS: { "Fn::Join": ["", ["https://", distribution]] },
  PASSKEY_RP_ID: distribution,
};

/** What a Lambda needs to have work begun at once, by the variable and the work. */
const hurrying = (variable: string, work: string) => {
  const path = `/2015-03-31/functions/test-travel-conductor-${work}Now/invocations`;
  return {
    environment: {
      [variable]: { "Fn::Join": ["", ["https://lambda.eu-west-2.", { Ref: "AWS::URLSuffix" }, path]] },
    },
    may: {
      Effect: "Allow",
      Action: ["lambda:InvokeFunction"],
      Resource: [`arn:aws:lambda:eu-west-2:123456789012:function:test-travel-conductor-${work}Now`],
    },
  };
};
const { environment: waking, may: mayWake } = hurrying("DELIVER_LAMBDA_URL", "deliver");
const { environment: stepping, may: mayStep } = hurrying("BOOK_LAMBDA_URL", "book");
const { environment: exporting, may: mayExport } = hurrying("EXPORT_LAMBDA_URL", "export");
const { environment: helping, may: mayHelp } = hurrying("HELP_LAMBDA_URL", "help");
const { environment: removing, may: mayRemove } = hurrying("CARDS_LAMBDA_URL", "cards");

/** What a Lambda needs to seal and open. */
const vault = {
  KMS_KEY: { "Fn::ImportValue": expect.stringMatching(/-vault:ExportsOutputFnGetAttkey\w+Arn\w+$/) },
};
const maySeal = {
  Effect: "Allow",
  Action: ["kms:GenerateDataKey", "kms:Decrypt"],
  Resource: [expect.stringMatching(/-vault:ExportsOutputFnGetAttkey\w+Arn\w+$/)],
};

const heap = "--max-old-space-size=192 --max-semi-space-size=8";

/**
 * For each Lambda: its stack, its secrets, the packages it may carry, and the largest size in bytes of the code that
 * runs at its start.
 */
export const lambdas = [
  {
    stack: "api",
    bundle: "api/lambda",
    secrets: [
      ...store,
      ...providers,
      "ALLOWED_ORIGINS",
      ...factors,
      ...messages,
      ...bot,
      ...payments,
      "STRIPE_WEBHOOK_SECRET",
      "DUFFEL_WEBHOOK_SECRET",
      ...edge,
    ],
    shipped: [
      ...[...packages, ...sessions, ...http, ...passkeys, ...languages, ...prose],
      ...["libphonenumber-js", "mrz", "stripe"],
    ],
    maxStartBytes: 525_000,
    environment: {
      ...ownSite,
      ...waking,
      ...stepping,
      ...exporting,
      ...vault,
      REFRESH_QUEUE_URL: { "Fn::ImportValue": expect.stringMatching(/-flights:ExportsOutputRefrefreshQueue\w+$/) },
    },
    more: [
      {
        Effect: "Allow",
        Action: ["sqs:SendMessage"],
        Resource: [expect.stringMatching(/-flights:ExportsOutputFnGetAttrefreshQueue\w+Arn\w+$/)],
      },
      mayWake,
      mayStep,
      mayExport,
      maySeal,
      { Effect: "Allow", Action: ["ses:DeleteSuppressedDestination"], Resource: ["*"] },
    ],
  },
  {
    stack: "flights",
    bundle: "queue/refresh",
    secrets: [...store, ...providers],
    shipped: packages,
    maxStartBytes: 188_000,
    after: [receiving("refresh")],
  },
  {
    stack: "watcher",
    bundle: "cron/sweep",
    secrets: [...store, ...providers],
    shipped: packages,
    maxStartBytes: 288_000,
    environment: {
      ...helping,
      ...waking,
      NODE_OPTIONS: heap,
    },
    more: [mayHelp, mayWake],
  },
  {
    stack: "watcher",
    bundle: "hurried/sweep",
    secrets: [...store, ...providers],
    shipped: packages,
    maxStartBytes: 288_000,
    environment: { ...waking, NODE_OPTIONS: heap },
    more: [mayWake],
  },
  {
    stack: "watcher",
    bundle: "cron/provider-counts",
    secrets: [...store, ...providers],
    shipped: packages,
    maxStartBytes: 188_000,
  },
  {
    stack: "delivery",
    bundle: "queue/feedback",
    secrets: store,
    shipped: [...bare, ...logging, ...redis],
    maxStartBytes: 154_000,
    more: [
      { Effect: "Allow", Action: ["sqs:SendMessage"], Resource: [expect.stringMatching(/^feedbackDead\w+\.Arn$/)] },
    ],
  },
  {
    stack: "bookings",
    bundle: "hurried/book",
    secrets: [...store, ...providers, ...payments],
    environment: { ...waking, ...stepping, ...vault },
    shipped: [...packages, "libphonenumber-js", "mrz", "stripe"],
    maxStartBytes: 223_000,
    more: [mayWake, mayStep, maySeal],
  },
  {
    stack: "delivery",
    bundle: "cron/wake",
    secrets: store,
    environment: { ...waking, ...stepping, ...exporting, ...removing },
    shipped: ["aws4fetch", "valibot", ...logging, ...redis],
    maxStartBytes: 136_000,
    more: [mayWake, mayStep, mayExport, mayRemove],
  },
  {
    stack: "delivery",
    bundle: "hurried/deliver",
    secrets: [...store, "MAIL_FROM", "APP_URL", ...messages, "TELEGRAM_TOKEN"],
    environment: {
      SES_CONFIGURATION_SET: "test-travel-conductor-delivery-mail",
      APP_URL: {
        "Fn::Join": [
          "",
          ["https://", { "Fn::ImportValue": expect.stringMatching(/-api:ExportsOutputFnGetAttsite\w+DomainName\w+$/) }],
        ],
      },
    },
    shipped: [...bare, ...logging, ...redis],
    // The words of all letters in two languages are 50 kB of it.
    maxStartBytes: 308_000,
    more: [
      {
        Effect: "Allow",
        Action: ["ses:SendEmail"],
        Resource: [
          "arn:aws:ses:eu-west-2:123456789012:identity/*",
          "arn:aws:ses:eu-west-2:123456789012:configuration-set/test-travel-conductor-delivery-mail",
        ],
      },
      { Effect: "Allow", Action: ["ses:GetAccount"], Resource: ["*"] },
    ],
  },
  {
    stack: "privacy",
    bundle: "hurried/export",
    secrets: store,
    environment: { ...waking, ...vault },
    // Stripe's package is behind the door of payments, and never loaded.
    shipped: [...bare, ...logging, ...redis, ...sessions, "stripe"],
    maxStartBytes: 190_000,
    more: [mayWake, maySeal],
  },
  {
    stack: "privacy",
    bundle: "cron/clean",
    secrets: store,
    environment: waking,
    // As those of the senders.
    shipped: [...bare, ...logging, ...redis],
    maxStartBytes: 254_000,
    more: [mayWake],
  },
  {
    stack: "privacy",
    bundle: "hurried/cards",
    secrets: [...store, ...payments],
    shipped: [...bare, ...logging, ...redis, "stripe"],
    maxStartBytes: 148_000,
  },
  {
    stack: "analytics",
    bundle: "cron/flush",
    secrets: [...store, ...providers],
    shipped: packages,
    maxStartBytes: 220_000,
  },
  { stack: "analytics", bundle: "cron/maintenance", secrets: store, shipped: packages, maxStartBytes: 221_000 },
];
