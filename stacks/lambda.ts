import { type PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import type { FunctionProps, Stack } from "sst/constructs";
import { mergeStart } from "./merge.ts";

type Props = Required<Pick<FunctionProps, "handler" | "timeout" | "memorySize" | "bind">> &
  Omit<FunctionProps, "nodejs" | "role" | "logGroup"> & { install?: string[]; allow?: PolicyStatement[] };

/**
 * Returns the properties that all Lambdas share: minified ES modules, a log group kept for a month, and a role that may
 * write there and read the secrets it is bound to. `install` names packages that ship beside the bundle instead of in
 * it; `allow` adds permissions to the role. The Lua of the provider gate, the offsets of time zones and the
 * airports, which any may read, ship as files.
 */
export function lambda(
  stack: Stack,
  id: string,
  { install = [], allow = [], copyFiles = [], ...props }: Props,
): FunctionProps {
  const logGroup = new LogGroup(stack, `${id}Logs`, { retention: RetentionDays.ONE_MONTH });
  const role = new Role(stack, `${id}Role`, { assumedBy: new ServicePrincipal("lambda.amazonaws.com") });
  logGroup.grantWrite(role);
  for (const statement of allow) role.addToPolicy(statement);
  return {
    runtime: "nodejs24.x",
    architecture: architecture(stack),
    tracing: "disabled",
    logGroup,
    role,
    nodejs: {
      minify: true,
      // Keeps modules that are imported on demand out of the code that a cold start compiles.
      splitting: true,
      sourcemap: false,
      install,
      esbuild: { keepNames: false, plugins: [mergeStart] },
    },
    ...props,
    copyFiles: [
      { from: "packages/core/src/flight/chain/gate.lua", to: "gate.lua" },
      { from: "packages/core/src/base/zones.json", to: "zones.json" },
      { from: "packages/core/data/airports.json", to: "airports.json" },
      ...copyFiles,
    ],
  };
}

/** Returns arm64, unless the context of the synthesis names the machine that will load the bundles. */
export function architecture(stack: Stack): "arm_64" | "x86_64" {
  return stack.node.tryGetContext("architecture") ?? "arm_64";
}
