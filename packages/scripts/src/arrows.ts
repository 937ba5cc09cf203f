import { readdir } from "node:fs/promises";
import { extname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { cruise, type ICruiseResult } from "dependency-cruiser";
import extract from "dependency-cruiser/config-utl/extract-depcruise-config";

const home = fileURLToPath(new URL("../../../", import.meta.url));

/**
 * Checks the imports of the workspace at `root` (an absolute path) against the rules of `.dependency-cruiser.cjs`. A
 * parser that reads nothing finds no fault either. Therefore every source file must be among the modules that were
 * read, and there must be an import. Returns one line for each forbidden import and each unread file.
 */
export async function check(root: string): Promise<{ modules: number; arrows: number; faults: string[] }> {
  const { forbidden, options } = await extract(join(home, ".dependency-cruiser.cjs"));
  const files = (await sources(root)).map((file) => relative(root, file));
  const { output } = await cruise(files, { ...options, baseDir: root, validate: true, ruleSet: { forbidden } });
  const { modules, summary } = output as ICruiseResult;
  const read = new Map(modules.map((module) => [module.source, module.dependencies.length]));
  const arrows = files.reduce((sum, file) => sum + (read.get(file) ?? 0), 0);
  return {
    modules: files.length,
    arrows,
    faults: [
      ...summary.violations.map(({ from, to, rule }) => `${from} → ${to}: ${rule.name}`),
      ...files.filter((file) => !read.has(file)).map((file) => `${file}: was not read`),
      ...(arrows === 0 ? ["no import was read"] : []),
    ],
  };
}

async function sources(folder: string): Promise<string[]> {
  return (await filesOf(folder)).filter((path) => [".ts", ".tsx", ".mjs"].includes(extname(path)));
}

/** Every file below a folder, as absolute paths, without node_modules and folders whose name begins with a dot. */
export async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const found = await Promise.all(
    entries.map((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return entry.name.startsWith(".") || entry.name === "node_modules" ? [] : filesOf(path);
      return [path];
    }),
  );
  return found.flat();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { modules, arrows, faults } = await check(resolve(home));
  for (const fault of faults) console.error(fault);
  console.log(`${modules} modules, ${arrows} imports, ${faults.length} against the rules`);
  process.exitCode = faults.length ? 1 : 0;
}
