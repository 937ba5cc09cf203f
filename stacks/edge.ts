import { Config } from "sst/config.js";
import type { App, Stack } from "sst/constructs";

/** The shortest that the API accepts (core/src/base/env.ts). */
const least = 32;

/**
 * The secret EDGE_SECRET of the stage, or else the shared one, as `sst secrets set` stored it. The distribution has to hold
 * its value, which CloudFormation cannot read from SSM itself. The context `edgeSecret` stands in where a synthesis has
 * no AWS account.
 * @throws Error at a deploy for a stage without it
 */
export async function edgeSecret(stack: Stack): Promise<string> {
  const { mode, stage } = stack.node.root as App;
  const value = stack.node.tryGetContext("edgeSecret") ?? (await stored(false)) ?? (await stored(true)) ?? "";
  if (value.length < least && mode === "deploy") {
    const set = `npx sst secrets set EDGE_SECRET "$(openssl rand -hex 32)" --stage ${stage}`;
    throw new Error(`EDGE_SECRET is not set for this stage, or is shorter than ${least} characters: ${set}`);
  }
  return value;
}

async function stored(fallback: boolean): Promise<string | undefined> {
  return Config.getSecret({ key: "EDGE_SECRET", fallback }).catch((error: Error) => {
    if (error.name === "ParameterNotFound") return undefined;
    throw error;
  });
}
