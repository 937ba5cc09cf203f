import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { readJourney } from "../../src/search/journey.ts";
import { keepSearch, latelySearched } from "../../src/search/lately.ts";

let stored = new Map<string, string>();
beforeEach(() => {
  stored = new Map();
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => stored.set(key, value),
  });
});
afterEach(() => vi.unstubAllGlobals());

const journey = (destination: string) => readJourney(`?origin=LHR&destination=${destination}&departureDate=2027-01-24`);
const routes = () => latelySearched("2026-11-26").map(({ route }) => route);

test("the last three searches are kept, newest first, each once and by the names that an answer gave", () => {
  for (const destination of ["JFK", "BCN", "MUC", "BER"]) keepSearch(journey(destination));
  expect(routes()).toEqual(["LHR – BER", "LHR – MUC", "LHR – BCN"]);
  keepSearch(journey("MUC"), "London (LHR) – Munich (MUC)");
  keepSearch(journey("BCN"));
  keepSearch(journey("MUC"));
  expect(routes()).toEqual(["London (LHR) – Munich (MUC)", "LHR – BCN", "LHR – BER"]);
  expect(latelySearched("2027-01-25")).toEqual([]);
});

test.each(['["?origin=LHR&destination=JFK&departureDate=2027-01-24"]', "{", "7", "[null, 1, {}]"])(
  "what an older version or anything else stored breaks nothing: %s",
  (text) => {
    stored.set("lately", text);
    expect(routes()).toEqual(text.includes("LHR") ? ["LHR – JFK"] : []);
  },
);
