import { existsSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { Refused } from "../command.ts";
import { migrate } from "../migrate.ts";
import { seed } from "../seed.ts";
import { binaryFaults, type Digests, differences, digestsOf } from "./bundles.ts";
import { directOf, occupy } from "./database.ts";
import { checkConcurrency } from "./limits.ts";
import { checkSecrets } from "./secrets.ts";
import { requireKeys, root, stageOf } from "./stage.ts";

/** Where the probe from outside is deployed, and nothing else of the product (sst.config.ts). */
const probeRegion = "us-east-1";

/** What a deploy works with; tests name others. */
export type Tools = {
  /** Runs SST with arguments and ends with its exit code. */
  sst: (args: string[], environment?: Record<string, string>) => Promise<number>;
  say: (line: string) => void;
  /** The assembly that `sst build` makes. */
  assembly: string;
  /** What the tests of the bundles wrote (stacks/test/bundle.test.ts). */
  tested: string;
  /** A folder of migrations other than the product's. */
  migrations?: string;
};

/**
 * Checks everything that can be checked, builds, compares the build with what was tested, migrates, and only then
 * deploys what was built. Each step that fails ends it: a failed migration deploys nothing, and leaves the old code on
 * a schema that it can use, because migrations only add.
 * @returns the exit code
 * @throws Refused with a sentence for the operator
 */
export async function deploy(args: string[], { sst, say, assembly, tested, migrations }: Tools): Promise<number> {
  const stage = stageOf("deploy", args);
  if (stage.region === probeRegion) return sst(["deploy", ...args]);
  requireKeys();
  if (!existsSync(tested)) throw new Refused("The bundles were not tested here: run npm test first.");
  await checkConcurrency(stage, say);
  const { DATABASE_URL = "" } = await checkSecrets(stage, say);
  const direct = process.env.DATABASE_DIRECT_URL ?? directOf(DATABASE_URL);
  const { version, release } = await occupy(direct);
  try {
    say(`Stage ${stage.name} in ${stage.region}, Postgres ${version}.`);
    // SST leaves there what it built for other stages.
    await rm(assembly, { recursive: true, force: true });
    if ((await sst(["build", ...args])) !== 0) throw new Refused("The build failed: nothing was changed.");
    const faults = [
      ...differences(JSON.parse(await readFile(tested, "utf8")) as Digests, await digestsOf(assembly)),
      ...(await binaryFaults(assembly)),
    ];
    if (faults.length > 0) {
      const all = faults.map((fault) => `  ${fault}`).join("\n");
      throw new Refused(`What was built is not what was tested, so nothing was changed. Run npm test again:\n${all}`);
    }
    say("What was built is what was tested, and the binaries are the known ones.");
    const names = await migrate(direct, { finish: false, ...(migrations && { dir: migrations }) }).catch(
      (error: Error) => {
        throw new Refused(`A migration failed, so nothing was deployed: ${error.message}`);
      },
    );
    say(names.length > 0 ? `Migrated: ${names.join(", ")}` : "The schema is up to date.");
    const { airports, airlines } = await seed(direct);
    say(`${airports} airports and ${airlines} airlines were new or changed.`);
    const status = await sst(["deploy", ...args, "--from", assembly]);
    say(
      status === 0
        ? `Deployed. Now: npm run smoke -- --stage ${stage.name}`
        : "The deploy failed. The schema is the new one, which the code before can use; CloudFormation has put back the rest.",
    );
    return status;
  } finally {
    await release();
  }
}

export const assemblyOfSst = join(root, ".sst/dist");
export const testedFile = join(root, ".sst/tested.json");
