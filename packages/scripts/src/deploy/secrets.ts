import { AwsClient } from "aws4fetch";
import { Refused } from "../command.ts";
import { requireKeys, type Stage } from "./stage.ts";

/** Without these no Lambda starts, or none is reached. */
const required = [
  "DATABASE_URL",
  "UPSTASH_REDIS_REST_URL",
  "UPSTASH_REDIS_REST_TOKEN",
  "EDGE_SECRET",
  "OFFER_SECRET",
] as const;

/** Without these a part of the product is off: what it is. */
const wanted: Record<string, string> = {
  MAIL_FROM: "no mail is sent",
  FACTOR_SECRET: "no app for codes can be added",
  MESSAGE_SECRET: "no channel can be added",
};

/** Values by name. */
export type Secrets = Record<string, string>;

/**
 * Reads secrets of a stage from SSM as `sst secrets set` stored them, or else those of all stages. AWS_ENDPOINT_URL_SSM
 * is another address of SSM.
 * @throws Refused when SSM does not answer, or refuses
 */
export async function readSecrets({ name, region }: Stage, names: string[]): Promise<Secrets> {
  const client = new AwsClient({ ...requireKeys(), region, service: "ssm", retries: 2 });
  const url = process.env.AWS_ENDPOINT_URL_SSM ?? `https://ssm.${region}.amazonaws.com/`;
  const place = (where: string, secret: string) => `/sst/travel-conductor/${where}/Secret/${secret}/value`;
  const found: Secrets = {};
  for (const secret of names) {
    const both = [place(".fallback", secret), place(name, secret)];
    const answer = await client
      .fetch(url, {
        method: "POST",
        headers: { "content-type": "application/x-amz-json-1.1", "x-amz-target": "AmazonSSM.GetParameters" },
        body: JSON.stringify({ Names: both, WithDecryption: true }),
        signal: AbortSignal.timeout(10_000),
      })
      .catch((error: Error) => {
        throw new Refused(`SSM at ${url} does not answer: ${error.message}`);
      });
    const body = (await answer.json()) as { __type?: string; Parameters?: { Name: string; Value: string }[] };
    if (!answer.ok) throw new Refused(`SSM refused GetParameters: ${body.__type ?? answer.status}`);
    const values = new Map(body.Parameters?.map(({ Name, Value }) => [Name, Value]));
    const value = values.get(both[1] ?? "") ?? values.get(both[0] ?? "");
    if (value !== undefined) found[secret] = value;
  }
  return found;
}

/**
 * Reads what a deploy needs and says what is missing.
 * @throws Refused when a secret is missing without which the stage would not start
 */
export async function checkSecrets(stage: Stage, say: (line: string) => void): Promise<Secrets> {
  const found = await readSecrets(stage, [
    ...required,
    ...Object.keys(wanted),
    "FLIGHT_PROVIDER",
    "DUFFEL_ACCESS_TOKEN",
    "FLIGHT_BUDGET_DUFFEL",
  ]);
  const missing = required.filter((name) => !found[name]);
  if (missing.length > 0) {
    const lines = missing.map((name) => `  npx sst secrets set ${name} '…' --stage ${stage.name}`);
    throw new Refused(`Secrets are missing, without which nothing starts:\n${lines.join("\n")}`);
  }
  if (found.DUFFEL_ACCESS_TOKEN && !found.FLIGHT_BUDGET_DUFFEL)
    throw new Refused("With DUFFEL_ACCESS_TOKEN nothing starts without FLIGHT_BUDGET_DUFFEL, the calls of a month.");
  for (const [name, what] of Object.entries(wanted)) if (!found[name]) say(`Without ${name} ${what}.`);
  if (!found.DUFFEL_ACCESS_TOKEN && !found.FLIGHT_PROVIDER)
    say("Without DUFFEL_ACCESS_TOKEN or FLIGHT_PROVIDER no flights are sold.");
  return found;
}
