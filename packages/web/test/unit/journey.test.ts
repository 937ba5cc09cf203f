import fc from "fast-check";
import { expect, test } from "vitest";
import { addDays, isComplete, journeyAddress, nightsOf, readFilters, readJourney } from "../../src/search/journey.ts";

test("an address and its journey are the same, whichever is made of the other", () => {
  const address =
    "?origin=LON&destination=BCN,LIS&departureDate=2027-01-24&returnDate=2027-01-31&childAges=4,9&adults=2&infants=1&cabin=business&currency=GBP";
  const journey = readJourney(address);
  expect(journey).toEqual({
    origin: "LON",
    destination: "BCN,LIS",
    departureDate: "2027-01-24",
    returnDate: "2027-01-31",
    adults: 2,
    childAges: [4, 9],
    infants: 1,
    cabin: "business",
    currency: "GBP",
  });
  expect(readJourney(journeyAddress("", journey))).toEqual(journey);
  const filters = readFilters(
    "?sort=duration&stops=0,2&bags=1&airlines=BA,VY&departAfter=12:00&returnDepartBefore=17:59&refundable=true",
  );
  expect(readFilters(journeyAddress("", journey, filters))).toEqual(filters);
});

test.each([
  ["?origin=<script>&destination=%00%00&departureDate=tomorrow", { origin: "", destination: "", departureDate: "" }],
  ["?origin=lon&destination=bcn", { origin: "LON", destination: "BCN" }],
  ["?origin=LON&origin=PAR", { origin: "LON" }],
  ["?adults=1e9&infants=-1&childAges=1,2,17,18,x,,3.5&cabin=cargo", { adults: 1, infants: 0, childAges: [2, 17] }],
  ["?adults=0x9", { adults: 9 }],
  ["?currency=gbp&returnDate=24.1.2027", { currency: undefined, returnDate: undefined }],
  ["?childAges=2,2,2,2,2,2,2,2,2,2,2", { childAges: [2, 2, 2, 2, 2, 2, 2, 2] }],
  ["%E0%A4%A&%%%", { origin: "" }],
])("what cannot be is as in an empty form: %s", (address, journey) => {
  expect(readJourney(address)).toMatchObject(journey);
});

test.each(["2027-02-30", "2027-13-01", "0000-00-00", "9999-99-99"])("%s is no day", (day) => {
  expect(readJourney(`?origin=LON&destination=BCN&departureDate=${day}`)).toMatchObject({ departureDate: "" });
});

test("no address whatever breaks it, and what is read can be written", () => {
  fc.assert(
    fc.property(fc.webQueryParameters(), (query) => {
      const journey = readJourney(query);
      isComplete(journey);
      expect(readJourney(journeyAddress("/search", journey).slice("/search".length))).toEqual(journey);
      readFilters(query);
    }),
  );
});

test("days are counted by the calendar, over the change of clocks and of years", () => {
  expect(addDays("2026-12-31", 1)).toBe("2027-01-01");
  expect(addDays("2027-03-27", 2)).toBe("2027-03-29");
  expect(nightsOf({ departureDate: "2027-03-27", returnDate: "2027-03-29" })).toBe(2);
  expect(nightsOf({ departureDate: "2027-03-27" })).toBeNull();
});
