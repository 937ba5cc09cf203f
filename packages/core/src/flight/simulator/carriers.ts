/** An airline of the simulated market. `kind` decides what it sells and at what level of fares. */
export type Carrier = {
  code: string;
  kind: "full" | "low" | "regional";
  /** Airports at which it sells connections (IATA codes). */
  hubs: ReadonlySet<string>;
  /** Pairs of airports (`SINSYD`) that it sells although both are abroad. */
  abroad: ReadonlySet<string>;
  key: number;
};

const set = (codes: string) => new Set(codes.trim().split(/\s+/));

/** Airlines with a first class on long flights, and with a premium economy: from memory of 2025. */
const first = set("AA AF AI BA CA CX CZ EK EY GA JL KE LH LX MU NH QF QR SQ SV TG");
const premium = set(
  `AA AC AF AI AS AY AZ BA BR CA CI CX CZ DE DL EK HU IB JL KL LA LH LO LX MU NH NZ OS PR QF SK SN SQ SS SV TK TN TX UA
   VN VS WS`,
);
/** Airlines that call the front cabin of their domestic flights first. */
const american = set("AA AS DL UA");

/** The shortest flight (km) on which a first class, or a premium economy, is sold. */
const shortest = { first: 1_500, premium: 3_500 };

/** The cabins in which an airline sells a journey of `km`. */
export function sells({ code, kind }: Carrier, cabin: string, km: number, domestic: boolean): boolean {
  if (cabin === "economy") return true;
  if (kind !== "full") return false;
  if (cabin === "business") return true;
  if (cabin === "premium_economy") return premium.has(code) && km >= shortest.premium;
  return (first.has(code) && km >= shortest.first) || (american.has(code) && domestic);
}
