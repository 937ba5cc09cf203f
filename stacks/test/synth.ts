import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Template } from "aws-cdk-lib/assertions";
import { Aspects } from "aws-cdk-lib/core";
import { AwsSolutionsChecks } from "cdk-nag";
import { App, type FunctionProps } from "sst/constructs";
import { useFunctions } from "sst/constructs/Function.js";
import { initProject, useProject } from "sst/project.js";
import config from "../../sst.config.ts";

/** What a deploy would upload for one Lambda: its unpacked folder, and in it `path/file.export`. */
export type Bundle = { folder: string; handler: string };

/**
 * Synthesises the stacks as `sst deploy` would, with no AWS account, into a new folder outside the repo.
 * Templates go by stack; bundles, and the bytes that each source file put into them, by handler (`api/lambda`);
 * findings are cdk-nag's, as `rule at construct`.
 */
export async function synth(architecture: "arm_64" | "x86_64") {
  const out = await mkdtemp(join(tmpdir(), "synth-"));
  await initProject({ stage: "test", root: fileURLToPath(new URL("../../", import.meta.url)) });
  const { paths, config: project } = useProject();
  Object.assign(paths, { out, artifacts: join(out, "artifacts") });
  const app = new App(
    { mode: "deploy", stage: "test", name: project.name, region: project.region, account: "123456789012" },
    { outdir: join(out, "assembly"), context: { architecture } },
  );
  config.stacks(app);
  const contents: Record<string, Record<string, number>> = {};
  for (const props of Object.values(useFunctions().all)) weigh(props, contents);
  Aspects.of(app).add(new AwsSolutionsChecks());
  await app.finish();

  const templates: Record<string, Template> = {};
  const bundles: Record<string, Bundle> = {};
  const findings: string[] = [];
  for (const stack of app.synth().stacks) {
    const template = Template.fromJSON(stack.template);
    templates[stack.stackName.replace(app.logicalPrefixedName(""), "")] = template;
    for (const { Properties } of Object.values(template.findResources("AWS::Lambda::Function"))) {
      const { Handler: handler, Code: code } = Properties;
      const folder = join(out, "assembly", `asset.${code.S3Key.replace(/\.zip$/, "")}`);
      if (handler in contents) bundles[short(handler)] = { folder, handler };
    }
    for (const { level, id, entry } of stack.messages) {
      if (level !== "info") findings.push(`${/^[\w-]+/.exec(String(entry.data))?.[0]} at ${id}`);
    }
  }
  return {
    templates,
    bundles,
    contents: Object.fromEntries(Object.entries(contents).map(([handler, bytes]) => [short(handler), bytes])),
    findings,
    remove: () => rm(out, { recursive: true }),
  };
}

/** Has esbuild say what each file came to in the bundle; SST keeps that to itself. */
function weigh(props: FunctionProps, contents: Record<string, Record<string, number>>): void {
  const { handler = "", nodejs } = props;
  contents[handler] = {};
  Object.assign(nodejs?.esbuild ?? {}, {
    plugins: [
      {
        name: "weigh",
        setup: (build: PluginBuild) =>
          build.onEnd(({ metafile }) => {
            for (const { inputs } of Object.values(metafile?.outputs ?? {})) {
              for (const [file, { bytesInOutput }] of Object.entries(inputs)) contents[handler]![file] = bytesInOutput;
            }
          }),
      },
    ],
  });
}

type PluginBuild = Parameters<
  NonNullable<NonNullable<NonNullable<FunctionProps["nodejs"]>["esbuild"]>["plugins"]>[number]["setup"]
>[0];

const short = (handler: string) => handler.replace(/^.*\/src\//, "").replace(/\.handler$/, "");
