/** One airline's flights between two airports, both ways; `weekly` as in routes.json. */
export type Direct = { airline: string; from: string; to: string; weekly: number };

/** Bases and other places of an airline, and of how many hundred pairs it flies: two bases, a base and another place. */
export type Spread = { airline: string; among: number; from: number; bases: string[]; stops: string[] };

export type Corrections = {
  ended: Set<string>;
  /** Sellers of an airline that flies for others. */
  sold: Map<string, string[]>;
  low: Set<string>;
  /** Low-cost airlines that sell connections. */
  connecting: Set<string>;
  /** The code of today of an airport that moved. */
  moved: Map<string, string>;
  homes: Map<string, Set<string>>;
  shut: Set<string>;
  never: Set<string>;
  cut: Set<string>;
  flown: Direct[];
  spreads: Spread[];
  isApart(country: string, other: string): boolean;
  mayFlyBetween(airline: string, from: string, to: string): boolean;
};

/**
 * Reads packages/scripts/data/routes.txt.
 * @throws Error naming the line that cannot be read
 */
export function readCorrections(text: string): Corrections {
  const found: Omit<Corrections, "isApart" | "mayFlyBetween"> = {
    ...{
      ended: new Set(),
      sold: new Map(),
      low: new Set(),
      connecting: new Set(),
      moved: new Map(),
      homes: new Map(),
      shut: new Set(),
      never: new Set(),
    },
    ...{ cut: new Set(), flown: [], spreads: [] },
  };
  const apart = new Set<string>();
  const between = new Set<string>();
  const spreadOf = (airline: string) => {
    const known = found.spreads.find((each) => each.airline === airline);
    if (!known) throw new Error(`routes.txt: no spread of ${airline}`);
    return known;
  };
  const addTo = (set: Set<string>, values: string[]) => {
    for (const value of values) set.add(value);
  };
  const verbs: Record<string, (words: string[]) => void> = {
    ended: (codes) => addTo(found.ended, codes),
    sold: ([code = "", ...by]) => found.sold.set(code, by),
    low: (codes) => addTo(found.low, codes),
    connecting: (codes) => addTo(found.connecting, codes),
    moved: (codes) => {
      for (let at = 0; at + 1 < codes.length; at += 2) found.moved.set(codes[at] ?? "", codes[at + 1] ?? "");
    },
    home: ([code = "", ...countries]) => found.homes.set(code, new Set(countries)),
    between: ([code = "", ...pairs]) =>
      addTo(
        between,
        pairs.map((pair) => (code === "*" ? `${pair} *` : `${code} ${pair}`)),
      ),
    shut: (codes) => addTo(found.shut, codes),
    apart: ([country = "", ...others]) =>
      addTo(
        apart,
        others.map((other) => sorted(country, other)),
      ),
    never: ([country = "", ...others]) =>
      addTo(
        found.never,
        others.map((other) => sorted(country, other)),
      ),
    cut: ([code = "", ...pairs]) =>
      addTo(
        found.cut,
        pairs.map((pair) => `${code} ${pair}`),
      ),
    fly: ([airline = "", hub = "", ...others]) => {
      const from = hub.replace(":", "");
      for (const other of others)
        found.flown.push({ airline, from, to: other.slice(0, 3), weekly: Number.parseInt(other.slice(3) || "7", 36) });
    },
    spread: ([airline = "", among, from]) =>
      void found.spreads.push({ airline, among: Number(among), from: Number(from), bases: [], stops: [] }),
    base: ([airline = "", ...codes]) => void spreadOf(airline).bases.push(...codes),
    stop: ([airline = "", ...codes]) => void spreadOf(airline).stops.push(...codes),
  };
  for (const [index, line] of text.split("\n").entries()) {
    const [verb = "", ...words] = line.split(" ");
    if (verb === "" || verb === "#") continue;
    const read = verbs[verb];
    if (!read || words.length === 0 || words.includes("")) throw new Error(`routes.txt, line ${index + 1}: ${line}`);
    read(words);
  }
  return {
    ...found,
    isApart: (country, other) => apart.has(sorted(country, other)),
    mayFlyBetween: (airline, from, to) =>
      between.has(`${airline} *`) || between.has(`${airline} ${from}${to}`) || between.has(`${airline} ${to}${from}`),
  };
}

const sorted = (one: string, other: string): string => [one, other].sort().join("");
