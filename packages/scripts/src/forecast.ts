import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { addDays } from "@travel-conductor/core/base/day";
import { read } from "@travel-conductor/core/replay";
import { score } from "./forecast/score.ts";
import { toDaily, walk } from "./forecast/walk.ts";
import { parseFile } from "./replay/file.ts";

// Measures the forecast on recorded fares: on each day the product answers from the days before alone, and is judged by the
// days after. Arguments: the file (without one, the recorded fares beside the project), and the first day of the part that
// is told apart as held out. The last line has all figures.
const [file = fileURLToPath(new URL("../../../../shared/fares/stn-bgy.csv", import.meta.url)), split = "2026-03-16"] =
  process.argv.slice(2);
const records = toDaily(read(parseFile(readFileSync(file)).lines).recorded);
const days = [...new Set(records.flatMap(({ lows }) => [...lows.keys()]))].sort();
const [first = "", last = ""] = [days[0], days.at(-1)];
// The last day is recorded in part.
const all = await walk(records, first, addDays(last, -8));

const months = [...new Set(all.map(({ day }) => day.slice(0, 7)))];
const parts = {
  [`before ${split}`]: all.filter(({ day }) => day < split),
  [`from ${split}`]: all.filter(({ day }) => day >= split),
  ...Object.fromEntries(months.map((month) => [month, all.filter(({ day }) => day.startsWith(month))])),
  all,
};
const short = (figure: number) => Number(figure.toFixed(4));
const scores = Object.fromEntries(Object.entries(parts).map(([name, said]) => [name, score(said)]));
const rows = Object.entries(scores).map(([name, { answered, abstained, hitRate, brier, baseBrier, better }]) => [
  name,
  { answered, ...abstained, hitRate, brier, baseBrier, better },
]);
console.table(
  Object.fromEntries(
    rows.map(([name, row]) => [
      name,
      Object.fromEntries(Object.entries(row!).map(([key, figure]) => [key, short(Number(figure))])),
    ]),
  ),
);
console.log(`calibration from ${split}`);
console.table(
  scores[`from ${split}`]?.calibration.map(({ said, came, ...tenth }) => ({
    ...tenth,
    said: short(said),
    came: short(came),
  })),
);
console.log(JSON.stringify(scores, (_, value) => (typeof value === "number" ? short(value) : value)));
