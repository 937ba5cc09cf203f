import { Config } from "sst/config.js";
import type { App, Stack } from "sst/constructs";

/** What the API accepts (core/src/base/env.ts). */
const form = /^[\x21-\x7e]{32,1024}$/;

/**
 * The secret EDGE_SECRET of the stage, or else the one of all stages, as `sst secrets set` stored it. The distribution has
 * to hold its value, which CloudFormation cannot read from SSM itself. The context `edgeSecret` stands in where a
 * synthesis has no AWS account.
 * @throws Error where it is not set, or has a form that the API refuses
 */
export async function edgeSecret(stack: Stack): Promise<string> {
  const value = stack.node.tryGetContext("edgeSecret") ?? (await stored(false)) ?? (await stored(true)) ?? "";
  if (form.test(value)) return value;
  const { stage } = stack.node.root as App;
  const set = `npx sst secrets set EDGE_SECRET "$(openssl rand -hex 32)" --stage ${stage}`;
  throw new Error(`EDGE_SECRET must be set, with at least 32 characters of ASCII, without spaces: ${set}`);
}

async function stored(fallback: boolean): Promise<string | undefined> {
  return Config.getSecret({ key: "EDGE_SECRET", fallback }).catch((error: Error) => {
    if (error.name === "ParameterNotFound") return undefined;
    throw error;
  });
}
