import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { plan } from "../../src/watch/plan.ts";
import { Watched } from "../../src/watch/schema.ts";
import { noon } from "../support/factory.ts";

const trip = { origin: "STN", destination: "BGY", currency: "GBP" };
const planned = (over: object, at: Date = noon) => plan(v.parse(Watched, { ...trip, ...over }), at);
const names = async (over: object, at?: Date) =>
  (await planned(over, at)).fares.map(
    ({ origin, destination, departureDate, returnDate }) =>
      `${origin}-${destination} ${departureDate}${returnDate ? `/${returnDate}` : ""}`,
  );
const refused = (over: object, at?: Date) =>
  expect(planned(over, at)).rejects.toMatchObject({ kind: "input", errors: [{ pointer: "/departureDate" }] });

describe("a watch ends", () => {
  const ends = async (over: object, at?: Date) => (await planned(over, at)).endsAt.toISOString();

  test.each([
    ["the end of its last day, less 3 hours", { departureDate: "2026-08-01" }, "2026-08-01T20:00:00.000Z"],
    [
      "when it can leave at the latest",
      { departureDate: "2026-08-01", departBefore: "10:30" },
      "2026-08-01T06:30:00.000Z",
    ],
    [
      "after the last of a window",
      { departureFrom: "2026-08-01", departureTo: "2026-08-03" },
      "2026-08-03T20:00:00.000Z",
    ],
    ["after the last weekend", { weekendsIn: "2026-10" }, "2026-10-31T21:00:00.000Z"],
    [
      "on the last of the origins' clocks",
      { origin: ["AKL", "STN", "HNL"], destination: "LAX", departureDate: "2026-08-01" },
      "2026-08-02T07:00:00.000Z",
    ],
    [
      "east of the date line a day before",
      { origin: "AKL", destination: "LAX", departureDate: "2026-08-01" },
      "2026-08-01T09:00:00.000Z",
    ],
    ["on the day the clocks go forward", { departureDate: "2026-03-29" }, "2026-03-29T20:00:00.000Z"],
    ["the day before it", { departureDate: "2026-03-28" }, "2026-03-28T21:00:00.000Z"],
    ["on the day they go back", { departureDate: "2026-10-25" }, "2026-10-25T21:00:00.000Z"],
    ["in an hour that is skipped", { departureDate: "2026-03-29", departBefore: "01:30" }, "2026-03-28T22:30:00.000Z"],
    [
      "at a midnight that is skipped",
      { origin: "CAI", destination: "FCO", departureDate: "2026-04-23" },
      "2026-04-23T19:00:00.000Z",
    ],
    ...[
      ["YVR", "2026-12-21T04:00:00.000Z"],
      ["YYC", "2026-12-21T03:00:00.000Z"],
      ["YEV", "2026-12-21T03:00:00.000Z"],
      ["YWG", "2026-12-21T02:00:00.000Z"],
      ["CMN", "2026-12-20T21:00:00.000Z"],
      ["HAV", "2026-12-21T01:00:00.000Z"],
    ].map(([origin, end]): [string, object, string] => [
      `by the clocks of ${origin} since 2026`,
      { origin, destination: "JFK", departureDate: "2026-12-20" },
      end!,
    ]),
    [
      "in an hour that is skipped west of UTC",
      { origin: "JFK", departureDate: "2026-03-08", departBefore: "02:30" },
      "2026-03-08T04:30:00.000Z",
    ],
    ["with its own last day", { departureDate: "2026-08-01", endsOn: "2026-07-01" }, "2026-07-01T23:00:00.000Z"],
    [
      "with its own last day on the last of the clocks",
      { origin: ["AKL", "HNL"], destination: "LAX", departureDate: "2026-08-01", endsOn: "2026-07-01" },
      "2026-07-02T10:00:00.000Z",
    ],
    [
      "before departure though its own last day is that",
      { departureDate: "2026-08-01", endsOn: "2026-08-01" },
      "2026-08-01T20:00:00.000Z",
    ],
  ])("%s", async (_, over, end) => {
    expect(await ends(over)).toBe(end);
  });

  test("on a leap day", async () => {
    const at = new Date("2027-06-01T12:00:00Z");
    expect(await ends({ departureDate: "2028-02-29" }, at)).toBe("2028-02-29T21:00:00.000Z");
    const across = { departureFrom: "2028-02-28", departureTo: "2028-03-01", stayNights: { min: 1, max: 1 } };
    expect((await names(across, at)).at(1)).toBe("STN-BGY 2028-02-29/2028-03-01");
    expect(await names(across, at)).toHaveLength(3);
  });

  test("so a watch that would have ended already is refused, to the millisecond", async () => {
    const over = { departureDate: "2026-03-01" };
    const end = Date.parse("2026-03-01T21:00:00Z");
    expect(await ends(over, new Date(end - 1))).toBe(new Date(end).toISOString());
    await refused(over, new Date(end));
    await refused({ ...over, departBefore: "15:00" });
  });

  test("a day that has begun on one side of the date line may be over on the other", async () => {
    const over = { origin: ["AKL", "HNL"], destination: "LAX", departureDate: "2026-03-01" };
    expect(await names(over)).toEqual(["HNL-LAX 2026-03-01"]);
    await refused({ ...over, origin: "AKL" });
  });
});
