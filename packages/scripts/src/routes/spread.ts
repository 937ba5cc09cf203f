import type { Airport } from "@travel-conductor/core/airport";
import { kilometers } from "@travel-conductor/core/base/earth";
import type { Corrections, Direct } from "./corrections.ts";

/** Countries in which low-cost airlines fly between two of their own airports. */
const domestic = new Set(["IT", "ES", "MA", "PT", "PL", "FR"]);

/** The flights of airlines that the schedule lacks: drawn from their bases and places by a hash, always alike. */
export function spread({ spreads }: Corrections, airports: Map<string, Airport>): Direct[] {
  return spreads.flatMap(({ airline, among, from: share, bases, stops }) => {
    const all = [...bases, ...stops];
    return bases.flatMap((base) =>
      all.flatMap((other): Direct[] => {
        const [a, b] = [airports.get(base), airports.get(other)];
        if (!a || !b) throw new Error(`routes.txt: ${airline} ${base} ${other} is not an airport`);
        const both = bases.includes(other);
        if (base === other || (both && base > other)) return [];
        const km = kilometers(a.location, b.location);
        if (km < 250 || (km > 4200 && airline === "FR") || (a.country === b.country && !domestic.has(a.country)))
          return [];
        const hash = draw(`${airline}${[base, other].sort().join("")}`);
        if (hash % 100 >= (both ? among : share)) return [];
        const daily = both && a.size + b.size > 12;
        return [{ airline, from: base, to: other, weekly: daily ? 7 + (hash % 3) : 2 + (hash % 4) }];
      }),
    );
  });
}

/** FNV-1a. */
function draw(text: string): number {
  let hash = 0x811c9dc5;
  for (const letter of text) hash = Math.imul(hash ^ letter.charCodeAt(0), 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}
