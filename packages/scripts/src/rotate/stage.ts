import { setTimeout as wait } from "node:timers/promises";
import { AwsClient } from "aws4fetch";
import { Refused } from "../command.ts";
import type { Store } from "./store.ts";

const app = "travel-conductor";
/** SST sets it to have a Lambda start anew; its value means nothing. */
const restarted = "SST_ADMIN_SECRET_UPDATED_AT";

type Configuration = {
  FunctionName: string;
  CodeSha256: string;
  /** Seconds. */
  Timeout: number;
  Environment?: { Variables?: Record<string, string> };
  LastUpdateStatus?: "Successful" | "Failed" | "InProgress";
};
type Alias = { Name: string; FunctionVersion: string; RoutingConfig?: { AdditionalVersionWeights?: object } };

/**
 * The secrets of a deployed stage: in SSM, where `sst secrets set` writes them, and read by Lambdas when they start.
 * The environment names the account and the region; AWS_ENDPOINT_URL_SSM and AWS_ENDPOINT_URL_LAMBDA are other
 * addresses.
 */
export function stageStore(stage: string): Store {
  const { ssm, lambda } = connect();
  const path = (name: string, place: string) => `/sst/${app}/${place}/Secret/${name}/value`;
  const readAt = async (place: string) => (await ssm("GetParameter", { Name: place, WithDecryption: true }))?.Parameter;

  /** The Lambdas of the stage that are bound to a secret, with their aliases. */
  async function bound(name: string) {
    const found: { configuration: Configuration; aliases: Alias[] }[] = [];
    for (let marker = ""; ; ) {
      const page = await lambda("GET", `/2015-03-31/functions/?MaxItems=50${marker && `&Marker=${marker}`}`);
      for (const configuration of page.Functions as Configuration[]) {
        const { SST_APP, SST_STAGE, [`SST_Secret_value_${name}`]: reads } = configuration.Environment?.Variables ?? {};
        if (SST_APP !== app || SST_STAGE !== stage || reads === undefined) continue;
        const { Aliases = [] } = await lambda("GET", `/2015-03-31/functions/${configuration.FunctionName}/aliases`);
        found.push({ configuration, aliases: Aliases });
      }
      if (!page.NextMarker) return found;
      marker = encodeURIComponent(page.NextMarker);
    }
  }

  /** Waits until a change of a Lambda is in force. */
  async function settled(at: string): Promise<void> {
    for (;;) {
      const { LastUpdateStatus = "Successful" } = await lambda("GET", `${at}/configuration`);
      if (LastUpdateStatus === "Successful") return;
      if (LastUpdateStatus === "Failed") throw new Error(`${at} could not be restarted`);
      await wait(500);
    }
  }

  return {
    read: async (name) => ((await readAt(path(name, stage))) ?? (await readAt(path(name, ".fallback"))))?.Value,
    write: async (name, value) => {
      await ssm("PutParameter", { Name: path(name, stage), Value: value, Type: "SecureString", Overwrite: true });
    },
    remove: async (name) => {
      await ssm("DeleteParameter", { Name: path(name, stage) });
    },
    async check(name) {
      for (const { configuration, aliases } of await bound(name)) {
        const { FunctionName, CodeSha256 } = configuration;
        for (const { Name, FunctionVersion, RoutingConfig } of aliases) {
          if (Object.keys(RoutingConfig?.AdditionalVersionWeights ?? {}).length > 0)
            throw new Refused(`A deploy of ${FunctionName} is under way: wait for its end.`);
          const at = `/2015-03-31/functions/${FunctionName}/configuration?Qualifier=${FunctionVersion}`;
          const live = (await lambda("GET", at)) as Configuration;
          // A version made now would have the newest code, which nobody has released.
          if (live.CodeSha256 !== CodeSha256)
            throw new Refused(`${FunctionName} runs other code at ${Name} than was deployed last: deploy first.`);
        }
      }
    },
    async restart(name, say) {
      const found = await bound(name);
      for (const { configuration, aliases } of found) {
        const at = `/2015-03-31/functions/${configuration.FunctionName}`;
        const Variables = { ...configuration.Environment?.Variables, [restarted]: String(Date.now()) };
        await lambda("PUT", `${at}/configuration`, { Environment: { Variables } });
        await settled(at);
        if (aliases.length > 0) {
          const { Version: FunctionVersion } = await lambda("POST", `${at}/versions`, {});
          for (const { Name } of aliases) await lambda("PUT", `${at}/aliases/${Name}`, { FunctionVersion });
        }
        say(`Restarted ${configuration.FunctionName}`);
      }
      return Math.max(0, ...found.map(({ configuration }) => configuration.Timeout));
    },
  };
}

function connect() {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, ...given } = process.env;
  if (!accessKeyId || !secretAccessKey)
    throw new Refused(
      'No AWS account: eval "$(aws configure export-credentials --format env)" takes the one of AWS_PROFILE',
    );
  const { AWS_SESSION_TOKEN: sessionToken, AWS_REGION: region } = given;
  if (!region) throw new Refused("AWS_REGION is not set: it is the one in sst.config.ts");
  const key = { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }), region, retries: 3 };
  const clients = {
    ssm: new AwsClient({ ...key, service: "ssm" }),
    lambda: new AwsClient({ ...key, service: "lambda" }),
  };
  const ssmAt = given.AWS_ENDPOINT_URL_SSM ?? `https://ssm.${region}.amazonaws.com/`;
  const lambdaAt = given.AWS_ENDPOINT_URL_LAMBDA ?? `https://lambda.${region}.amazonaws.com`;
  return {
    /** Undefined for a parameter that is not there. */
    async ssm(action: string, body: object) {
      const headers = { "content-type": "application/x-amz-json-1.1", "x-amz-target": `AmazonSSM.${action}` };
      const response = await clients.ssm.fetch(ssmAt, { method: "POST", headers, body: JSON.stringify(body) });
      const answer = JSON.parse((await response.text()) || "{}");
      if (response.ok) return answer;
      if (/ParameterNotFound/.test(answer.__type)) return undefined;
      throw new Error(`SSM refused ${action}: ${response.status} ${answer.__type ?? ""}`);
    },
    async lambda(method: string, at: string, body?: object) {
      const sent = body && { body: JSON.stringify(body), headers: { "content-type": "application/json" } };
      const response = await clients.lambda.fetch(`${lambdaAt}${at}`, { method, ...sent });
      if (!response.ok) throw new Error(`Lambda refused ${method} ${at}: ${response.status}`);
      return JSON.parse(await response.text());
    },
  };
}
