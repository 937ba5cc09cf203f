import { expect, test } from "vitest";
import { isMeantBy } from "../../src/search/meant.ts";

const newYork = { code: "NYC", city: "New York", name: "New York, all airports" };
const kennedy = { code: "JFK", city: "New York", name: "John F Kennedy International Airport" };
const zurich = { code: "ZRH", city: "Zürich", name: "Zürich Airport" };

test.each([
  [newYork, "new yo"],
  [newYork, " New York "],
  [newYork, "nyc"],
  [newYork, "york"],
  [kennedy, "jfk"],
  [kennedy, "kenn"],
  [zurich, "zuri"],
  [zurich, "ZÜRICH"],
])("%o is what a person means who types %s", (place, typed) => {
  expect(isMeantBy(place, typed)).toBe(true);
});

test.each([
  [newYork, ""],
  [newYork, "ork"],
  [newYork, "yo, new"],
  [kennedy, "jf"],
  [{ code: "MUC", city: "Munich", name: "Munich Airport" }, "München"],
  [{ code: "NYC", city: "New York", name: "New York, all airports" }, "new yokr"],
])("%o is a guess for a person who types %s", (place, typed) => {
  expect(isMeantBy(place, typed)).toBe(false);
});
