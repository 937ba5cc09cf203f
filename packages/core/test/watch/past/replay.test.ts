import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Rules } from "../../../src/rule.ts";
import { type MemberCheck, mergeRecords } from "../../../src/watch/past/merge.ts";
import {
  type RecordedCheck,
  type ReplayInput,
  type RuleChange,
  replay,
  type StoredAlert,
} from "../../../src/watch/past/replay.ts";
import { parseMoment } from "../../support/decisions.ts";

const off: Rules = { target: null, drop: null, newLow: false, routeLow: false };

function check(when: string, price: number | null, over: Partial<RecordedCheck> = {}): RecordedCheck {
  return {
    at: parseMoment(when),
    status: price === null ? "no_results" : "ok",
    price,
    ghost: false,
    confirmable: false,
    low: null,
    ...over,
  };
}

function change(rules: Partial<Rules>, over: Partial<RuleChange> = {}): RuleChange {
  return { after: null, rules: { ...off, ...rules }, isActive: true, snoozedUntil: null, anew: [], ...over };
}

/** `03-01 08:00 target 1.1` for each check that was judged. */
function said(walk: Pick<ReplayInput, "recorded" | "changes"> & Partial<ReplayInput>): string[] {
  return replay({ endedAt: null, decimals: 2, ...walk }).map(({ check, decision }) => {
    const when = new Date(check.at).toISOString().slice(5, 16).replace("T", " ");
    if ("silent" in decision) return `${when} ${decision.silent}`;
    return `${when} ${decision.fired.map(({ rule, epoch, level }) => `${rule} ${epoch}.${level}`).join(" + ")}`;
  });
}

describe("a change", () => {
  test("applies to the checks after the last one that it came too late for", () => {
    const recorded = [check("03-01 08:00", 210_00), check("03-01 09:00", 210_00), check("03-01 10:00", 210_00)];
    const changes = [
      change({ target: 200_00 }, { after: parseMoment("03-01 08:00") }),
      change({ target: 220_00 }, { after: parseMoment("03-01 09:00"), anew: ["target"] }),
    ];
    expect(said({ recorded, changes })).toEqual(["03-01 09:00 no rule true", "03-01 10:00 target 2.1"]);
  });

  test("to pause, snooze or end keeps it silent, and the end of a snooze needs no change", () => {
    const recorded = ["08:00", "09:00", "10:00", "11:00", "12:00"].map((hour) => check(`03-01 ${hour}`, 100_00));
    const rules = { target: 200_00 };
    const changes = [
      change(rules, { isActive: false }),
      change(rules, { after: parseMoment("03-01 08:00"), snoozedUntil: parseMoment("03-01 11:00") }),
    ];
    expect(said({ recorded, changes, endedAt: parseMoment("03-01 11:30") })).toEqual([
      "03-01 08:00 paused",
      "03-01 09:00 snoozed",
      "03-01 10:00 snoozed",
      "03-01 11:00 target 1.1",
      "03-01 12:00 ended",
    ]);
  });
});

describe("stored alerts are facts", () => {
  const recorded = [check("03-01 08:00", 190_00), check("03-01 09:00", 190_00), check("03-02 09:00", 190_00)];
  const changes = [change({ target: 200_00 })];
  const alert: StoredAlert = {
    fired: [{ rule: "target", epoch: 1, level: 1 }],
    alreadyTrue: false,
    mistakeFare: false,
  };

  test("a check without its alert was not judged, and the next one is", () => {
    const told = new Map([[parseMoment("03-01 09:00"), alert]]);
    expect(said({ recorded, changes, told })).toEqual([
      "03-01 08:00 not judged",
      "03-01 09:00 target 1.1",
      "03-02 09:00 already told",
    ]);
  });

  test("an alert that the rules do not explain is kept, and the replay continues from it", () => {
    const told = new Map([
      [parseMoment("03-01 08:00"), { ...alert, fired: [{ rule: "drop", epoch: 3, level: 1 }] } as StoredAlert],
    ]);
    const steps = replay({ recorded, changes: [change({ drop: 1000 })], endedAt: null, decimals: 2, told });
    expect(steps[0]?.decision).toMatchObject({ fired: [{ rule: "drop", epoch: 3, level: 1 }] });
    expect(steps[0]?.state).toEqual({
      firstPrice: 190_00,
      lastAlert: { price: 190_00, at: parseMoment("03-01 08:00") },
      rules: { drop: { epoch: 3, level: 1, trigger: 190_00, since: null } },
    });
    expect(steps[1]?.state.rules.drop?.trigger).toBe(190_00);
  });
});

describe("the merged record of several fares", () => {
  const part = (when: string, fare: number, price: number | null, status?: MemberCheck["status"]): MemberCheck => {
    return {
      at: parseMoment(when),
      fare,
      price,
      status: status ?? (price === null ? "no_results" : "ok"),
      confirmable: false,
      low: null,
    };
  };
  const told = (parts: MemberCheck[], count: number) =>
    mergeRecords(parts, count).map(({ at, status, price }) => {
      return `${new Date(at).toISOString().slice(5, 16).replace("T", " ")} ${price ?? status}`;
    });

  test("is the lowest of their last prices, which a failure leaves and an empty answer removes", () => {
    const parts = [
      part("03-01 08:00", 1, 200_00),
      part("03-01 08:00", 2, 210_00),
      part("03-01 09:00", 1, null, "provider_error"),
      part("03-01 10:00", 1, 1, "partial"),
      part("03-01 11:00", 1, null),
      part("03-01 12:00", 2, null),
      part("03-01 13:00", 2, null, "rate_limited"),
    ];
    expect(told(parts, 2)).toEqual([
      "03-01 08:00 20000",
      "03-01 09:00 20000",
      "03-01 10:00 20000",
      "03-01 11:00 21000",
      "03-01 12:00 no_results",
      "03-01 13:00 provider_error",
    ]);
  });

  test("has no price older than 48 hours, and is not empty while a fare was never searched", () => {
    const parts = [
      part("03-01 08:00", 1, 200_00),
      part("03-03 08:00", 2, null),
      part("03-03 08:01", 2, null),
      part("03-03 08:02", 1, null),
    ];
    expect(told(parts, 2)).toEqual([
      "03-01 08:00 20000",
      "03-03 08:00 20000",
      "03-03 08:01 provider_error",
      "03-03 08:02 no_results",
    ]);
    expect(told(parts, 3).at(-1)).toBe("03-03 08:02 provider_error");
  });

  test("of one fare is that fare's own", () => {
    const hour = 3_600_000;
    const prices = fc.array(fc.option(fc.integer({ min: 1, max: 400_00 })), { maxLength: 60 });
    fc.assert(
      fc.property(prices, (prices) => {
        const checks = prices.map((price, index) => ({
          ...check("03-01 00:00", price, { low: price }),
          at: parseMoment("03-01 00:00") + index * hour,
        }));
        expect(
          mergeRecords(
            checks.map((check) => ({ ...check, fare: 1 })),
            1,
          ),
        ).toEqual(checks);
      }),
    );
  });
});
