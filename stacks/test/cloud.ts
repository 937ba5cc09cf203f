import { startInvoke } from "@travel-conductor/local/invoke";
import { startKms } from "@travel-conductor/local/kms";
import { key, type Lambda, load } from "@travel-conductor/local/lambda";
import { startSes } from "@travel-conductor/local/ses";
import { startSqs } from "@travel-conductor/local/sqs";
import type { Bundle } from "../synth.ts";
import { ssm } from "./ssm.ts";

const MAIL_FROM = "Travel Conductor <mail@example.com>";

/** The secrets that every Lambda needs to reach its stores. */
export const secrets = ["DATABASE_URL", "UPSTASH_REDIS_REST_URL", "UPSTASH_REDIS_REST_TOKEN"];

/** Returns the name under which SST keeps a secret of the stage. */
export const path = (name: string, place = "test") => `/sst/travel-conductor/${place}/Secret/${name}/value`;

/**
 * Starts stand-ins for the AWS services that the bundles use: secrets (`parameters` in addition to the stores'), mail,
 * queues, keys and calls of other Lambdas.
 */
export async function startCloud(bundles: Record<string, Bundle>, parameters: Record<string, string> = {}) {
  const store = await ssm({
    [path("DATABASE_URL")]: process.env.DATABASE_URL ?? "",
    [path("DATABASE_URL", ".fallback")]: "postgresql://another.example.com/stage",
    [path("UPSTASH_REDIS_REST_URL", ".fallback")]: process.env.UPSTASH_REDIS_REST_URL ?? "",
    [path("UPSTASH_REDIS_REST_TOKEN")]: process.env.UPSTASH_REDIS_REST_TOKEN ?? "",
    [path("MAIL_FROM")]: MAIL_FROM,
    [path("APP_URL")]: "https://app.example.com",
    ...parameters,
  });
  const ses = await startSes(key, MAIL_FROM);
  const sqs = await startSqs(key);
  const invoke = await startInvoke(key);
  const kms = await startKms(key);
  const running: Lambda[] = [];
  const token = "DUFFEL_ACCESS_TOKEN";
  return {
    ...{ store, ses, sqs, kms, invoke },
    /** Loads a bundle that is bound to the secrets named. Without Duffel's token it sells the simulated market. */
    async start(bundle: string, bound: string[] = secrets, more: NodeJS.ProcessEnv = {}): Promise<Lambda> {
      const lambda = await load(bundles[bundle] as Bundle, {
        SST_APP: "travel-conductor",
        SST_STAGE: "test",
        OFFER_SECRET: "a secret of this test",
        FLIGHT_CALLS_UNPROVEN: "100000",
        ...(bound.includes(token) && path(token) in parameters ? {} : { FLIGHT_PROVIDER: "simulator" }),
        // Its own session, as the role of each Lambda has.
        AWS_SESSION_TOKEN: `${key.token}#${bundle}`,
        SST_SSM_PREFIX: "/sst/travel-conductor/test/",
        ...Object.fromEntries(bound.map((name) => [`SST_Secret_value_${name}`, "__FETCH_FROM_SSM__"])),
        AWS_ENDPOINT_URL_SSM: store.url,
        AWS_ENDPOINT_URL_SESV2: ses.url,
        REFRESH_QUEUE_URL: sqs.urlOf(sqs.queues.refresh),
        HELP_LAMBDA_URL: invoke.urlOf(invoke.lambdas.help),
        DELIVER_LAMBDA_URL: invoke.urlOf(invoke.lambdas.deliver),
        BOOK_LAMBDA_URL: invoke.urlOf(invoke.lambdas.book),
        EXPORT_LAMBDA_URL: invoke.urlOf(invoke.lambdas.export),
        CARDS_LAMBDA_URL: invoke.urlOf(invoke.lambdas.cards),
        KMS_KEY: kms.key,
        KMS_URL: kms.url,
        DATABASE_HTTP_ENDPOINT: process.env.DATABASE_HTTP_ENDPOINT ?? "",
        ...more,
      });
      running.push(lambda);
      return lambda;
    },
    async stop() {
      for (const lambda of running) await lambda.stop();
      await Promise.all([store.stop(), ses.stop(), sqs.stop(), kms.stop(), invoke.stop()]);
    },
  };
}
