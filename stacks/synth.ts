import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Template } from "aws-cdk-lib/assertions";
import { Aspects } from "aws-cdk-lib/core";
import { AwsSolutionsChecks } from "cdk-nag";
import type { SSTConfig } from "sst";
import { App, type FunctionProps } from "sst/constructs";
import { useFunctions } from "sst/constructs/Function.js";
import { initProject, useProject } from "sst/project.js";
import config from "../sst.config.ts";
import { startOf } from "./merge.ts";

/** Some of a bundle's code: its size, and the source files. */
type Code = { bytes: number; sources: string[] };

/** The upload of a deploy for one Lambda. */
export type Bundle = {
  /** The artifact, unpacked. */
  folder: string;
  /** `path/file.export` in the folder. */
  handler: string;
  /** The variable of this name in its environment; empty without it. */
  NODE_OPTIONS: string;
  /** The code that runs before the first event. */
  start: Code;
  /** The code that is loaded on demand. */
  later: Code;
};

/** The secret of the distribution in a synthesis. */
export const edgeSecret = "a secret of a synthesis, 40 bytes long..".replaceAll(" ", "-");

/**
 * Synthesises these stacks, or others, as `sst deploy` would, without an AWS account, into a new folder outside the
 * repo. `templates` has stacks as keys, `bundles` has handlers (`api/lambda`); `findings` are cdk-nag's, as `rule at
 * construct`; `assembly` is the folder of what a deploy would upload.
 */
export async function synth(
  architecture: "arm_64" | "x86_64",
  stacks: SSTConfig["stacks"] = config.stacks,
  withCode = true,
) {
  const out = await mkdtemp(join(tmpdir(), "synth-"));
  await initProject({ stage: "test", root: fileURLToPath(new URL("../", import.meta.url)) });
  const { paths, config: project } = useProject();
  Object.assign(paths, { out, artifacts: join(out, "artifacts") });
  const app = new App(
    {
      mode: "deploy",
      stage: "test",
      name: project.name,
      region: project.region,
      account: "123456789012",
      // SST builds the code of active stacks alone.
      ...(withCode ? {} : { isActiveStack: () => false }),
    },
    { outdir: join(out, "assembly"), context: { architecture, edgeSecret, client: await placeholder(out) } },
  );
  await stacks(app);
  const code: Record<string, Pick<Bundle, "start" | "later">> = {};
  for (const props of Object.values(useFunctions().all)) measure(props, code);
  Aspects.of(app).add(new AwsSolutionsChecks());
  await app.finish();

  const templates: Record<string, Template> = {};
  const bundles: Record<string, Bundle> = {};
  const findings: string[] = [];
  for (const stack of app.synth().stacks) {
    const template = Template.fromJSON(stack.template);
    templates[stack.stackName.replace(app.logicalPrefixedName(""), "")] = template;
    for (const { Properties } of Object.values(template.findResources("AWS::Lambda::Function"))) {
      const { Handler: handler, Code: asset, Environment: environment } = Properties;
      const contents = code[handler];
      if (!contents) continue;
      const name = handler.replace(/^.*\/src\//, "").replace(/\.handler$/, "");
      bundles[name] = {
        ...contents,
        handler,
        NODE_OPTIONS: environment?.Variables?.NODE_OPTIONS ?? "",
        folder: join(out, "assembly", `asset.${asset.S3Key.replace(/\.zip$/, "")}`),
      };
    }
    for (const { level, id, entry } of stack.messages) {
      if (level !== "info") findings.push(`${/^[\w-]+/.exec(String(entry.data))?.[0]} at ${id}`);
    }
  }
  return { templates, bundles, findings, assembly: join(out, "assembly"), remove: () => rm(out, { recursive: true }) };
}

/** Stands in for the built client: this module neither builds it nor needs its packages. */
async function placeholder(out: string): Promise<string> {
  const folder = join(out, "client");
  await mkdir(join(folder, "assets"), { recursive: true });
  for (const file of ["index.html", "manifest.webmanifest", "assets/index-CbXo1xNX.js"]) {
    await writeFile(join(folder, file), "");
  }
  return folder;
}

/** Reads the contents of the bundle from esbuild, because SST does not return them. */
function measure(props: FunctionProps, code: Record<string, Pick<Bundle, "start" | "later">>): void {
  const { handler = "", nodejs } = props;
  const setup = (build: PluginBuild) =>
    build.onEnd(({ metafile }) => {
      const { outputs } = metafile as NonNullable<typeof metafile>;
      const sum = (paths: string[]): Code => ({
        bytes: paths.reduce((total, path) => total + (outputs[path]?.bytes ?? 0), 0),
        sources: paths.flatMap((path) => Object.keys(outputs[path]?.inputs ?? {})),
      });
      const start = startOf(outputs, String((build.initialOptions.entryPoints as string[])[0]));
      code[handler] = { start: sum(start), later: sum(Object.keys(outputs).filter((path) => !start.includes(path))) };
    });
  const given = nodejs?.esbuild?.plugins;
  Object.assign(nodejs?.esbuild ?? {}, { plugins: [...(Array.isArray(given) ? given : []), { name: "weigh", setup }] });
}

type PluginBuild = Parameters<
  NonNullable<NonNullable<NonNullable<FunctionProps["nodejs"]>["esbuild"]>["plugins"]>[number]["setup"]
>[0];
