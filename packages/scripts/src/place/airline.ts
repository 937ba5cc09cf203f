import { corrected } from "./corrections.ts";
import { carriers, table } from "./sources.ts";

/** A row of `packages/core/data/airlines.json`. */
export type AirlineRow = [code: string, name: string, country: string | null];

/** The home countries of airlines: codes by country, kept by hand. */
const homes = new Map(
  table("airline-homes.tsv").flatMap(([country = "", codes = ""]) =>
    codes.split(" ").map((code) => [code, country] as const),
  ),
);

/** All airlines that a package or a correction names. */
export function airlineRows(): AirlineRow[] {
  const rows = new Map<string, AirlineRow>();
  for (const { iata, name } of carriers) {
    if (!/^[A-Z0-9]{2}$/.test(iata) || iata.startsWith("1") || rows.has(iata) || /cargo/i.test(name)) continue;
    rows.set(iata, [iata, tradeName(name), homes.get(iata) ?? null]);
  }
  for (const [code, name] of corrected("airline")) rows.set(code, [code, name, homes.get(code) ?? null]);
  for (const code of corrected("ended").keys()) rows.delete(code);
  return [...rows.values()];
}

const form =
  /[\s,]+(inc|incorporated|ltda?|limited|llc|l\.l\.c|llp|lp|plc|p\.l\.c|corp|corporation|co|company|gmbh|ag|ab|a\/s|as|asa|oy|oyj|nv|n\.v|b\.?v|s\.?a|s\.?a\.?s|s\.?r\.?l|s\.?p\.?a|s\.a\. de c\.v|sa de cv|pvt|\(pvt\)|\(private\)|private|pjsc|jsc|ojsc|sro|s\.r\.o|d\.o\.o|kft|sdn|bhd|tbk|pty|\(pty\)|joint|stock|public)\.?$/i;

/** The name that an airline trades under: "Air Astra Ltd. d/b/a Astra" → Astra, "Air China Limited" → Air China. */
function tradeName(legal: string): string {
  let name = legal
    .replace(/^.*\b(d\/b\/a|t\/a|dba)\s+/i, "")
    .replace(/^PT\.?\s+/, "")
    .replace(/\s*\(.*\)\s*$/, "")
    .trim();
  for (let shorter = name.replace(form, ""); shorter !== name && shorter !== ""; shorter = name.replace(form, ""))
    name = shorter.trim();
  return name;
}
