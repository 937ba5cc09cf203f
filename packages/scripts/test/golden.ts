/**
 * Invented checks at the edges of the rules, watched with a target of 200.00, a drop of a tenth and new lows: the time
 * (UTC, 2026), the recorded price, and the rules of the expected alert.
 */
export const rules = { target: 200_00, threshold: "0.10", newLow: true };

type Check = [at: string, price: string, told?: string];

export const watches: Record<string, Check[]> = {
  // Met from the start. At 1.03 of its trigger for two hours it is re-armed, and then waits until the twelve hours are
  // over.
  "BRS-BCN 2026-09-05": [
    ["03-01 08:00", "£200.00", "target, already true"],
    ["03-01 09:00", "£206.00"],
    ["03-01 11:00", "£206.00"],
    ["03-01 12:00", "£200.00"],
    ["03-01 20:00", "£200.00", "target"],
  ],
  // Without three days the drop is from its own first price; within twelve hours only a further tenth alerts.
  "BRS-CDG 2026-09-05": [
    ["03-01 08:00", "£300.00"],
    ["03-01 10:00", "£270.00", "drop"],
    ["03-01 12:00", "£199.00", "target + drop"],
    ["03-01 13:00", "£190.00"],
    ["03-01 14:00", "£179.10", "target + drop"],
    ["03-02 02:00", "£165.00", "target + drop"],
  ],
  // A price under 40 % of the usual that is gone at the next check never alerts.
  "EDI-LIS 2026-09-03": [
    ["03-01 08:00", "£500.00"],
    ["03-02 08:00", "£500.00"],
    ["03-03 08:00", "£500.00"],
    ["03-04 08:00", "£500.00"],
    ["03-05 08:00", "£500.00"],
    ["03-06 08:00", "£500.00"],
    ["03-07 08:00", "£150.00"],
    ["03-07 12:00", "£480.00"],
  ],
  // The same price twice alerts, as a possible mistake.
  "EDI-MAD 2026-09-03": [
    ["03-01 08:00", "£500.00"],
    ["03-02 08:00", "£500.00"],
    ["03-03 08:00", "£500.00"],
    ["03-04 08:00", "£500.00"],
    ["03-05 08:00", "£500.00"],
    ["03-06 08:00", "£500.00"],
    ["03-07 08:00", "£199.99"],
    ["03-07 12:00", "£199.99", "target + drop, mistake?"],
  ],
  // Fourteen days, today not among them, make a low; a new low must be 2 % and 5.00 lower.
  "GLA-FCO 2026-09-04": [
    ["03-01 08:00", "£301.00"],
    ["03-02 08:00", "£302.00"],
    ["03-03 08:00", "£300.00"],
    ["03-04 08:00", "£301.00"],
    ["03-05 08:00", "£302.00"],
    ["03-06 08:00", "£300.00"],
    ["03-07 08:00", "£301.00"],
    ["03-08 08:00", "£302.00"],
    ["03-09 08:00", "£300.00"],
    ["03-10 08:00", "£301.00"],
    ["03-11 08:00", "£302.00"],
    ["03-12 08:00", "£300.00"],
    ["03-13 08:00", "£301.00"],
    ["03-14 08:00", "£302.00"],
    ["03-14 20:00", "£293.00"],
    ["03-15 08:00", "£288.00"],
    ["03-15 12:00", "£287.00"],
    ["03-16 08:00", "£281.26", "new_low"],
  ],
  // A check without a price does not interrupt a wait, a price below 1.03 of the trigger does; of several rows the
  // cheapest counts.
  "LHR-BOS 2026-09-01": [
    ["03-01 08:00", "£199.00", "target, already true"],
    ["03-02 08:00", "£220.00"],
    ["03-02 09:00", ""],
    ["03-02 09:30", "£ 205 . 00"],
    ["03-02 10:30", "£220.00"],
    ["03-02 12:30", "£220.00"],
    ["03-02 13:00", "£200.00"],
    ["03-02 13:00", "£198.00", "target"],
  ],
  // A further fall is 5 % and 5.00; two hours are not one second less; twelve hours are not either.
  "LHR-JFK 2026-09-01": [
    ["03-01 08:00", "£190.00", "target, already true"],
    ["03-01 21:00", "£190.00"],
    ["03-02 09:00", "£181.00"],
    ["03-02 21:00", "£180.50", "target"],
    ["03-03 09:00", "£205.99"],
    ["03-03 10:30", "£206.00"],
    ["03-03 12:29:59", "£206.00"],
    ["03-03 12:30", "£210.00"],
    ["03-03 13:00", "£199.99", "target"],
    ["03-04 00:59:59", "£180.00"],
    ["03-04 01:00", "£179.99", "target"],
  ],
  // The lowest price of a day counts, and one day is too few: the drop is from the first price.
  "MAN-AMS 2026-09-02": [
    ["03-01 08:00", "£300.00"],
    ["03-01 12:00", "£500.00"],
    ["03-02 08:00", "£271.00"],
    ["03-02 12:00", "£270.00", "drop"],
  ],
  // Of four days the middle two, a half rounded up, then the bound rounded down.
  "MAN-DUB 2026-09-02": [
    ["03-01 08:00", "£400.01"],
    ["03-02 08:00", "£400.02"],
    ["03-03 08:00", "£400.01"],
    ["03-04 08:00", "£400.02"],
    ["03-05 08:00", "£360.02"],
    ["03-05 09:00", "£360.01", "drop"],
  ],
};
