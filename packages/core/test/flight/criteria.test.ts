import fc from "fast-check";
import * as v from "valibot";
import { expect, test } from "vitest";
import { Criteria } from "../../src/flight.ts";

const trip = { origin: "STN", destination: "BGY", departureDate: "2027-03-10" };
const faults = (input: unknown) => v.safeParse(Criteria, input).issues?.map((issue) => v.getDotPath(issue)) ?? [];

test("the defaults are one adult in economy, one way, in dollars", () => {
  expect(v.parse(Criteria, { ...trip, origin: "stn" })).toEqual({
    ...trip,
    returnDate: null,
    adults: 1,
    childAges: [],
    infants: 0,
    cabin: "economy",
    maxStops: null,
    currency: "USD",
  });
});

test("children's ages are sorted", () => {
  expect(v.parse(Criteria, { ...trip, childAges: [9, 4, 12] }).childAges).toEqual([4, 9, 12]);
});

test.each([
  [{ origin: "ST" }, ["origin"]],
  [{ origin: "S1N" }, ["origin"]],
  [{ destination: "stn" }, ["destination"]],
  [{ departureDate: "2027-02-29" }, ["departureDate"]],
  [{ departureDate: "10/03/2027" }, ["departureDate"]],
  [{ departureDate: "2027-13-01" }, ["departureDate"]],
  [{ departureDate: "+002027-03-10" }, ["departureDate"]],
  [{ returnDate: "2027-03-08" }, ["returnDate"]],
  [{ adults: 0 }, ["adults"]],
  [{ adults: 1.5 }, ["adults"]],
  [{ adults: Number.NaN }, ["adults"]],
  [{ adults: 2, infants: 3 }, ["infants"]],
  [{ adults: 8, childAges: [4, 9] }, ["childAges"]],
  [{ childAges: [1] }, ["childAges.0"]],
  [{ childAges: [18] }, ["childAges.0"]],
  [{ cabin: "steerage" }, ["cabin"]],
  [{ maxStops: 3 }, ["maxStops"]],
  [{ currency: "XXX" }, ["currency"]],
  [{ anything: 1 }, ["anything"]],
  [{ origin: "?", destination: "?", departureDate: "?" }, ["origin", "destination", "departureDate"]],
  [{ cabin: "?", destination: "STN", infants: 2 }, ["cabin", "destination", "infants"]],
  [{ departureDate: "?", returnDate: "2027-01-01" }, ["departureDate"]],
])("%j has faults at %j only", (over, fields) => {
  expect(faults({ ...trip, ...over })).toEqual(fields);
});

test("a return on the day of departure and a party of nine seats are accepted", () => {
  expect(faults({ ...trip, returnDate: trip.departureDate })).toEqual([]);
  expect(faults({ ...trip, adults: 5, childAges: [2, 3, 4, 17], infants: 5 })).toEqual([]);
});

test("any input is either accepted or has a fault", () => {
  fc.assert(
    fc.property(fc.anything(), (input) => {
      const { success, issues } = v.safeParse(Criteria, input);
      expect(success || issues.length > 0).toBe(true);
    }),
  );
});
