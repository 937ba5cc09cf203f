import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Refused } from "../command.ts";

export const root = fileURLToPath(new URL("../../../..", import.meta.url));

/** The stage that the arguments name, and the region, as SST takes it: `--region`, or else that of sst.config.ts. */
export type Stage = { name: string; region: string };

/** @throws Refused where no stage is named, or in a form that CloudFormation does not take */
export function stageOf(command: string, args: string[]): Stage {
  const given = (flag: string) => {
    const at = args.findIndex((arg) => arg === flag || arg.startsWith(`${flag}=`));
    return at < 0 ? undefined : (args[at]?.split("=")[1] ?? args[at + 1]);
  };
  const name = given("--stage");
  if (!name) throw new Refused(`No stage is named. Use: npm run ${command} -- --stage <name>`);
  if (!/^[a-zA-Z][a-zA-Z0-9-]{0,30}$/.test(name))
    throw new Refused(`A stage has letters, digits and -, and begins with a letter: not ${name}`);
  const config = /region: "([\w-]+)"/.exec(readFileSync(join(root, "sst.config.ts"), "utf8"))?.[1];
  return { name, region: given("--region") ?? config ?? "" };
}

/** Refuses where the environment and the home folder name no AWS account, as SST looks for one. @throws Refused */
export function requireAccount(): void {
  const named = [
    "AWS_ACCESS_KEY_ID",
    "AWS_PROFILE",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
  ];
  const files = ["credentials", "config"].map((file) => join(homedir(), ".aws", file));
  if (named.some((name) => process.env[name]) || files.some((file) => existsSync(file))) return;
  throw new Refused("No AWS account: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.");
}

/** Refuses without keys that requests can be signed with. @throws Refused */
export function requireKeys(): { accessKeyId: string; secretAccessKey: string; sessionToken?: string } {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN } = process.env;
  if (accessKeyId && secretAccessKey)
    return { accessKeyId, secretAccessKey, ...(AWS_SESSION_TOKEN && { sessionToken: AWS_SESSION_TOKEN }) };
  throw new Refused(
    'No keys of an AWS account: eval "$(aws configure export-credentials --format env)" takes those of AWS_PROFILE.',
  );
}
