import fc from "fast-check";
import * as v from "valibot";
import { expect, test } from "vitest";
import { sql } from "../../src/base/db.ts";
import { newId } from "../../src/base/id.ts";
import * as User from "../../src/user.ts";
import * as a from "../support/factory.ts";

const liked = {
  preferredAirlines: ["BA", "U2"],
  preferredAirports: ["STN", "BGY"],
  seatPreference: "window",
  mealPreference: "vegan",
  homeAirport: "LHR",
  currency: "GBP",
  language: "pt-BR",
  timeZone: "Europe/London",
  quietHours: { from: "22:00", to: "07:00" },
} as const;

/** The fields at fault, or none when the input is accepted. */
function faults(schema: v.GenericSchema, input: unknown): string[] {
  const { issues = [] } = v.safeParse(schema, input);
  return issues.map((issue) => v.getDotPath(issue) ?? "");
}

test("preferences are stored, and fields that are left out stay", async () => {
  const userId = await a.user();
  expect(await User.updatePreferences(userId, liked)).toMatchObject(liked);
  expect(await User.get(userId)).toMatchObject(liked);
  expect(await User.updatePreferences(userId, {})).toMatchObject(liked);
  expect(await User.updatePreferences(userId, { seatPreference: "aisle" })).toMatchObject({
    ...liked,
    seatPreference: "aisle",
  });
});

test("null removes a preference, and an empty list removes a list", async () => {
  const userId = await a.user();
  await User.updatePreferences(userId, liked);
  const none = { homeAirport: null, currency: null, language: null, timeZone: null, quietHours: null };
  const empty = { preferredAirlines: [], preferredAirports: [] };
  expect(await User.updatePreferences(userId, { ...none, ...empty })).toMatchObject({
    ...none,
    ...empty,
    mealPreference: "vegan",
  });
});

test("codes are returned in their canonical form", async () => {
  const userId = await a.user();
  const given = { homeAirport: "stn", preferredAirlines: ["ba"], currency: "gbp", language: "EN-gb" };
  const kept = { homeAirport: "STN", preferredAirlines: ["BA"], currency: "GBP", language: "en-GB" };
  expect(await User.updatePreferences(userId, given)).toMatchObject(kept);
});

test("an airline that we do not know is taken, and listed", async () => {
  const userId = await a.user();
  const known = { preferredAirlines: ["Q0", "BA"], unknownAirlines: ["Q0"] };
  expect(await User.updatePreferences(userId, { preferredAirlines: ["q0", "BA"] })).toMatchObject(known);
  expect(await User.get(userId)).toMatchObject(known);
});

test("unknown airports are refused, each at its position", async () => {
  const userId = await a.user();
  const given = { homeAirport: "QQQ", preferredAirports: ["STN", "LON"], preferredAirlines: ["BA"] };
  const errors = ["/preferredAirports/1", "/homeAirport"].map((pointer) => ({
    pointer,
    detail: expect.stringMatching(/^is no airport we know$/),
  }));
  const problem = { kind: "input", code: "user.preference", errors };
  await expect(User.updatePreferences(userId, given)).rejects.toMatchObject(problem);
  expect(await User.get(userId)).toMatchObject({ homeAirport: null, preferredAirlines: [] });
});

const refused = {
  preferredAirlines: ["BA", ["B"], ["00"], ["BAW"], ["BA", "BA"], ["ba", "BA"], [1], null, Array(21).fill("BA")],
  preferredAirports: ["STN", ["ST"], ["STN", "stn"], ["S\0N"], null, {}],
  seatPreference: ["", "roof", null, "Aisle", 1],
  mealPreference: ["", "soup", null],
  homeAirport: ["", "LOND", 1, "L\0R", []],
  currency: ["", "XXX", "EURO", 978, "BTC"],
  language: ["", "x", "xx-YY", "klingon!", "en_GB", "en-", 1, "a".repeat(36)],
  timeZone: ["", "London", "+01:00", "Mars/Olympus", "Europe/London\0", "../etc", 1, "GMT+25"],
  quietHours: [
    { from: "22:00" },
    { from: "24:00", to: "07:00" },
    { from: "9:00", to: "10:00" },
    { from: "07:00", to: "07:00" },
    { from: "07:00", to: "08:00", zone: "UTC" },
    [],
    "22-07",
  ],
};

test.each(Object.entries(refused))("an impossible %s is refused by its name", async (field, values) => {
  const userId = await a.user();
  for (const value of values) {
    const at = faults(User.Preferences, { [field]: value });
    expect(
      at.some((path) => path.startsWith(field)),
      JSON.stringify(value),
    ).toBe(true);
    await expect(User.updatePreferences(userId, { [field]: value })).rejects.toBeInstanceOf(v.ValiError);
  }
});

test.each([
  ["Europe/Kiev", "Europe/Kyiv"],
  ["Europe/Kyiv", "Europe/Kyiv"],
  ["asia/calcutta", "Asia/Kolkata"],
  ["America/Coyhaique", "America/Coyhaique"],
  ["Etc/UTC", "UTC"],
])("the time zone %s is taken, and answered as %s", async (timeZone, current) => {
  const userId = await a.user();
  expect(await User.updatePreferences(userId, { timeZone })).toMatchObject({ timeZone: current });
  expect(await User.get(userId)).toMatchObject({ timeZone: current });
  expect(await sql`select time_zone from users where id = ${userId}`).toEqual([{ time_zone: current }]);
});

test("a time zone that was stored under a former name is answered under its current one", async () => {
  const userId = await a.user();
  await sql`update users set time_zone = 'Europe/Kiev' where id = ${userId}`;
  expect(await User.get(userId)).toMatchObject({ timeZone: "Europe/Kyiv" });
  await sql`update users set time_zone = 'Mars/Base' where id = ${userId}`;
  expect(await User.get(userId)).toMatchObject({ timeZone: "Mars/Base" });
});

test("only names and the telephone can change, by the same rules as at sign-up", async () => {
  const userId = await a.user({ phone: "+442079460000" });
  expect(await User.update(userId, { firstName: " Zoë " })).toMatchObject({
    firstName: "Zoë",
    lastName: "Example",
    phone: "+442079460000",
  });
  expect(await User.update(userId, { lastName: "王", phone: null })).toMatchObject({ lastName: "王", phone: null });
  expect(await User.update(userId, {})).toMatchObject({ firstName: "Zoë", lastName: "王", phone: null });
  for (const [field, value] of [
    ["firstName", null],
    ["firstName", "1"],
    ["lastName", "a\0b"],
    ["phone", "44"],
  ] as const)
    expect(faults(User.Update, { [field]: value })).toEqual([field]);
});

const columns = [
  ...["id", "email", "emailKey", "email_verified", "emailVerified", "passwordHash", "password_hash", "password"],
  ...["password_version", "legacyId", "createdAt", "updated_at", "constructor", "toString", "userId"],
];

test("no other column can be set", async () => {
  const userId = await a.user();
  const before = await User.get(userId);
  for (const [schema, verb] of [
    [User.Update, User.update],
    [User.Preferences, User.updatePreferences],
  ] as const) {
    for (const column of columns) {
      expect(faults(schema, { [column]: "x" })).toEqual([column]);
      await expect(verb(userId, { [column]: "x" })).rejects.toBeInstanceOf(v.ValiError);
    }
    const input = JSON.parse('{"__proto__":{"email":"mallory@example.com","firstName":"Mallory"}}');
    await verb(userId, input).catch((error) => expect(error).toBeInstanceOf(v.ValiError));
    for (const odd of [null, undefined, [], "x", 1, new Map()])
      await verb(userId, odd).catch((error) => expect(error).toBeInstanceOf(v.ValiError));
  }
  expect(await User.get(userId)).toEqual(before);
});

test("only the user's own account changes", async () => {
  const [mine, other] = [await a.user(), await a.user()];
  const before = await User.get(other);
  await User.updatePreferences(mine, liked);
  await User.update(mine, { firstName: "Zoë" });
  expect(await User.get(other)).toEqual(before);
  const missing = { kind: "missing", code: "user.missing" };
  for (const nobody of [newId("usr"), "", "' or true --"]) {
    await expect(User.updatePreferences(nobody, liked)).rejects.toMatchObject(missing);
    await expect(User.update(nobody, {})).rejects.toMatchObject(missing);
  }
});

test("Postgres accepts whatever the schemas accept", async () => {
  const userId = await a.user();
  const text = fc.string({ unit: "binary", maxLength: 8 });
  const input = fc.record(
    {
      language: fc.oneof(text, fc.constantFrom("de-CH-1901", "zh-Hant", "en-u-ca-gregory", "i-klingon")),
      timeZone: fc.oneof(text, fc.constantFrom("UTC", "Asia/Calcutta", "Etc/GMT+5", "europe/paris")),
      currency: fc.oneof(text, fc.constantFrom("eur", "JPY")),
      quietHours: fc.oneof(fc.record({ from: text, to: text }), fc.constant({ from: "23:59", to: "00:00" })),
    },
    { requiredKeys: [] },
  );
  await fc.assert(
    fc.asyncProperty(input, async (given) => {
      const kept = await User.updatePreferences(userId, given).catch((error) => error);
      if (faults(User.Preferences, given).length > 0) expect(kept).toBeInstanceOf(v.ValiError);
      else expect(kept).toEqual(await User.get(userId));
    }),
    { numRuns: 100 },
  );
});
