import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Enums, Models, Serialize, Spec } from "@cyclonedx/cyclonedx-library";
import { parse } from "yaml";

const root = new URL("../../../", import.meta.url);

/** The workspace packages that are deployed: the Lambdas, what they share, and the web client. */
const deployed = ["packages/core", "packages/functions", "packages/web"];
/** What builds the web client, and the types of its sources, which no file of it holds. */
const buildOnly = ["vite", "@types/react", "@types/react-dom"];

type Wanted = Record<string, { version: string }>;
type Needed = Record<string, string>;
type Lockfile = {
  importers: Record<string, { dependencies?: Wanted; optionalDependencies?: Wanted }>;
  packages: Record<string, { resolution: { integrity?: string } }>;
  snapshots: Record<string, { dependencies?: Needed; optionalDependencies?: Needed }>;
};

/**
 * Writes the bill of materials of what is deployed, in CycloneDX 1.6 as JSON: every package that the Lambdas and the
 * web client may hold, with version, digest, licence and what needs what, as the lockfile has them. Works offline, and
 * gives the same text for the same lockfile.
 */
export function sbom(lockfile: string = readFileSync(new URL("pnpm-lock.yaml", root), "utf8")): string {
  const lock = parse(lockfile) as Lockfile;
  const { name, version } = JSON.parse(readFileSync(new URL("package.json", root), "utf8"));
  const product = new Models.Component(Enums.ComponentType.Application, name, { version, bomRef: name });
  const bom = new Models.Bom({ serialNumber: serialOf(lockfile) });
  bom.metadata.component = product;
  const made = new Map<string, Models.Component>();
  const add = (needed: Needed, by: Models.Component) => {
    for (const [each, stated] of Object.entries(needed)) {
      if (stated.startsWith("link:")) continue;
      // A package under another name is stated with its own one.
      const key = stated.slice(1).includes("@") && !/^\d/.test(stated) ? stated : `${each}@${stated}`;
      let component = made.get(key);
      if (component === undefined) {
        component = componentOf(key, lock);
        made.set(key, component);
        bom.components.add(component);
        const { dependencies = {}, optionalDependencies = {} } = lock.snapshots[key] ?? {};
        add({ ...dependencies, ...optionalDependencies }, component);
      }
      by.dependencies.add(component.bomRef);
    }
  };
  for (const folder of deployed) {
    const { dependencies = {}, optionalDependencies = {} } = lock.importers[folder] ?? {};
    const wanted = Object.entries({ ...dependencies, ...optionalDependencies });
    const kept = wanted.filter(([each]) => !buildOnly.includes(each));
    add(Object.fromEntries(kept.map(([each, { version: stated }]) => [each, stated])), product);
  }
  const factory = new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6);
  return new Serialize.JsonSerializer(factory).serialize(bom, { sortLists: true, space: 2 });
}

/** `key` is `name@version`, with the peers of a package behind it in parentheses. */
function componentOf(key: string, lock: Lockfile): Models.Component {
  const [, name = "", version = ""] = /^(@?[^@]+)@([^(]+)/.exec(key) ?? [];
  const { integrity } = lock.packages[`${name}@${version}`]?.resolution ?? {};
  const [group, short] = name.startsWith("@") ? name.split("/") : [undefined, name];
  const component = new Models.Component(Enums.ComponentType.Library, short ?? name, {
    ...(group && { group }),
    version,
    bomRef: key,
    purl: `pkg:npm/${name.replace("@", "%40")}@${version}`,
  });
  if (integrity?.startsWith("sha512-"))
    component.hashes.set(Enums.HashAlgorithm["SHA-512"], Buffer.from(integrity.slice(7), "base64").toString("hex"));
  const licence = licenceOf(key, name);
  if (licence) component.licenses.add(new Models.NamedLicense(licence));
  return component;
}

/** What an installed package says of its licence; undefined where it is not installed on this machine. */
function licenceOf(key: string, name: string): string | undefined {
  const folder = key.replaceAll("/", "+").replaceAll(")(", "_").replaceAll("(", "_").replaceAll(")", "");
  const file = new URL(`node_modules/.pnpm/${folder}/node_modules/${name}/package.json`, root);
  if (!existsSync(file)) return undefined;
  const { license } = JSON.parse(readFileSync(file, "utf8")) as { license?: string | { type?: string } };
  return typeof license === "string" ? license : license?.type;
}

/** A UUID that depends on the lockfile alone. */
function serialOf(lockfile: string): string {
  const hex = createHash("sha256").update(lockfile).digest("hex");
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ];
  return `urn:uuid:${parts.join("-")}`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const file = process.argv[2] ?? fileURLToPath(new URL("sbom.cdx.json", root));
  writeFileSync(file, `${sbom()}\n`);
  console.log(`Wrote ${file}`);
}
