import { readFile, writeFile } from "node:fs/promises";
import { buildRoutes } from "./routes/build.ts";

// Makes packages/core/data/routes.json, the flights of the simulated market: `npm run routes -- <file>`, where the file
// is OpenTravelData's optd_airline_por.csv. packages/scripts/data/routes.txt has what is added and taken away.

const [path] = process.argv.slice(2);
if (!path) {
  console.error("npm run routes -- <OpenTravelData's optd_airline_por.csv>");
  process.exit(1);
}
const changes = await readFile(new URL("../data/routes.txt", import.meta.url), "utf8");
const text = await buildRoutes(await readFile(path, "utf8"), changes);
await writeFile(new URL("../../core/data/routes.json", import.meta.url), text);
console.log(`routes.json: ${text.split("\n").length - 3} airlines, ${Math.round(text.length / 1024)} KiB`);
