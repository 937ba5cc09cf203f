import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import binaries from "./binaries.json" with { type: "json" };

/** The digest (SHA-256) of all JavaScript that each Lambda is deployed with, by its handler. */
export type Digests = Record<string, string>;

type Resource = { Type: string; Properties: { Handler?: string; Code?: { S3Key?: string }; Architectures?: string[] } };
type Artifact = { handler: string; folder: string; architecture: string };

/** The Lambdas with our handlers in a built assembly, SST's folder `.sst/dist` or that of a synthesis. */
async function artifactsOf(assembly: string): Promise<Artifact[]> {
  const templates = (await readdir(assembly)).filter((file) => file.endsWith(".template.json"));
  const read = async (file: string) => JSON.parse(await readFile(join(assembly, file), "utf8"));
  const resources: Resource[] = (await Promise.all(templates.map(read))).flatMap(({ Resources = {} }) =>
    Object.values(Resources as Record<string, Resource>),
  );
  return resources.flatMap(({ Type, Properties: { Handler = "", Code, Architectures = ["x86_64"] } = {} }) => {
    if (Type !== "AWS::Lambda::Function" || !Handler.startsWith("packages/functions/src/")) return [];
    const folder = join(assembly, `asset.${Code?.S3Key?.replace(/\.zip$/, "")}`);
    return [{ handler: Handler, folder, architecture: Architectures[0] ?? "" }];
  });
}

/**
 * The digests of the JavaScript of an assembly: names and bytes of the bundle's modules, and of the packages that ship
 * beside it. Other files, such as binaries, differ by architecture and are not in it.
 */
export async function digestsOf(assembly: string): Promise<Digests> {
  const found = await Promise.all(
    (await artifactsOf(assembly)).map(async ({ handler, folder }) => {
      const files = await readdir(folder, { recursive: true });
      const hash = createHash("sha256");
      // The package of a binary has no code but its name, which differs by architecture.
      for (const file of files.filter((file) => /\.[cm]?js$/.test(file)).sort()) {
        hash
          .update(`${file}\0`)
          .update(await readFile(join(folder, file)))
          .update("\0");
      }
      return [handler, hash.digest("hex")] as const;
    }),
  );
  return Object.fromEntries(found.sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** What differs between what was tested and what would be deployed, as sentences. */
export function differences(tested: Digests, built: Digests): string[] {
  const handlers = [...new Set([...Object.keys(tested), ...Object.keys(built)])].sort();
  return handlers
    .filter((handler) => tested[handler] !== built[handler])
    .map((handler) => {
      if (!tested[handler]) return `${handler} was not tested.`;
      return built[handler] ? `${handler} is not the one that was tested.` : `${handler} is missing.`;
    });
}

/** What is wrong with the binaries of an assembly: their names, versions and digests must be those of binaries.json. */
export async function binaryFaults(assembly: string): Promise<string[]> {
  const faults = await Promise.all(
    (await artifactsOf(assembly)).map(async ({ handler, folder, architecture }) => {
      const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith(".node"));
      const known = binaries.filter((one) => one.architecture === architecture);
      const needed = handler === "packages/functions/src/api/lambda.handler" ? known : [];
      const missing = needed.filter(({ file }) => !files.includes(file)).map(({ file }) => `${handler} lacks ${file}.`);
      const wrong = files.map(async (file) => {
        const one = known.find((each) => each.file === file);
        if (!one) return `${handler} has the unknown binary ${file} for ${architecture}.`;
        const { version } = JSON.parse(await readFile(join(folder, file, "../package.json"), "utf8"));
        if (version !== one.version) return `${file} has the version ${version}, not ${one.version}.`;
        const sha256 = createHash("sha256")
          .update(await readFile(join(folder, file)))
          .digest("hex");
        return sha256 === one.sha256 ? [] : `${file} has the digest ${sha256}, not that of binaries.json.`;
      });
      return [...missing, ...(await Promise.all(wrong)).flat()];
    }),
  );
  return faults.flat();
}
