import { expect, test } from "vitest";
import { sql } from "../../src/base/db.ts";
import * as Booking from "../../src/booking.ts";
import * as Watch from "../../src/watch.ts";
import * as a from "../support/factory.ts";
import * as old from "../support/moved.ts";

const now = new Date("2027-01-10T12:00:00Z");
const moved = { kind: "conflict", code: "booking.moved" };

test("bookings that were moved in are listed by their days, and each shows what is known", async () => {
  const userId = await old.user();
  const later = await old.booking(userId, ["2027-05-02", "2027-05-16"]);
  const sooner = await old.booking(userId, ["2027-02-02", "2027-02-09"], { status: "cancelled" });
  const past = await old.booking(userId, ["2026-12-02", "2026-12-09"]);
  const ids = async (when: "upcoming" | "past") =>
    (await Booking.list(userId, { when }, now)).items.map(({ id }) => id);
  expect(await ids("upcoming")).toEqual([sooner, later]);
  expect(await ids("past")).toEqual([past]);
  expect(await Booking.get(userId, later, now)).toMatchObject({
    status: "confirmed",
    journey: {
      origin: "DFW",
      destination: "FCO",
      departureDate: "2027-05-02",
      returnDate: "2027-05-16",
      airline: "AA",
    },
    slices: [],
    passengers: [{ givenName: "", familyName: "Ling", kind: "adult" }],
    total: { amount: "7166.70", currency: "TRY" },
    actions: [],
    airlineReference: null,
    places: { DFW: { city: "Dallas" }, FCO: { city: "Rome" } },
  });
  await expect(Booking.get(await a.user(), later, now)).rejects.toMatchObject({ code: "booking.missing" });
});

test("what needs its flights or its order says that they are not known", async () => {
  const userId = await old.user();
  const id = await old.booking(userId, ["2027-05-02", "2027-05-16"]);
  await expect(Booking.watch(userId, id, {}, now)).rejects.toMatchObject(moved);
  await expect(Booking.quote(userId, id, now)).rejects.toMatchObject(moved);
  await expect(Booking.cancel(userId, id, { quote: "x" }, now)).rejects.toMatchObject(moved);
  await expect(Booking.confirmPayment(userId, id, now)).rejects.toMatchObject(moved);
});

test("its itinerary has the days, its receipt the total, and no name is markup", async () => {
  const userId = await old.user();
  const hostile = `</td><script>alert("1")</script>&amp;\u202e'`;
  const id = await old.booking(userId, ["2027-05-02", "2027-05-16"], { familyName: hostile });
  const nobody = await old.booking(userId, ["2027-05-02", "2027-05-16"], { isSealed: false });
  const { html: text } = await Booking.itinerary(userId, id, now);
  expect(text).toMatch(/Dallas[\s\S]*Rome[\s\S]*Sunday,? 2 May 2027[\s\S]*Sunday,? 16 May 2027/);
  expect(text).toContain("&lt;/td&gt;&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;amp; &#39;");
  expect(text).not.toContain("<script");
  const { html: receipt } = await Booking.receipt(userId, id, now);
  expect(receipt).toMatch(/7,166\.70/);
  expect(receipt).not.toContain("Not taken");
  await sql`update users set language = 'fr-FR' where users.id = ${userId}`;
  expect((await Booking.itinerary(userId, nobody, now)).html).toMatch(
    /<html lang="en-GB">[\s\S]*Dallas[\s\S]*2 May 2027/,
  );
  for (const paper of [Booking.itinerary, Booking.receipt])
    await expect(paper(await a.user(), id, now)).rejects.toMatchObject({ code: "booking.missing" });
});

test("its calendar has the days, and a shared link shows places and days", async () => {
  const userId = await old.user();
  const id = await old.booking(userId, ["2027-05-02", "2027-05-16"]);
  const text = await Booking.calendar(userId, id, now);
  expect(text.match(/^DT(START|END).*$/gm)?.map((line) => line.trim())).toEqual([
    "DTSTART;VALUE=DATE:20270502",
    "DTEND;VALUE=DATE:20270503",
    "DTSTART;VALUE=DATE:20270516",
    "DTEND;VALUE=DATE:20270517",
  ]);
  const { path } = await Booking.share(userId, id);
  const shared = await Booking.shared(path.replace("/shared/", ""));
  expect(shared).toMatchObject({ journey: { departureDate: "2027-05-02" }, slices: [], places: { DFW: {}, FCO: {} } });
  expect(JSON.stringify(shared)).not.toContain("Ling");
});

test("a traveler who lacks what airlines ask for is named at its fields before a flight is looked for", async () => {
  const userId = await old.user();
  await sql`update users set email_verified = true where users.id = ${userId}`;
  const traveler = await old.traveler(userId);
  const wish = { travelers: [traveler], terms: Booking.currentTerms };
  const errors = ["givenName", "bornOn", "gender", "title", "phone"].map((field) => ({
    pointer: `/travelers/0/${field}`,
    detail: "is needed by airlines",
  }));
  const refused = { kind: "input", code: "booking.party", errors };
  await expect(Booking.create(userId, { ...wish, offer: "none", hold: true }, now)).rejects.toMatchObject(refused);
  const days = new Date(Date.now() + 90 * 86_400_000).toISOString().slice(0, 10);
  const journey = {
    origin: "STN",
    destination: "BGY",
    departureDate: days,
    currency: "GBP",
    rules: { target: "900.00" },
  };
  const watch = await Watch.create(userId, journey, new Date());
  await expect(Booking.setAutoHold(userId, watch.id, wish, new Date())).rejects.toMatchObject(refused);
});
