import * as v from "valibot";
import { expect, test } from "vitest";
import { list } from "../../src/base/list.ts";
import * as Flight from "../../src/flight.ts";
import * as User from "../../src/user.ts";
import * as Watch from "../../src/watch.ts";

/** A list of `count` items which counts how many of them are read. */
function watched(count: number, item: unknown) {
  let reads = 0;
  const items = new Proxy(
    Array.from({ length: count }, () => item),
    {
      get(target, name, receiver) {
        if (typeof name === "string" && /^\d+$/.test(name)) reads++;
        return Reflect.get(target, name, receiver);
      },
    },
  );
  return { items, reads: () => reads };
}

const Codes = list(v.pipe(v.string(), v.toUpperCase(), v.regex(/^[A-Z]{3}$/, "must be a code")), 3);

test("a list within its length is parsed item by item", () => {
  expect(v.parse(Codes, ["stn", "BGY"])).toEqual(["STN", "BGY"]);
  expect(v.parse(Codes, [])).toEqual([]);
  const { issues = [] } = v.safeParse(Codes, ["stn", 1, "x"]);
  expect(issues.map((issue) => [v.getDotPath(issue), issue.message])).toEqual([
    ["1", expect.stringContaining("string")],
    ["2", "must be a code"],
  ]);
  for (const no of [null, "stn", {}, { length: 1 }]) expect(v.is(Codes, no)).toBe(false);
});

test("a list that is too long has one fault, and no item of it is read", () => {
  const { items, reads } = watched(60_000, 1);
  const { issues = [], success } = v.safeParse(Codes, items);
  expect(success).toBe(false);
  expect(issues.map(({ message }) => message)).toEqual(["must be 3 at most"]);
  expect(reads()).toBe(0);
  expect(() => v.parse(Codes, ["STN", "BGY", "LHR", "JFK"])).toThrow("must be 3 at most");
});

/** Every list that a caller gives, with the fields around it. */
const journey = { origin: "STN", destination: "BGY", departureDate: "2027-01-04" };
const lists: [name: string, schema: v.GenericSchema, field: string, around: object][] = [
  ["a search", Flight.Query as v.GenericSchema, "childAges", journey],
  ["a search", Flight.Query as v.GenericSchema, "airlines", journey],
  ["a search", Flight.Query as v.GenericSchema, "excludeAirlines", journey],
  ["a search", Flight.Query as v.GenericSchema, "flights", journey],
  ...["childAges", "airlines", "excludeAirlines", "flights", "origin", "destination"].map(
    (field): (typeof lists)[number] => ["a watch", Watch.Create as v.GenericSchema, field, journey],
  ),
  ["preferences", User.Preferences as v.GenericSchema, "preferredAirlines", {}],
  ["preferences", User.Preferences as v.GenericSchema, "preferredAirports", {}],
];

test.each(lists)("%s with 60,000 items in a list reads none of them", (_, schema, field, around) => {
  const { items, reads } = watched(60_000, 1.5);
  const { issues = [] } = v.safeParse(schema, { ...around, [field]: items });
  expect(issues.map((issue) => v.getDotPath(issue))).toEqual([field]);
  expect(reads()).toBe(0);
});
