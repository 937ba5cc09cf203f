import { randomBytes } from "node:crypto";
import pg from "pg";
import { type Lambdas, startInvoke } from "./invoke.ts";
import { type KmsGateway, keptMasterKey, startKms } from "./kms.ts";
import { startNeon } from "./neon.ts";
import { type Options, startPostgres } from "./postgres.ts";
import { ask as askRedis, startRedis } from "./redis.ts";
import { configurationSet, type Mail, type SesGateway, startSes } from "./ses.ts";
import { type SqsGateway, startSqs } from "./sqs.ts";
import { type StripeGateway, startStripe } from "./stripe.ts";
import { startTelegram, type TelegramBot } from "./telegram.ts";
import { Trouble } from "./trouble.ts";
import { startUpstash } from "./upstash.ts";

/** Postgres, Redis, a mailbox and queues behind gateways that speak the protocols of the cloud. */
export type Services = {
  /** The product's environment. The product cannot tell it from the cloud's. */
  environment: {
    DATABASE_URL: string;
    DATABASE_HTTP_ENDPOINT: string;
    UPSTASH_REDIS_REST_URL: string;
    UPSTASH_REDIS_REST_TOKEN: string;
    AWS_ENDPOINT_URL_SESV2: string;
    AWS_ACCESS_KEY_ID: string;
    AWS_SECRET_ACCESS_KEY: string;
    MAIL_FROM: string;
    SES_CONFIGURATION_SET: string;
    REFRESH_QUEUE_URL: string;
    HELP_LAMBDA_URL: string;
    TELEGRAM_BOT: string;
    TELEGRAM_TOKEN: string;
    TELEGRAM_SECRET: string;
    TELEGRAM_URL: string;
    DELIVER_LAMBDA_URL: string;
    BOOK_LAMBDA_URL: string;
    EXPORT_LAMBDA_URL: string;
    CARDS_LAMBDA_URL: string;
    KMS_KEY: string;
    KMS_URL: string;
    STRIPE_KEY: string;
    STRIPE_PUBLIC_KEY: string;
    STRIPE_WEBHOOK_SECRET: string;
    STRIPE_URL: string;
  };
  /** All mail until now, newest first. */
  mailbox: Mail[];
  /** The mail service: what it may do, the addresses on its list, and its events. */
  ses: Pick<SesGateway, "account" | "suppressed" | "listen">;
  queues: SqsGateway["queues"];
  /** The Lambdas that the product calls without waiting for them. */
  lambdas: Lambdas;
  /** The key management service, and what it was asked. */
  kms: KmsGateway;
  /** The bot that people write to. */
  telegram: TelegramBot;
  /** Where cards and payments are. */
  stripe: StripeGateway;
  /** The same servers without their gateways, for node-postgres and ioredis. */
  direct: { postgres: string; redis: string };
  /** The number of HTTP requests that each gateway has had until now. */
  requests: () => { postgres: number; redis: number };
  stop: () => Promise<void>;
};

/**
 * Starts the gateways, and before them the servers that are not given: a Postgres (with the options `postgres`) without
 * `databaseUrl`, a Redis without `redisUrl`. The key of KMS is kept in `masterKeyFile`, without which it is a new one. `stop`, or a failure of a later part, stops the started parts, last first.
 * @throws Trouble when a server does not start, or a given server does not answer
 */
export async function startServices(options: {
  databaseUrl?: string | undefined;
  redisUrl?: string | undefined;
  postgres?: Options;
  masterKeyFile?: string;
  /** The file that the stand-in for Stripe keeps its state in. */
  stripeFile?: string | undefined;
}): Promise<Services> {
  const started: { stop: () => Promise<void> }[] = [];
  const stop = async () => {
    for (const each of started.reverse().splice(0)) await each.stop();
  };
  const keep = <T extends { stop: () => Promise<void> }>(part: T): T => {
    started.push(part);
    return part;
  };
  try {
    const { databaseUrl, redisUrl } = options;
    if (databaseUrl) await reach("DATABASE_URL", () => askPostgres(databaseUrl));
    if (redisUrl) await reach("REDIS_URL", () => askRedis(redisUrl));
    const postgres = databaseUrl || keep(await startPostgres(options.postgres ?? {})).url;
    const redis = redisUrl || keep(await startRedis()).url;
    const token = randomBytes(18).toString("base64url");
    const neon = keep(await startNeon(postgres, token));
    const upstash = keep(await startUpstash(redis, token));
    const from = "Travel Conductor <mail@example.com>";
    const key = { id: "local", secret: token };
    const ses = keep(await startSes(key, from));
    const sqs = keep(await startSqs(key));
    const invoke = keep(await startInvoke(key));
    const kms = keep(await startKms(key, options.masterKeyFile ? keptMasterKey(options.masterKeyFile) : undefined));
    const telegram = keep(await startTelegram());
    const stripe = keep(await startStripe({ file: options.stripeFile }));
    return {
      environment: {
        DATABASE_URL: neon.connection,
        DATABASE_HTTP_ENDPOINT: neon.url,
        UPSTASH_REDIS_REST_URL: upstash.url,
        UPSTASH_REDIS_REST_TOKEN: token,
        AWS_ENDPOINT_URL_SESV2: ses.url,
        AWS_ACCESS_KEY_ID: "local",
        AWS_SECRET_ACCESS_KEY: token,
        MAIL_FROM: from,
        SES_CONFIGURATION_SET: configurationSet,
        REFRESH_QUEUE_URL: sqs.urlOf(sqs.queues.refresh),
        HELP_LAMBDA_URL: invoke.urlOf(invoke.lambdas.help),
        TELEGRAM_BOT: telegram.bot,
        TELEGRAM_TOKEN: telegram.token,
        TELEGRAM_SECRET: randomBytes(24).toString("hex"),
        TELEGRAM_URL: telegram.url,
        DELIVER_LAMBDA_URL: invoke.urlOf(invoke.lambdas.deliver),
        BOOK_LAMBDA_URL: invoke.urlOf(invoke.lambdas.book),
        EXPORT_LAMBDA_URL: invoke.urlOf(invoke.lambdas.export),
        CARDS_LAMBDA_URL: invoke.urlOf(invoke.lambdas.cards),
        KMS_KEY: kms.key,
        KMS_URL: kms.url,
        STRIPE_KEY: stripe.key,
        STRIPE_PUBLIC_KEY: stripe.publicKey,
        STRIPE_WEBHOOK_SECRET: stripe.signing,
        STRIPE_URL: stripe.url,
      },
      mailbox: ses.mailbox,
      ses,
      queues: sqs.queues,
      lambdas: invoke.lambdas,
      kms,
      telegram,
      stripe,
      direct: { postgres, redis },
      requests: () => ({ postgres: neon.requests, redis: upstash.requests }),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function reach(variable: string, ask: () => Promise<void>): Promise<void> {
  await ask().catch((error: Error & { code?: string }) => {
    throw new Trouble(`The server that ${variable} names does not let us in: ${error.message || error.code}`);
  });
}

async function askPostgres(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.end();
}
