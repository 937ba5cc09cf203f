import { createHash } from "node:crypto";
import * as Airport from "@travel-conductor/core/airport";
import data from "@travel-conductor/core/data/routes.json" with { type: "json" };
import { randomFrom } from "../content/random.ts";

/** What is searched or watched: one way of one adult. */
export type Subject = { origin: string; destination: string; departureDate: string };

const routeCount = 2_000;
/** Days from now to a departure: each as likely as the others. */
const [nearest, farthest] = [10, 130];
const msPerDay = 86_400_000;

/** Ranks by Zipf's law with s = 1: the first of `count` is drawn twice as often as the second. */
export function zipf(count: number): (chance: number) => number {
  const bounds: number[] = [];
  let sum = 0;
  for (let rank = 1; rank <= count; rank++) {
    sum += 1 / rank;
    bounds.push(sum);
  }
  return (chance) => {
    const wanted = chance * sum;
    let [low, high] = [0, count - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (bounds[middle]! > wanted) high = middle;
      else low = middle + 1;
    }
    return low;
  };
}

/** The routes with the most flights a week, most first. */
async function busiest(): Promise<[string, string][]> {
  const airports = Airport.all();
  const shut = new Set(data.shut.split(" "));
  const weekly = new Map<string, number>();
  for (const row of data.rows) {
    for (const list of String(row[3]).split(" ")) {
      const hub = list.slice(0, 3);
      for (let at = 4; at < list.length; at += 4) {
        const pair = [hub, list.slice(at, at + 3)].sort().join(" ");
        weekly.set(pair, (weekly.get(pair) ?? 0) + (Number.parseInt(list[at + 3] ?? "7", 36) || 1));
      }
    }
  }
  return [...weekly]
    .filter(([pair]) => pair.split(" ").every((code) => airports.has(code) && !shut.has(code)))
    .toSorted(([pair, flights], [other, less]) => less - flights || pair.localeCompare(other))
    .slice(0, routeCount)
    .map(([pair]) => pair.split(" ") as [string, string]);
}

/**
 * Returns draws of what people watch and search. With `share`, only of every `share`-th fare: all of its watches are
 * drawn and those of other fares are not, so that a fare has as many watches as in the whole.
 */
export async function subjects(share: number, seed: number, at: Date): Promise<() => Subject> {
  const routes = await busiest();
  if (routes.length < routeCount) throw new Error(`There are only ${routes.length} routes`);
  const [chance, rankOf] = [randomFrom(seed), zipf(routes.length)];
  const draw = (): Subject => {
    const [one, other] = routes[rankOf(chance())]!;
    const isBack = chance() < 0.5;
    const days = nearest + Math.floor(chance() * (farthest - nearest));
    const departureDate = new Date(at.getTime() + days * msPerDay).toISOString().slice(0, 10);
    return { origin: isBack ? other : one, destination: isBack ? one : other, departureDate };
  };
  return () => {
    for (;;) {
      const subject = draw();
      if (share === 1 || partOf(subject) % share === 0) return subject;
    }
  };
}

const partOf = (subject: Subject) =>
  createHash("md5").update(Object.values(subject).join(" ")).digest().readUInt32LE(0);
