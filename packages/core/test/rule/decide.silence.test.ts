import { describe, test } from "vitest";
import { dailyChecks, expectDecisions, type Line, repeatPrice } from "../support/decisions.ts";

describe("a doubtful price", () => {
  const five = dailyChecks("03-10", repeatPrice(5, 500_00));

  test("is one under 40 % of the median of five checks or more", () => {
    expectDecisions({ target: 200_00 }, [["03-10 08:00", 200_00, "target 1.1, already true"]], five);
    expectDecisions({ target: 200_00 }, [["03-10 08:00", 199_99, "doubtful"]], five);
    expectDecisions({ target: 200_00 }, [["03-10 08:00", 199_99, "target 1.1, already true"]], five.slice(1));
  });

  test("is measured against thirty days, to the moment", () => {
    const [oldest = { at: 0, price: 0 }, ...four] = dailyChecks("03-31", repeatPrice(5, 500_00), 10);
    const thirty = Date.parse("2026-03-31T08:00Z") - 30 * 86_400_000;
    const lines = (expected: string): Line[] => [["03-31 08:00", 199_99, expected]];
    expectDecisions({ target: 200_00 }, lines("doubtful"), [{ ...oldest, at: thirty }, ...four]);
    expectDecisions({ target: 200_00 }, lines("target 1.1, already true"), [{ ...oldest, at: thirty - 1 }, ...four]);
  });

  test("alerts when the check before was doubtful too, as a possible mistake fare", () => {
    expectDecisions(
      { target: 200_00 },
      [
        ["03-10 08:00", 199_99, "doubtful"],
        ["03-10 09:00", 0, "not ok", { status: "no_results", price: null }],
        ["03-10 10:00", 150_00, "target 1.1, mistake?"],
      ],
      five,
    );
  });

  test("stays silent when a plausible check came between", () => {
    expectDecisions(
      { target: 200_00 },
      [
        ["03-10 08:00", 199_99, "doubtful"],
        ["03-10 09:00", 480_00, "no rule true"],
        ["03-10 10:00", 199_99, "doubtful"],
      ],
      five,
    );
  });

  test("alerts at once where the provider confirms it, and never where it does not", () => {
    const confirmed = { confirmation: "confirmed" } as const;
    const unconfirmed = { confirmation: "unconfirmed" } as const;
    expectDecisions(
      { target: 200_00 },
      [["03-10 08:00", 150_00, "target 1.1, already true, mistake?", confirmed]],
      five,
    );
    expectDecisions(
      { target: 200_00 },
      [
        ["03-10 08:00", 150_00, "doubtful", unconfirmed],
        ["03-10 09:00", 150_00, "doubtful", unconfirmed],
      ],
      five,
    );
  });

  test("enters the history that later prices are compared with", () => {
    expectDecisions(
      { target: 200_00 },
      [
        ["03-10 07:00", 80_00, "doubtful"],
        ["03-10 08:00", 199_00, "target 1.1"],
      ],
      dailyChecks("03-10", [81_00, 81_00, 500_00, 500_00, 500_00]),
    );
  });

  test("counts towards arming a fired rule again", () => {
    expectDecisions(
      { target: 100_00 },
      [
        ["03-10 08:00", 100_00, "target 1.1, already true"],
        ["03-11 08:00", 110_00, "no rule true"],
        ["03-11 10:00", 110_00, "no rule true"],
        ["03-11 11:00", 99_00, "target 2.1, mistake?"],
      ],
      dailyChecks("03-10", repeatPrice(4, 500_00)),
    );
  });
});

describe("a watch that must stay silent", () => {
  test.each(["snoozed", "paused"] as const)("goes on arming its rules while %s", (mode) => {
    expectDecisions({ target: 200_00 }, [
      ["03-01 08:00", 190_00, "target 1.1, already true"],
      ["03-02 08:00", 100_00, mode, { mode }],
      ["03-02 10:00", 206_00, mode, { mode }],
      ["03-02 12:00", 206_00, mode, { mode }],
      ["03-02 13:00", 200_00, "target 2.1"],
    ]);
  });

  test("stays silent and stores nothing once it has ended", () => {
    expectDecisions({ target: 200_00 }, [
      ["03-01 08:00", 300_00, "no rule true"],
      ["03-01 09:00", 100_00, "ended", { mode: "ended" }],
    ]);
  });

  test("judges again what was true while it was snoozed", () => {
    expectDecisions({ target: 200_00 }, [
      ["03-01 08:00", 190_00, "snoozed", { mode: "snoozed" }],
      ["03-01 09:00", 190_00, "target 1.1"],
    ]);
  });
});

test("the first reason for silence that applies is given", () => {
  const ghost = { ghost: true } as const;
  const snoozed = { mode: "snoozed" } as const;
  const taken = { ...ghost, confirmation: "unconfirmed" } as const;
  expectDecisions(
    { target: 200_00 },
    [
      ["03-10 07:00", 190_00, "target 1.1, already true"],
      ["03-10 08:00", 100_00, "not ok", { ...ghost, mode: "ended", status: "partial" }],
      ["03-10 08:01", 100_00, "ended", { ...ghost, mode: "ended" }],
      ["03-10 08:02", 300_00, "snoozed", { ...ghost, ...snoozed }],
      ["03-10 08:03", 300_00, "no rule true", ghost],
      ["03-10 08:04", 70_00, "doubtful", taken],
      ["03-10 08:05", 189_00, "ghost", ghost],
      ["03-10 08:06", 189_00, "cooling"],
      ["03-10 19:00", 189_00, "already told"],
    ],
    dailyChecks("03-10", repeatPrice(9, 300_00)),
  );
});
