import { execFileSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { isoDay } from "@travel-conductor/core/base/day";
import type { Edition } from "@travel-conductor/core/base/zone";
import moment from "moment-timezone";
import { renamed, utc } from "./zone/renamed.ts";

/** Flights are sold for a year ahead; moment-timezone's data end with `last`. */
const years = { first: 2020, last: 2037 };

const require = createRequire(import.meta.url);
const packed: {
  version: string;
  zones: string[];
  links: string[];
  countries: string[];
} = require("moment-timezone/data/packed/latest.json");
const { version: installed }: { version: string } = require("moment-timezone/package.json");

/** @throws Error when a newer moment-timezone is out than the one that is installed here */
function requireNewest(): void {
  const newest = execFileSync("npm", ["view", "moment-timezone", "version"], { encoding: "utf8" }).trim();
  if (newest === installed) return;
  throw new Error(
    `moment-timezone ${newest} is out and ${installed} is installed. Pin ${newest} in packages/scripts/package.json, ` +
      "install, and run `npm run zones` again.",
  );
}

/** The day on which moment-timezone published this edition, by its change log. */
async function released(): Promise<string> {
  const log = await readFile(require.resolve("moment-timezone/changelog.md"), "utf8");
  for (const [, day, text] of log.matchAll(/^### `[\d.]+` _(\d{4}-\d\d-\d\d)_\n([\s\S]*?)(?=^### )/gm)) {
    if (day && text?.includes(`\`${packed.version}\``)) return day;
  }
  throw new Error(`moment-timezone's change log does not name ${packed.version}`);
}

/** The offset at the start of the first year, then by turns each change (minutes since 1970) and the offset after it. */
function historyOf(name: string): number[] {
  const zone = moment.tz.zone(name);
  if (!zone) throw new Error(`moment-timezone does not know ${name}`);
  const [start, end] = [Date.UTC(years.first), Date.UTC(years.last + 1)];
  const ahead = (at: number) => 0 - zone.utcOffset(at);
  const steps = [ahead(start)];
  for (const until of zone.untils) {
    const after = ahead(until);
    if (until > start && until < end && after !== steps.at(-1)) steps.push(until / 60_000, after);
  }
  if (!steps.every(Number.isInteger)) throw new Error(`${name} has an offset or a change within a minute`);
  return steps;
}

/** The names in the IANA table of countries and their zones: the current ones. */
const current = new Set(packed.countries.flatMap((country) => country.split("|")[1]!.split(" ")));
const targets = new Map(packed.links.map((link) => link.split("|").reverse() as [string, string]));
const names = [...packed.zones.map((zone) => zone.split("|")[0]!), ...targets.keys()].sort();

/**
 * The current name of a zone. A former name stands for the only current name with the same history since 1970, or for
 * that which the hand-kept table says.
 */
function currentName(name: string): string {
  if (current.has(name)) return name;
  const target = targets.get(name) ?? name;
  if (utc.has(target)) return "UTC";
  const told = renamed[name];
  if (told) return told;
  if (/^Etc\/GMT[+-]\d+$/.test(name)) return name;
  const same = names.filter((other) => (targets.get(other) ?? other) === target && current.has(other));
  if (current.has(target)) return target;
  if (same.length === 1) return same[0]!;
  throw new Error(`Which of ${same} is ${name}? Say it in packages/scripts/src/zone/renamed.ts.`);
}

requireNewest();
const histories = new Map<string, string[]>();
const old: [string, string][] = [];
for (const name of [...names, "UTC"]) {
  const now = currentName(name);
  if (now !== name) old.push([name, now]);
  if (now !== name || (name === "UTC" && histories.get("[0]")?.includes("UTC"))) continue;
  const key = JSON.stringify(historyOf(name));
  histories.set(key, [...(histories.get(key) ?? []), name]);
}
const edition: Edition = {
  version: packed.version,
  released: await released(),
  checked: isoDay(new Date()),
  ...years,
};
const rows = [...histories].map(([history, zones]) => `["${zones.join(" ")}",${history}]`).sort();
const lines = old.sort().map((pair) => pair.map((name) => JSON.stringify(name)).join(":"));
const text = `${JSON.stringify(edition).slice(0, -1)},"rows":[\n${rows.join(",\n")}\n],"renamed":{\n${lines.join(",\n")}\n}}\n`;
await writeFile(new URL("../../core/src/base/zones.json", import.meta.url), text);
console.log(`zones.json: ${packed.version}, ${rows.length} histories, ${Math.round(text.length / 1024)} KiB`);
