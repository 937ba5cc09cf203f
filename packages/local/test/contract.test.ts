import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { main } from "../src/contract.ts";

let folder: string;
let places: { lock: URL; changelog: URL };
const faults: string[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "contract-"));
  const at = (name: string) => pathToFileURL(join(folder, name));
  places = { lock: at("openapi.lock.json"), changelog: at("changelog.md") };
  await writeFile(places.changelog, "# Changes\n\n## 2027-01-01\n\n- It begins.\n");
  faults.length = 0;
  vi.spyOn(console, "error").mockImplementation((line) => void faults.push(line));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

test("the document of the API breaks no client that knows the recorded one", async () => {
  expect([await main([]), faults]).toEqual([0, []]);
});

test("a change that breaks clients fails, and is not recorded, until the changelog says it", async () => {
  expect([await main(["record"], places), faults]).toEqual([0, []]);
  const first = await readFile(places.lock, "utf8");
  expect(await main([], places)).toBe(0);

  // Clients know a property that there is not.
  const known = JSON.parse(first);
  known.document.components.schemas.Watch.properties.colour = { type: "string" };
  await writeFile(places.lock, JSON.stringify(known));
  for (const command of [[], ["record"]]) {
    faults.length = 0;
    expect(await main(command, places)).toBe(1);
    expect(faults[0]).toBe("Watch (answer).colour is gone: no new line of the changelog has `colour`");
    expect(await readFile(places.lock, "utf8")).toBe(JSON.stringify(known));
  }

  await writeFile(places.changelog, "# Changes\n\n## 2027-01-02\n\n- Watches have no `colour` any more.\n");
  expect(await main([], places)).toBe(0);
  expect(await main(["record"], places)).toBe(0);
  expect(JSON.parse(await readFile(places.lock, "utf8")).document).toEqual(JSON.parse(first).document);
});
