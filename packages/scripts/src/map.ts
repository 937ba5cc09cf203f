import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const home = new URL("../../../", import.meta.url);

/** `packages/core/domains.json`: the files of base, and the domains with what each is about, from the ground up. */
export type Domains = { base: string[]; layers: Record<string, string>[] };

const begin = "<!-- map: written by `npm run map` -->";
const end = "<!-- map ends -->";

/** The README's map: a table of layers, the highest first, and base below them. */
export function mapOf({ base, layers }: Domains): string {
  const rows = layers.map((layer, index) => {
    const lines = Object.entries(layer).map(([domain, about]) => `**${domain}**: ${about}`);
    return `| ${index + 1} | ${lines.join("<br>")} |`;
  });
  return ["| layer | domains |", "| --- | --- |", ...rows.reverse(), `| base | ${base.join(", ")} |`].join("\n");
}

/** Replaces the map between its marks. @throws when the marks are not there, once each and in order */
export function withMap(readme: string, map: string): string {
  const [before, rest, ...more] = readme.split(begin);
  const [, after, ...others] = (rest ?? "").split(end);
  if (after === undefined || more.length || others.length) throw new Error(`The README needs ${begin} and ${end}.`);
  return `${before}${begin}\n\n${map}\n\n${end}${after}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const readme = new URL("README.md", home);
  const domains = JSON.parse(await readFile(new URL("packages/core/domains.json", home), "utf8")) as Domains;
  await writeFile(readme, withMap(await readFile(readme, "utf8"), mapOf(domains)));
}
