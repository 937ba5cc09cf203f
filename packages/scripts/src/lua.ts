import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import luaparse from "luaparse";

const root = fileURLToPath(new URL("../../..", import.meta.url));

/** Returns the paths of the Lua files below `folder`. */
export async function luaFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(".lua"))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** Returns what is wrong with the syntax of a text in the Lua of Redis, 5.1; undefined when nothing is. */
export function syntaxError(text: string): string | undefined {
  try {
    luaparse.parse(text, { luaVersion: "5.1", comments: false });
    return undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return error.message;
    throw error;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const path of await luaFiles(join(root, "packages/core/src"))) {
    const error = syntaxError(await readFile(path, "utf8"));
    if (error === undefined) continue;
    console.error(`${relative(root, path)}: ${error}`);
    process.exitCode = 1;
  }
}
