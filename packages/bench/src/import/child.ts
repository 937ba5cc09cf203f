import { moveIn } from "../../../scripts/src/moving/run.ts";

/** Imports one file in a process of its own, and prints how long it took (ms) and the most memory (MB). */
const [path = "", databaseUrl = "", at = ""] = process.argv.slice(2);
const start = performance.now();
const { exitCode, tables } = await moveIn({ paths: [path], databaseUrl, at: new Date(at) });
const took = performance.now() - start;
if (exitCode !== 0) throw new Error(`not all rows arrived: ${JSON.stringify(tables)}`);
console.log(JSON.stringify({ took, peak: process.resourceUsage().maxRSS / 1024 }));
process.exit(0);
