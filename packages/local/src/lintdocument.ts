import { fileURLToPath } from "node:url";
import { createConfig, lintFromString } from "@redocly/openapi-core";
import { present } from "./document.ts";

/**
 * Checks an OpenAPI document by Redocly's recommended rules. Returns a line for each error or warning, with its rule
 * and its place. A document without references to other files is checked without a file or a server.
 */
export async function faultsOf(document: object): Promise<string[]> {
  const config = await createConfig({ extends: ["recommended"] });
  const found = await lintFromString({ source: JSON.stringify(document), absoluteRef: "openapi.json", config });
  return found.map(({ ruleId, message, location: [place] }) => `${place?.pointer ?? ""} ${message} (${ruleId})`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const faults = await faultsOf(await present());
  for (const fault of faults) console.error(fault);
  process.exit(faults.length > 0 ? 1 : 0);
}
