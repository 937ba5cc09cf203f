import { counted } from "@travel-conductor/local/testing";
import { expect, test } from "vitest";
import { newId } from "../../src/base/id.ts";
import * as Traveler from "../../src/traveler.ts";
import * as a from "../support/factory.ts";
import { faults, now, passport, traveler } from "../support/travelers.ts";

const missing = { kind: "missing", code: "traveler.missing" };

test.each<[string, string | undefined, string | null]>([
  ["2026-11-25", undefined, "before_end"],
  ["2026-11-26", undefined, "within_six_months"],
  ["2027-05-25", undefined, "within_six_months"],
  ["2027-05-26", undefined, null],
  ["2027-06-29", "2027-06-30", "before_end"],
  ["2027-12-29", "2027-06-30", "within_six_months"],
  ["2027-12-30", "2027-06-30", null],
  ["2028-02-28", "2027-08-31", "within_six_months"],
  ["2028-02-29", "2027-08-31", null],
])("a document valid until %s, of a journey that ends on %s: %s", async (expiresOn, journeyEnds, runsOut) => {
  const userId = await a.user();
  const { id } = await traveler(userId);
  await Traveler.addDocument(userId, id, passport({ expiresOn }), now);
  const query = journeyEnds === undefined ? {} : { journeyEnds };
  expect((await Traveler.get(userId, id, query, now)).documents).toMatchObject([{ runsOut }]);
  expect((await Traveler.list(userId, query, now)).items[0]?.documents).toMatchObject([{ runsOut }]);
});

test.each<[string, object, string[]]>([
  ["nothing", {}, ["/type", "/number", "/country"]],
  ["fields beside a zone", { ...passport(), mrz: "P<D" }, ["/type", "/number", "/country", "/expiresOn"]],
  ["a passport without an end", passport({ expiresOn: null }), ["/expiresOn"]],
  ["a passport that has run out", passport({ expiresOn: "2026-11-20" }), ["/expiresOn"]],
  ["a tax id with an end", passport({ type: "tax_id" }), ["/expiresOn"]],
  ["three letters of a country", passport({ country: "DEU" }), ["/country"]],
  ["a country that is none", passport({ country: "ZZ" }), ["/country"]],
  ["a number of two characters", passport({ number: "12" }), ["/number"]],
  ["a number with a letter of another script", passport({ number: "С01Х00Т47" }), ["/number"]],
  ["another type", passport({ type: "driving_license" }), ["/type"]],
  ["an unknown field", passport({ name: "Erika" }), ["/name"]],
])("refuses a document with %s", async (_, body, pointers) => {
  const userId = await a.user();
  const { id } = await traveler(userId);
  expect(await faults(Traveler.addDocument(userId, id, body, now))).toEqual(pointers);
  expect((await Traveler.get(userId, id, {}, now)).documents).toEqual([]);
});

test("a tax id keeps its dots and dashes, and has no end", async () => {
  const userId = await a.user();
  const { id } = await traveler(userId);
  const given = { type: "tax_id", number: "123.456.789-09", country: "BR" };
  const shown = await Traveler.addDocument(userId, id, given, now);
  expect(shown).toMatchObject({ type: "tax_id", numberEnds: "9-09", expiresOn: null, runsOut: null });
  const [party] = await Traveler.listFor(userId, [id]);
  expect(party?.documents).toMatchObject([{ number: "123.456.789-09", expiresOn: null }]);
});

test("a party comes in clear, in the order asked for, and names each place at fault", async () => {
  const userId = await a.user();
  const [one, two] = [await traveler(userId), await traveler(userId, { givenName: "Max" })];
  await Traveler.addDocument(userId, two.id, passport(), now);
  const costs = await counted(async () => {
    const party = await Traveler.listFor(userId, [two.id, one.id]);
    expect(party.map(({ givenName }) => givenName)).toEqual(["Max", "Erika"]);
    expect(party[0]?.documents).toMatchObject([{ number: "C01X00T47", country: "DE", expiresOn: "2032-02-28" }]);
  });
  expect(costs.postgres).toBe(1);
  await expect(Traveler.listFor(userId, [one.id, two.id, one.id])).rejects.toMatchObject({
    kind: "input",
    errors: [{ pointer: "/travelers/2" }],
  });
  await expect(Traveler.listFor(userId, [newId("tvl"), one.id, newId("tvl")])).rejects.toMatchObject({
    ...missing,
    errors: [{ pointer: "/travelers/0" }, { pointer: "/travelers/2" }],
  });
});
