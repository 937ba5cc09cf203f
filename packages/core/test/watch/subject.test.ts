import fc from "fast-check";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { localDay } from "../../src/base/zone.ts";
import type { Criteria } from "../../src/flight.ts";
import { plan } from "../../src/watch/plan.ts";
import { Watched } from "../../src/watch/schema.ts";
import { noon } from "../support/factory.ts";

const trip = { origin: "STN", destination: "BGY", currency: "GBP" };
const planned = (over: object, at: Date = noon) => plan(v.parse(Watched, { ...trip, ...over }), at);
const name = ({ origin, destination, departureDate, returnDate }: Criteria) =>
  `${origin}-${destination} ${departureDate}${returnDate ? `/${returnDate}` : ""}`;
const names = async (over: object, at?: Date) => (await planned(over, at)).fares.map(name);

/** The fields at fault, by any of the checks. */
async function faults(over: object, at?: Date): Promise<string[]> {
  const parsed = v.safeParse(Watched, { ...trip, ...over });
  if (!parsed.success) return parsed.issues.map((issue) => `/${v.getDotPath(issue)?.replaceAll(".", "/")}`);
  const refused = await planned(over, at).catch((error) => error);
  return refused.errors?.map(({ pointer }: { pointer: string }) => pointer) ?? [];
}

describe("the subject", () => {
  test("is one fare, or a window's, or a month's weekends, for each pair of places", async () => {
    expect(await names({ departureDate: "2026-08-01", returnDate: "2026-08-08" })).toEqual([
      "STN-BGY 2026-08-01/2026-08-08",
    ]);
    expect(await names({ departureFrom: "2026-08-30", departureTo: "2026-09-01" })).toEqual([
      "STN-BGY 2026-08-30",
      "STN-BGY 2026-08-31",
      "STN-BGY 2026-09-01",
    ]);
    const stayNights = { min: 0, max: 1 };
    expect(await names({ departureFrom: "2026-08-31", departureTo: "2026-09-01", stayNights })).toEqual([
      "STN-BGY 2026-08-31/2026-08-31",
      "STN-BGY 2026-08-31/2026-09-01",
      "STN-BGY 2026-09-01/2026-09-01",
      "STN-BGY 2026-09-01/2026-09-02",
    ]);
    const both = { origin: ["STN", "LGW"], destination: ["MIL", "FCO"], departureDate: "2026-08-01" };
    expect(await names(both)).toEqual(
      ["LGW-FCO", "LGW-MIL", "STN-FCO", "STN-MIL"].map((route) => `${route} 2026-08-01`),
    );
  });

  test("on weekends leaves on a Friday or Saturday of the month, and returns on the Sunday or Monday after", async () => {
    const weekends = await names({ weekendsIn: "2026-10" });
    expect(weekends).toHaveLength(20);
    expect(weekends.slice(0, 4)).toEqual([
      "STN-BGY 2026-10-02/2026-10-04",
      "STN-BGY 2026-10-02/2026-10-05",
      "STN-BGY 2026-10-03/2026-10-04",
      "STN-BGY 2026-10-03/2026-10-05",
    ]);
    expect(weekends.at(-1)).toBe("STN-BGY 2026-10-31/2026-11-02");
  });

  test("is what is still possible of a month that has begun", async () => {
    const at = new Date("2026-10-24T12:00:00Z");
    expect((await names({ weekendsIn: "2026-10" }, at))[0]).toBe("STN-BGY 2026-10-24/2026-10-25");
    expect(await faults({ weekendsIn: "2026-10" }, new Date("2026-11-01T12:00:00Z"))).toEqual(["/weekendsIn"]);
  });

  test("has one text, whatever the order of its lists and the form of its values", async () => {
    const basket = async (over: object) => (await planned(over)).basket;
    const one = { origin: ["STN", "LGW"], departureDate: "2026-08-01", airlines: ["FR", "BA"], flights: ["FR1"] };
    const other = {
      ...{ ...one, origin: ["LGW", "STN"], airlines: ["BA", "FR", "BA"], flights: ["FR0001"] },
      ...{ bags: 0, refundable: false, excludeAirlines: [] },
    };
    expect(await basket(other)).toBe(await basket(one));
    for (const over of [{ adults: 2 }, { cabin: "business" }, { bags: 1 }, { airlines: ["FR"] }, { maxStops: 0 }])
      expect(await basket({ ...one, ...over })).not.toBe(await basket(one));
    const exact = { departureDate: "2026-08-01", returnDate: "2026-08-03" };
    expect(await basket(exact)).toBeNull();
    expect(await basket({ ...exact, bags: 0, refundable: false, airlines: [] })).toBeNull();
    expect(await basket({ ...exact, origin: ["STN"] })).toBeNull();
    const stayNights = { min: 2, max: 2 };
    expect(await basket({ departureFrom: "2026-08-01", departureTo: "2026-08-01", stayNights })).toBeNull();
    expect(JSON.parse((await basket({ ...one, departBefore: "09:00" })) ?? "")).toMatchObject({
      origins: ["LGW", "STN"],
      destinations: ["BGY"],
      dates: ["2026-08-01"],
      wishes: { airlines: ["BA", "FR"], flights: ["FR1"], departBefore: "09:00" },
    });
  });
});

const exact = { departureDate: "2026-08-01" };
const window = { departureFrom: "2026-08-01", departureTo: "2026-08-03" };

test.each<[object, string[]]>([
  [{}, ["/departureDate"]],
  [{ returnDate: "2026-08-08" }, ["/departureDate"]],
  [{ departureFrom: "2026-08-01" }, ["/departureTo"]],
  [{ stayNights: { min: 1, max: 2 } }, ["/departureFrom", "/departureTo"]],
  [{ ...exact, ...window }, ["/departureFrom", "/departureTo"]],
  [{ ...exact, weekendsIn: "2026-08" }, ["/weekendsIn"]],
  [{ ...window, weekendsIn: "2026-08" }, ["/weekendsIn"]],
  [{ ...window, returnDate: "2026-08-08" }, ["/returnDate"]],
  [{ weekendsIn: "2026-10", returnDate: "2026-10-08" }, ["/returnDate"]],
  [{ weekendsIn: "2026-10", stayNights: { min: 1, max: 2 } }, ["/stayNights"]],
  [{ ...window, departureTo: "2026-07-31" }, ["/departureTo"]],
  [{ ...window, stayNights: { min: 3, max: 2 } }, ["/stayNights"]],
  [{ ...window, stayNights: { min: -1, max: 181 } }, ["/stayNights/min", "/stayNights/max"]],
  [{ ...window, stayNights: { min: 1 } }, ["/stayNights/max"]],
  [{ ...window, stayNights: 3 }, ["/stayNights"]],
  [{ weekendsIn: "2026-13" }, ["/weekendsIn"]],
  [{ ...exact, origin: [] }, ["/origin"]],
  [{ ...exact, origin: ["STN", "stn"] }, ["/origin"]],
  [{ ...exact, origin: ["STN", "LGW", "LHR", "LTN", "LCY", "SEN"] }, ["/origin"]],
  [{ ...exact, origin: ["STN", "S1N"] }, ["/origin/1"]],
  [{ ...exact, origin: [5] }, ["/origin"]],
  [{ ...exact, origin: ["STN", "BGY"] }, ["/destination"]],
  [{ ...exact, origin: "ZZZ", destination: ["BGY", "QQQ"] }, ["/origin", "/destination/1"]],
  [{ ...exact, origin: ["STN", "LIN"], destination: ["MIL", "FCO"] }, ["/destination/0"]],
  [{ ...exact, returnDepartAfter: "12:00" }, ["/returnDepartAfter"]],
  [{ ...window, returnArriveBefore: "12:00" }, ["/returnArriveBefore"]],
  [{ ...window, stayNights: { min: 1, max: 2 }, returnArriveBefore: "12:00" }, []],
  [{ weekendsIn: "2026-08", returnArriveBefore: "12:00" }, []],
  [{ ...exact, airlines: ["BA"], excludeAirlines: ["BA"] }, ["/excludeAirlines"]],
  [{ ...exact, airlines: ["00"], flights: ["001"], currency: "XOF" }, ["/airlines/0", "/flights/0"]],
  [{ ...exact, adults: 1, infants: 2, departAfter: "12:00", departBefore: "11:00" }, ["/infants", "/departBefore"]],
  [{ departureDate: "2026-08-01", returnDate: "2026-07-31" }, ["/returnDate"]],
  [{ origin: "APW", destination: "PPG", departureDate: "2026-08-01", returnDate: "2026-07-31" }, []],
  [
    { origin: ["APW", "LHR"], destination: "PPG", departureDate: "2026-08-01", returnDate: "2026-07-31" },
    ["/returnDate"],
  ],
  [{ departureDate: "2026-02-28" }, ["/departureDate"]],
  [{ departureDate: "2026-02-28", returnDate: "2027-03-10" }, ["/departureDate", "/returnDate"]],
  [{ departureFrom: "2026-02-28", departureTo: "2026-03-02" }, ["/departureFrom"]],
  [{ departureFrom: "2026-02-27", departureTo: "2026-02-28" }, ["/departureFrom", "/departureTo"]],
  [{ departureFrom: "2027-02-25", departureTo: "2027-02-26" }, ["/departureTo"]],
  [
    { departureFrom: "0001-01-01", departureTo: "9999-12-31", stayNights: { min: 0, max: 180 } },
    ["/departureFrom", "/departureTo"],
  ],
  [{ departureFrom: "2027-02-20", departureTo: "2027-02-21", stayNights: { min: 5, max: 6 } }, []],
  [{ departureFrom: "2027-02-20", departureTo: "2027-02-21", stayNights: { min: 6, max: 9 } }, ["/stayNights"]],
  [{ weekendsIn: "2026-02" }, ["/weekendsIn"]],
  [{ weekendsIn: "2027-03" }, ["/weekendsIn"]],
  [{ weekendsIn: "9999-12" }, ["/weekendsIn"]],
  [{ ...exact, endsOn: "2026-02-28" }, ["/endsOn"]],
  [{ ...exact, endsOn: "2026-03-01" }, []],
  [{ ...window, endsOn: "2026-08-03" }, []],
  [{ ...window, endsOn: "2026-08-04" }, ["/endsOn"]],
  [{ ...exact, origin: "QQQ", airlines: ["Q0"], endsOn: "2026-02-28" }, ["/origin", "/endsOn"]],
])("%j is at fault in %j and nowhere else", async (over, pointers) => {
  expect(await faults(over)).toEqual(pointers);
});

test("too many fares are refused with their number, at every field that multiplies them", async () => {
  const over = {
    ...window,
    origin: ["STN", "LGW", "LTN"],
    destination: ["BGY", "FCO"],
    stayNights: { min: 1, max: 6 },
  };
  const [pointers, detail] = [["/origin", "/destination", "/departureTo", "/stayNights"], expect.stringMatching(/108/)];
  await expect(planned(over)).rejects.toMatchObject({
    kind: "input",
    code: "watch.too_many_fares",
    message: expect.stringMatching(/108/),
    errors: pointers.map((pointer) => ({ pointer, detail })),
  });
  expect((await planned({ ...over, stayNights: { min: 1, max: 5 } })).fares).toHaveLength(90);
  const weekends = { weekendsIn: "2026-10", origin: ["STN", "LGW", "LTN"], destination: ["BGY", "FCO"] };
  expect(await faults(weekends)).toEqual(["/origin", "/destination", "/weekendsIn"]);
  expect(await names({ departureFrom: "2026-08-01", departureTo: "2026-11-08" })).toHaveLength(100);
  expect(await faults({ departureFrom: "2026-08-01", departureTo: "2026-11-09" })).toEqual(["/departureTo"]);
});

const places = ["AKL", "HNL", "STN", "JFK", "DEL"];
const far = ["BGY", "LIS", "NRT", "CPT"];
const days = 86_400_000;
const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);
const zones: Record<string, string> = {
  ...{ AKL: "Pacific/Auckland", HNL: "Pacific/Honolulu", STN: "Europe/London" },
  ...{ JFK: "America/New_York", DEL: "Asia/Kolkata" },
};
const today = (code: string, at: Date) => localDay(zones[code] ?? "", at.getTime());

test("every possible fare is watched once and no other, and counted where there are too many", async () => {
  const asked = fc.record({
    at: fc
      .integer({ min: 0, max: 800 * 24 })
      .map((hours) => new Date(Date.parse("2026-01-01T00:30:00Z") + hours * 3_600_000)),
    from: fc.integer({ min: 0, max: 362 }),
    length: fc.integer({ min: 0, max: 40 }),
    nights: fc.option(fc.record({ min: fc.integer({ min: 0, max: 9 }), more: fc.integer({ min: 0, max: 4 }) })),
    weekends: fc.boolean(),
    origin: fc.subarray(places, { minLength: 1 }),
    destination: fc.subarray(far, { minLength: 1 }),
  });
  let few = 0;
  await fc.assert(
    fc.asyncProperty(asked, async ({ at, from, length, nights, weekends, origin, destination }) => {
      const begin = Date.parse(dayOf(at.getTime() + from * days));
      const month = dayOf(begin).slice(0, 7);
      const window = { departureFrom: dayOf(begin), departureTo: dayOf(begin + length * days) };
      const stayNights = nights && { min: nights.min, max: nights.min + nights.more };
      const over = { origin, destination, ...(weekends ? { weekendsIn: month } : { ...window, stayNights }) };

      const expected: string[] = [];
      for (const code of origin) {
        const first = Date.parse(today(code, at));
        for (let leaves = first; leaves <= first + 361 * days; leaves += days) {
          const weekday = new Date(leaves).getUTCDay();
          const isIn = weekends
            ? dayOf(leaves).startsWith(month) && (weekday === 5 || weekday === 6)
            : leaves >= begin && leaves <= begin + length * days;
          for (let stay = 0; isIn && stay <= 180; stay++) {
            const back = (weekday + stay) % 7;
            const comes = weekends
              ? stay < 4 && (back === 0 || back === 1)
              : !stayNights || (stay >= stayNights.min && stay <= stayNights.max);
            if (comes && (stayNights || weekends) && leaves + stay * days <= first + 361 * days)
              for (const to of destination)
                expected.push(`${code}-${to} ${dayOf(leaves)}/${dayOf(leaves + stay * days)}`);
          }
          if (isIn && !stayNights && !weekends)
            for (const to of destination) expected.push(`${code}-${to} ${dayOf(leaves)}`);
        }
      }

      const came = await planned(over, at).catch((error) => error);
      if (came.fares) {
        few++;
        expect(came.fares.map(name)).toEqual(expected.sort());
        expect(expected.length).toBeLessThanOrEqual(100);
      } else if (came.code === "watch.too_many_fares") {
        expect(came.message).toContain(` ${expected.length} `);
        expect(expected.length).toBeGreaterThan(100);
      } else {
        expect(came.code).toBe("flight.not_sellable");
      }
    }),
    { numRuns: 400 },
  );
  expect(few).toBeGreaterThan(100);
});
