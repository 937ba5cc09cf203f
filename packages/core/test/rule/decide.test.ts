import { describe, test } from "vitest";
import { dailyChecks, expectDecisions, type Line, parseMoment, repeatPrice } from "../support/decisions.ts";

describe("target", () => {
  test("is true at its price and not a penny above", () => {
    expectDecisions({ target: 200_00 }, [
      ["03-01 08:00", 200_01, "no rule true"],
      ["03-01 09:00", 200_00, "target 1.1"],
    ]);
  });

  test("reports when it was true from the start", () => {
    expectDecisions({ target: 200_00 }, [
      ["03-01 07:00", 150_00, "not ok", { status: "no_results", price: null }],
      ["03-01 08:00", 150_00, "target 1.1, already true"],
    ]);
  });
});

describe("drop", () => {
  test("compares with the watch's own first price until three days are known, its bound rounded down", () => {
    const lines: Line[] = [
      ["03-03 08:00", 400_01, "no rule true"],
      ["03-03 09:00", 360_01, "no rule true"],
      ["03-03 10:00", 360_00, "drop 1.1"],
    ];
    expectDecisions({ drop: 1000 }, lines);
    expectDecisions({ drop: 1000 }, lines, dailyChecks("03-03", [200_00, 200_00]));
  });

  test("compares with the median of earlier days' lowest prices from the third day on, also before its first check", () => {
    expectDecisions(
      { drop: 1000 },
      [["03-03 08:00", 270_00, "drop 1.1, already true"]],
      dailyChecks("03-03", [300_00, 900_00, 100_00]),
    );
    expectDecisions(
      { drop: 1000 },
      [["03-03 08:00", 270_01, "no rule true"]],
      dailyChecks("03-03", [300_00, 900_00, 100_00]),
    );
  });

  test("uses a day's lowest price, and nothing of today", () => {
    const dear = dailyChecks("03-03", repeatPrice(3, 900_00));
    const cheap = dear.map(({ at }) => ({ at: at + 3_600_000, price: 300_00 }));
    const today = { at: parseMoment("03-03 00:00"), price: 100_00 };
    expectDecisions({ drop: 1000 }, [["03-03 08:00", 270_00, "drop 1.1, already true"]], [...dear, ...cheap, today]);
    expectDecisions({ drop: 1000 }, [["03-03 08:00", 270_01, "no rule true"]], [...dear, ...cheap, today]);
  });

  test("rounds the half of an even median up", () => {
    const even = dailyChecks("03-05", [100_00, 100_01, 100_02, 100_03]);
    expectDecisions({ drop: 1000 }, [["03-05 08:00", 90_02, "no rule true"]], even);
    expectDecisions({ drop: 1000 }, [["03-05 08:00", 90_01, "drop 1.1, already true"]], even);
  });

  test("counts fourteen days back and no further", () => {
    const lines: Line[] = [["03-20 08:00", 90_00, "drop 1.1, already true"]];
    expectDecisions({ drop: 1000 }, lines, dailyChecks("03-20", repeatPrice(3, 100_00), 12));
    expectDecisions(
      { drop: 1000 },
      [["03-20 08:00", 90_00, "no rule true"]],
      dailyChecks("03-20", repeatPrice(3, 100_00), 13),
    );
  });

  test("uses its share exactly, to a hundredth of a percent", () => {
    expectDecisions({ drop: 1234 }, [
      ["03-01 08:00", 100_00, "no rule true"],
      ["03-01 09:00", 87_67, "no rule true"],
      ["03-01 10:00", 87_66, "drop 1.1"],
    ]);
  });
});

describe("new low", () => {
  const newLow = { newLow: true };
  test.each([
    ["two percent, rounded down", 300_01, 294_00, 2],
    ["5.00 where that is more", 200_00, 195_00, 2],
    ["five yen", 200, 195, 0],
    ["five dinars of a thousand fils", 200_000, 195_000, 3],
  ])("requires a fall of %s", (_, low, bound, decimals) => {
    const earlier = dailyChecks("03-20", repeatPrice(14, low));
    expectDecisions(newLow, [["03-20 08:00", bound + 1, "no rule true"]], earlier, decimals);
    expectDecisions(newLow, [["03-20 08:00", bound, "new_low 1.1, already true"]], earlier, decimals);
  });

  test("requires fourteen distinct days before today", () => {
    const thirteen = dailyChecks("03-20", repeatPrice(13, 300_00));
    const twice = thirteen.map(({ at, price }) => ({ at: at + 3_600_000, price }));
    const today = { at: parseMoment("03-20 00:30"), price: 300_00 };
    expectDecisions(newLow, [["03-20 08:00", 100_00, "no rule true"]], [...thirteen, ...twice, today]);
    expectDecisions(
      newLow,
      [["03-20 08:00", 200_00, "new_low 1.1, already true"]],
      dailyChecks("03-20", repeatPrice(14, 300_00)),
    );
  });

  test("counts today's checks for the low itself", () => {
    const today = { at: parseMoment("03-20 07:59"), price: 250_00 };
    expectDecisions(
      newLow,
      [["03-20 08:00", 245_01, "no rule true"]],
      [...dailyChecks("03-20", repeatPrice(14, 300_00)), today],
    );
    expectDecisions(
      newLow,
      [["03-20 08:00", 245_00, "new_low 1.1, already true"]],
      [...dailyChecks("03-20", repeatPrice(14, 300_00)), today],
    );
  });

  test("forgets a price after 90 × 24 hours", () => {
    const known = dailyChecks("06-20", repeatPrice(14, 300_00));
    const old = (at: number) => [{ at: parseMoment("06-20 08:00") - 90 * 86_400_000 + at, price: 100_00 }, ...known];
    expectDecisions(newLow, [["06-20 08:00", 290_00, "no rule true"]], old(0));
    expectDecisions(newLow, [["06-20 08:00", 290_00, "new_low 1.1, already true"]], old(-1));
  });
});

describe("after an alert", () => {
  test("alerts again for a fall of 5 % and 5.00, to the penny", () => {
    const tells = (first: number, next: number, expected: string) =>
      expectDecisions({ target: 200_00 }, [
        ["03-01 08:00", first, "target 1.1, already true"],
        ["03-01 20:00", next, expected],
      ]);
    tells(100_01, 95_01, "already told");
    tells(100_01, 95_00, "target 1.2");
    tells(190_00, 180_51, "already told");
    tells(190_00, 180_50, "target 1.2");
    tells(60_00, 55_01, "already told");
    tells(60_00, 55_00, "target 1.2");
  });

  test("cools for twelve hours, unless the price falls a tenth", () => {
    expectDecisions({ target: 200_00 }, [
      ["03-01 08:00", 200_00, "target 1.1, already true"],
      ["03-01 09:00", 180_01, "cooling"],
      ["03-01 10:00", 180_00, "target 1.2"],
      ["03-01 21:59:59.999", 171_00, "cooling"],
      ["03-01 22:00", 171_00, "target 1.3"],
    ]);
  });

  test("keeps rules armed while it cools, and judges them again after", () => {
    expectDecisions({ target: 190_00, drop: 1000 }, [
      ["03-01 08:00", 220_00, "no rule true"],
      ["03-01 09:00", 198_00, "drop 1.1"],
      ["03-01 10:00", 190_00, "cooling"],
      ["03-01 21:00", 190_00, "target 1.1"],
    ]);
  });

  test("arms a rule again after two unbroken hours at 1.03 × its trigger, from the next check on", () => {
    expectDecisions({ target: 200_00 }, [
      ["03-01 08:00", 190_00, "target 1.1, already true"],
      ["03-02 09:00", 205_99, "no rule true"],
      ["03-02 10:00", 206_00, "no rule true"],
      ["03-02 11:59:59.999", 206_00, "no rule true"],
      ["03-02 12:00", 206_00, "no rule true"],
      ["03-02 13:00", 200_00, "target 2.1"],
    ]);
  });

  test("restarts that wait after a lower price in between", () => {
    expectDecisions({ target: 200_00 }, [
      ["03-01 08:00", 190_00, "target 1.1, already true"],
      ["03-02 10:00", 206_00, "no rule true"],
      ["03-02 11:00", 205_99, "no rule true"],
      ["03-02 12:00", 206_00, "no rule true"],
      ["03-02 13:59", 300_00, "no rule true"],
      ["03-02 13:59:30", 190_00, "already told"],
    ]);
  });

  test("does not let failures interrupt that wait, nor count for it", () => {
    expectDecisions({ target: 200_00 }, [
      ["03-01 08:00", 190_00, "target 1.1, already true"],
      ["03-02 10:00", 206_00, "no rule true"],
      ["03-02 11:00", 190_00, "not ok", { status: "partial" }],
      ["03-02 12:00", 206_00, "not ok", { status: "provider_error", price: null }],
      ["03-02 12:30", 190_00, "already told"],
      ["03-02 13:00", 206_00, "no rule true"],
      ["03-02 14:00", 0, "not ok", { status: "rate_limited", price: null }],
      ["03-02 15:00", 206_00, "no rule true"],
      ["03-02 16:00", 190_00, "target 2.1"],
    ]);
  });

  test("keeps the trigger it fired with while the price falls further and the baseline moves", () => {
    expectDecisions(
      { drop: 1000 },
      [
        ["03-04 08:00", 90_00, "drop 1.1, already true"],
        ["03-04 20:00", 60_00, "drop 1.2"],
        ["03-05 20:00", 92_69, "no rule true"],
        ["03-05 22:00", 92_69, "no rule true"],
        ["03-06 08:00", 55_00, "drop 1.3"],
        ["03-07 08:00", 92_70, "no rule true"],
        ["03-07 10:00", 92_70, "no rule true"],
        ["03-07 11:00", 50_00, "drop 2.1"],
      ],
      dailyChecks("03-04", repeatPrice(3, 100_00)),
    );
  });

  test("names two rules in one alert, in their order", () => {
    const all = "target 1.1 + drop 1.1 + new_low 1.1, already true";
    expectDecisions(
      { target: 200_00, drop: 1000, newLow: true },
      [["03-20 08:00", 200_00, all]],
      dailyChecks("03-20", repeatPrice(14, 300_00)),
    );
  });
});
