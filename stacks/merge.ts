import { readFile, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import type { FunctionProps } from "sst/constructs";

type Plugin = NonNullable<NonNullable<NonNullable<FunctionProps["nodejs"]>["esbuild"]>["plugins"]>[number];
type Build = Parameters<Plugin["setup"]>[0];
type Outputs = NonNullable<Awaited<ReturnType<Build["esbuild"]["build"]>>["metafile"]>["outputs"];

/**
 * Puts all files that a Lambda loads at its start into one. esbuild splits code by the entries that need it: with some
 * hundred modules that are imported on demand, what is always loaded lies in a hundred small files, and to find, read and
 * link them takes longer than to run them. What is imported on demand takes its part of the start from that one file.
 */
export const mergeStart: Plugin = {
  name: "merge start",
  setup(build) {
    const { entryPoints, minify = false, sourcemap, banner } = build.initialOptions;
    // `sst dev` builds with source maps, at each change.
    if (sourcemap) return;
    build.onEnd(async ({ metafile }) => {
      const outputs = metafile?.outputs ?? {};
      const start = startOf(outputs, String((entryPoints as string[])[0]));
      if (start.length < 2) return;
      const folder = dirname(resolve(start[0]!));
      const [entry, ...inner] = start.map((path) => basename(path)) as [string, ...string[]];
      const isInner = (path: string) => inner.includes(basename(path));
      /** A file's exports have its number before their names in the one file. */
      const exportsOf = (name: string, form: (name: string, outer: string) => string) => {
        const index = inner.indexOf(name) + 1;
        return (outputs[start[index]!]?.exports ?? []).map((own) => form(own, `m${index}_${own}`)).join(", ");
      };
      const outward = (name: string) =>
        `export { ${exportsOf(name, (own, outer) => `${own} as ${outer}`)} } from "./${name}";`;
      const inward = (name: string) =>
        `export { ${exportsOf(name, (own, outer) => `${outer} as ${own}`)} } from "./${entry}";`;
      const options = {
        bundle: true,
        write: false,
        format: "esm",
        platform: "node",
        target: "esnext",
        packages: "external",
        outdir: folder,
        outExtension: { ".js": ".mjs" },
        logLevel: "silent",
        minify,
      } as const;
      // SST begins each file with what CommonJS code asks for; the one file needs it once.
      const begin = banner?.js ?? "";
      const relative = { filter: /^\.\.?\// };

      const whole = await build.esbuild.build({
        ...options,
        banner: { js: begin },
        // The entry comes first, so that all runs in the order in which it ran before.
        stdin: {
          contents: [`export * from "./${entry}";`, ...inner.map(outward)].join("\n"),
          resolveDir: folder,
          sourcefile: "start.js",
        },
        plugins: [
          {
            name: "start alone",
            setup({ onResolve, onLoad }) {
              onResolve(relative, ({ path, kind }) => {
                const isPart = isInner(path) || basename(path) === entry;
                return kind !== "dynamic-import" && isPart ? undefined : { path, external: true };
              });
              onLoad({ filter: /\.mjs$/ }, async ({ path }) => ({
                contents: (await readFile(path, "utf8")).replace(begin, ""),
              }));
            },
          },
        ],
      });
      const later = await build.esbuild.build({
        ...options,
        entryPoints: Object.keys(outputs)
          .filter((path) => path.endsWith(".mjs") && !start.includes(path))
          .map((path) => resolve(path)),
        plugins: [
          {
            name: "from the start",
            setup({ onResolve, onLoad }) {
              onResolve(relative, ({ path, kind, namespace }) => {
                if (kind === "dynamic-import" || namespace === "start" || !isInner(path))
                  return { path, external: true };
                return { path: basename(path), namespace: "start" };
              });
              onLoad({ filter: /./, namespace: "start" }, ({ path }) => ({
                contents: inward(path),
                resolveDir: folder,
              }));
            },
          },
        ],
      });
      await writeFile(join(folder, entry), whole.outputFiles[0]!.contents);
      for (const { path, contents } of later.outputFiles) await writeFile(path, contents);
      // One that is imported on demand as well is found there.
      for (const name of inner) await writeFile(join(folder, name), inward(name));
    });
  },
};

/** The file of the entry, and all that it imports at its start. */
export function startOf(outputs: Outputs, entry: string): string[] {
  const start = Object.keys(outputs).filter((path) => resolve(outputs[path]?.entryPoint ?? "") === resolve(entry));
  for (const path of start) {
    for (const { kind, path: needed } of outputs[path]?.imports ?? [])
      if (kind === "import-statement" && needed in outputs && !start.includes(needed)) start.push(needed);
  }
  return start;
}
