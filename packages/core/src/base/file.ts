import { existsSync, readFileSync } from "node:fs";
import { basename } from "node:path";

/**
 * Reads a text file that ships beside the code: the file at `place`, or in a Lambda, whose bundle lies elsewhere, the
 * file of that name in a folder above.
 * @throws Error when neither the folder of `place` nor a folder above it has such a file
 */
export function readShipped(place: URL): string {
  return readFileSync(findAbove(place), "utf8");
}

function findAbove(place: URL): URL {
  if (existsSync(place)) return place;
  const above = new URL(`../${basename(place.pathname)}`, place);
  if (above.href === place.href) throw new Error(`${basename(place.pathname)} is not in this artifact`);
  return findAbove(above);
}
