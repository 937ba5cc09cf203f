import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const folders = [...["core", "functions", "local", "scripts", "bench"].map((name) => `packages/${name}/src`), "stacks"];

/** Words without a clear meaning: a comment that uses one hides the thing that it is about. */
const vague =
  /\b(who|whom|whose|whoever|whomever|whatever|whichever|somebody|someone|nobody|anybody|everybody|so many|as many|just then|by then|all that)\b/gi;

/** The highest number of vague words in 1,000 words of a folder's comments. */
const limit = 3;

type Found = { file: string; line: number; word: string };

/** Counts the words of a TypeScript file's comments, also of those inside SQL templates, and finds the vague ones. */
export function count(file: string, text: string): { words: number; found: Found[] } {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const comments = new Map<number, number>();
  const visit = (node: ts.Node) => {
    for (const { pos, end } of [
      ...(ts.getLeadingCommentRanges(text, node.pos) ?? []),
      ...(ts.getTrailingCommentRanges(text, node.end) ?? []),
    ])
      comments.set(pos, end);
    if (ts.isTemplateLiteralToken(node)) {
      for (const { 0: comment, index } of node.getText().matchAll(/^\s*--\s.*$/gm)) {
        comments.set(node.getStart() + index, node.getStart() + index + comment.length);
      }
    }
    for (const child of node.getChildren()) visit(child);
  };
  visit(source);

  let words = 0;
  const found: Found[] = [];
  for (const [start, end] of [...comments].sort(([one], [other]) => one - other)) {
    const comment = text.slice(start, end);
    words += comment.match(/[A-Za-z][\w'’-]*/g)?.length ?? 0;
    for (const { 0: word, index } of comment.matchAll(vague)) {
      found.push({ file, line: source.getLineAndCharacterOfPosition(start + index).line + 1, word });
    }
  }
  return { words, found };
}

/** Returns a line for each folder with its rate, and a fault for each vague word of a folder above the limit. */
export async function check(root: string, folders: string[]): Promise<{ lines: string[]; faults: string[] }> {
  const lines: string[] = [];
  const faults: string[] = [];
  for (const folder of folders) {
    const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true });
    const paths = entries
      .filter((entry) => entry.isFile() && /\.(ts|tsx|mjs)$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name));
    const counts = await Promise.all(
      paths.sort().map(async (path) => count(relative(root, path), await readFile(path, "utf8"))),
    );
    const words = counts.reduce((sum, each) => sum + each.words, 0);
    const found = counts.flatMap((each) => each.found);
    const rate = words === 0 ? 0 : (1_000 * found.length) / words;
    lines.push(`${folder}: ${found.length} vague words in ${words} of comments, ${rate.toFixed(1)} per 1,000`);
    if (rate > limit) faults.push(...found.map(({ file, line, word }) => `${file}:${line}: ${word}`));
  }
  return { lines, faults };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { lines, faults } = await check(root, folders);
  for (const fault of faults) console.error(fault);
  if (faults.length > 0) console.error(`More than ${limit} vague words per 1,000: say which thing or person is meant.`);
  for (const line of lines) console.log(line);
  process.exitCode = faults.length > 0 ? 1 : 0;
}
