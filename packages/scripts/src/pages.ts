import { posix } from "node:path";

/** What a page may name: the repository's files by path from the root, the scripts of package.json, each page's text. */
export type Repository = { files: string[]; scripts: string[]; pages: Record<string, string> };

/** Folders that a path in backticks may leave out: `fare/claim.ts` is `packages/core/src/fare/claim.ts`. */
const shortened = ["", "packages/", "packages/core/src/"];

const extensions = /\.(ts|mjs|cjs|json|sql|md|yaml|yml|example)$/;

/**
 * Compares what a Markdown page names with the repository: links and their anchors, paths, `npm run` commands, files to
 * test. A name with `<…>` or `…` in it stands for many and is not looked up; a `*` must match a file.
 * @returns one sentence for each fault, without the page's own path
 */
export function faultsOf(path: string, repository: Repository): string[] {
  const { pages, scripts } = repository;
  const text = pages[path] ?? "";
  const prose = withoutFences(text);
  const faults: string[] = [];

  for (const [, target = ""] of prose.matchAll(/\]\(([^)\s]+)\)/g)) {
    if (/^[a-z]+:/.test(target)) continue;
    const [file = "", anchor] = target.split("#");
    const page = file === "" ? path : posix.normalize(posix.join(posix.dirname(path), file));
    if (!exists(page, repository.files)) faults.push(`the link ${target} leads nowhere`);
    else if (anchor !== undefined && !anchorsOf(pages[page] ?? "").includes(anchor))
      faults.push(`the link ${target} leads to no heading`);
  }

  const named = new Set([
    ...[...prose.matchAll(/`([^`\n]+)`/g)].map(([, code = ""]) => code).filter(isPath),
    ...[...text.matchAll(/(?<![\w/.@-])(?:packages|stacks)\/[\w.*<>{}…-]+(?:\/[\w.*<>{}…-]+)*/g)].map(([each]) =>
      each.replace(/\.$/, ""),
    ),
  ]);
  for (const name of named)
    if (!isPattern(name) && !shortened.some((folder) => exists(folder + name, repository.files)))
      faults.push(`${name} is not there`);

  for (const [, script = ""] of text.matchAll(/\bnpm run (?:-s |--silent )?([\w:-]+)/g))
    if (!scripts.includes(script)) faults.push(`npm run ${script} is not in package.json`);
  return [...new Set(faults)];
}

/** Lines of prose that are longer than `most` columns. Tables, code and headings may be. */
export function longLines(text: string, most = 120): string[] {
  return withoutFences(text)
    .split("\n")
    .filter((line) => [...line].length > most && !/^\s*(\||#|\[[^\]]+\]:)/.test(line) && !line.startsWith("<!--"));
}

/** The anchors that GitHub gives to a page's headings. */
export function anchorsOf(text: string): string[] {
  const seen = new Map<string, number>();
  return [...withoutFences(text).matchAll(/^#+ +(.+)$/gm)].map(([, heading = ""]) => {
    const slug = heading
      .toLowerCase()
      .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-");
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    return count ? `${slug}-${count}` : slug;
  });
}

const withoutFences = (text: string) => text.replace(/^```[\s\S]*?^```$/gm, "");

/** Whether a code span looks like a path of this repository: not a route, a media type or a package. */
function isPath(code: string): boolean {
  if (!/^[\w.*<>{}…-]+(\/[\w.*<>{}…-]+)*\/?$/.test(code)) return false;
  if (extensions.test(code)) return true;
  return /^(packages|stacks|core|functions|local|scripts|bench)\//.test(code);
}

const isPattern = (name: string) => /[<>{}…]/.test(name);

/** Whether the path is a file or a folder, or a pattern with `*` that matches a file. A bare file name may be anywhere. */
function exists(path: string, files: string[]): boolean {
  const wanted = path.replace(/\/$/, "");
  if (wanted === "" || wanted === ".") return true;
  const pattern = wanted.split("*").map(escaped).join("[^/]*");
  const whole = new RegExp(`^${wanted.includes("/") ? "" : "(.*/)?"}${pattern}(/.*)?$`);
  return files.some((file) => whole.test(file));
}

const escaped = (text: string) => text.replace(/[.+?^${}()|[\]\\-]/g, "\\$&");
