import { AwsClient } from "aws4fetch";
import * as v from "valibot";

const Env = v.object({
  DATABASE_URL: v.pipe(v.string(), v.regex(/^postgres(ql)?:\/\//, "must begin with postgresql://")),
  /** Where the Neon driver posts its SQL; unset, Neon's own address for the host in DATABASE_URL. */
  DATABASE_HTTP_ENDPOINT: v.optional(v.pipe(v.string(), v.url())),
  UPSTASH_REDIS_REST_URL: v.pipe(v.string(), v.url()),
  UPSTASH_REDIS_REST_TOKEN: v.pipe(v.string(), v.minLength(1)),
  /** Comma-separated origins that may call the API with a cookie. */
  ALLOWED_ORIGINS: v.optional(v.string(), ""),
});

/**
 * What the process was told, read and checked once at start. In Lambda the secrets stand in SSM (SST's Config):
 * the variable then says so, and all of them are fetched in one signed request before anything else runs.
 */
const parsed = v.safeParse(Env, { ...process.env, ...(await secrets(process.env)) });
if (!parsed.success) {
  const faults = parsed.issues.map((issue) => `${v.getDotPath(issue)}: ${issue.message}`);
  throw new Error(`The environment is incomplete. See .env.example.\n  ${faults.join("\n  ")}`);
}
export const env = parsed.output;

async function secrets(given: NodeJS.ProcessEnv): Promise<Record<string, string>> {
  const prefix = "SST_Secret_value_";
  const names = Object.keys(given)
    .filter((name) => name.startsWith(prefix) && given[name] === "__FETCH_FROM_SSM__")
    .map((name) => name.slice(prefix.length));
  if (names.length === 0) return {};
  const region = given.AWS_REGION ?? "us-east-1";
  const aws = new AwsClient({
    accessKeyId: given.AWS_ACCESS_KEY_ID ?? "",
    secretAccessKey: given.AWS_SECRET_ACCESS_KEY ?? "",
    ...(given.AWS_SESSION_TOKEN ? { sessionToken: given.AWS_SESSION_TOKEN } : {}),
    region,
    service: "ssm",
  });
  const own = `/sst/${given.SST_APP}/${given.SST_STAGE}/Secret/`;
  const shared = `/sst/${given.SST_APP}/.fallback/Secret/`;
  const response = await aws.fetch(given.AWS_ENDPOINT_URL_SSM ?? `https://ssm.${region}.amazonaws.com/`, {
    method: "POST",
    headers: { "content-type": "application/x-amz-json-1.1", "x-amz-target": "AmazonSSM.GetParameters" },
    body: JSON.stringify({
      Names: names.flatMap((name) => [`${own}${name}/value`, `${shared}${name}/value`]),
      WithDecryption: true,
    }),
    signal: AbortSignal.timeout(5000),
  });
  if (!response.ok) throw new Error(`SSM answered ${response.status} when asked for the secrets`);
  const { Parameters } = (await response.json()) as { Parameters: { Name: string; Value: string }[] };
  const values = new Map(Parameters.map(({ Name, Value }) => [Name, Value]));
  const found = names.map((name) => [name, values.get(`${own}${name}/value`) ?? values.get(`${shared}${name}/value`)]);
  return Object.fromEntries(found.filter(([, value]) => value !== undefined));
}
