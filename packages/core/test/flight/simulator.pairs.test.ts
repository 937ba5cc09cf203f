import { expect, test } from "vitest";
import data from "../../data/routes.json" with { type: "json" };
import * as Airline from "../../src/airline.ts";
import * as Airport from "../../src/airport.ts";
import { simulator } from "../../src/flight/simulator.ts";
import type { Criteria } from "../../src/flight.ts";

const at = new Date("2026-11-22T10:00Z");
/** A week, as some fly only on certain days. */
const days = ["08", "09", "10", "11", "12", "13", "14"].map((day) => `2027-03-${day}`);

async function sellers(origin: string, destination: string, maxStops: number | null): Promise<Set<string>> {
  const found = new Set<string>();
  for (const departureDate of days) {
    const party = { adults: 1, childAges: [], infants: 0, cabin: "economy" as const, currency: "GBP" };
    const asked: Criteria = { ...party, origin, destination, departureDate, returnDate: null, maxStops };
    for (const { slices } of (await simulator.search(asked, at)).offers)
      for (const { carrier } of slices[0]?.segments ?? []) found.add(carrier);
  }
  return found;
}

/** Non-stop: the pair, airlines that sell it, airlines that do not. */
const nonStop = `
LHR JFK: BA VS AA DL / UA FR U2 B6 DY LH EK
LHR SIN: SQ BA QF / EK MH U2
LHR HKG: CX BA / VS SQ QF
LHR DXB: EK BA / EY QR FZ VS
LHR PER: QF / BA SQ
LHR CDG: AF BA / U2 VY LH
LHR BCN: BA / VY FR U2 W6
LHR FRA: LH BA / EW FR
LHR DUB: EI BA / FR
LHR LOS: BA VS / P4 FR
LGW JFK: BA N0 / VS AA
STN BGY: FR / BA U2 AZ
LTN BUD: W6 / BA LH
MAN TFS: LS FR BY / BA KL
JER GCI: GR LM / BA FR
KOI WRY: LM / BA
LYR TOS: SK / FR BA
LYR OSL: SK DY / LH
SIN EWR: SQ / UA CX
SIN SYD: SQ QF BA / EK QR
AKL DOH: QR / NZ EK
SYD DFW: QF / AA UA
JNB ATL: DL / SA UA
FRA JFK: LH DL SQ / BA AF
MXP JFK: EK AA DL / BA LH
ATH EWR: EK UA / BA
CDG NRT: AF / BA LH EK
DEL BOM: AI 6E / BA EK SG9
ORD LAX: UA AA / BA AC FR
GRU LIS: TP LA / IB AF
MIA BOG: AA AV / BA
NRT ICN: KE OZ / BA CX
FNJ PEK: CA JS / KE
IST TLV: - / TK PC LY
DME KBP: - / SU PS
KBP WAW: - / LO FR
LHR SVO: - / BA SU
DEL LHE: - / AI PK
GYD EVN: - / J2
ALG CMN: - / AT AH
FNJ ICN: - / KE CA JS
MUC MSQ: - / LH B2
SYD LHR: - / QF BA QR`;

/** With at most one stop. */
const oneStop = `
LHR SYD: QF SQ EK QR BA CX MH TG / FR U2 DL AF N0
SYD LHR: QF SQ EK QR BA / FR LH
MAN SIN: EK QR TK / BA0 FR
EDI JFK: BA EI / FR U2
CPT LHR: BA LH TK KQ / FR
NCL DXB: EK KL / FR
BOS DEL: BA LH EK QR / FR B6
FNJ ICN: - / CA JS KE OZ
KOI LHR: LM / FR U2`;

const rows = (text: string) =>
  text
    .trim()
    .split("\n")
    .map((line) => {
      const [pair = "", must = "", not = ""] = line.split(/: | \/ /);
      const [origin = "", destination = ""] = pair.split(" ");
      return { pair, origin, destination, must: must === "-" ? [] : must.split(" "), not: not.split(" ") };
    });

test.each(rows(nonStop))("$pair non-stop is sold by those that fly it", async ({ origin, destination, must, not }) => {
  const found = await sellers(origin, destination, 0);
  if (must.length === 0) expect([...found]).toEqual([]);
  for (const code of must) expect([...found], code).toContain(code);
  for (const code of not) expect([...found]).not.toContain(code);
});

test.each(rows(oneStop))("$pair with a stop is sold by those that connect it", async (row) => {
  const found = await sellers(row.origin, row.destination, row.must.includes("LM") ? 2 : 1);
  if (row.must.length === 0) expect([...found]).toEqual([]);
  for (const code of row.must) expect([...found], code).toContain(code);
  for (const code of row.not) expect([...found]).not.toContain(code);
});

test("every airline of the market is one that we know, and so are its airports, none of them shut", async () => {
  const airports = Airport.all();
  const shut = data.shut.split(" ");
  for (const [code, , hubs, lists] of data.rows as [string, number, string, string][]) {
    expect(await Airline.find(code), code).toBeDefined();
    for (const list of lists.split(" ")) {
      const [hub = "", others = ""] = list.split(":");
      for (const airport of [hub, ...(others.match(/.{4}/g) ?? []).map((each) => each.slice(0, 3))]) {
        expect(airports.has(airport), `${code} ${airport}`).toBe(true);
        expect(shut, code).not.toContain(airport);
      }
    }
    for (const hub of hubs.split(" ").filter(Boolean)) expect(lists, `${code} ${hub}`).toContain(hub);
  }
});

test("no low-cost airline flies to Heathrow", () => {
  const atHeathrow = (data.rows as [string, number, string, string][]).filter(([, kind, , lists]) =>
    kind === 1 ? lists.split(" ").some((list) => list.startsWith("LHR") || /^.{4}(.{4})*LHR/.test(list)) : false,
  );
  expect(atHeathrow.map(([code]) => code)).toEqual([]);
});

test("the example of the pages, BA117 from Heathrow to New York, leaves on every day", async () => {
  for (const departureDate of days) {
    const party = { adults: 1, childAges: [], infants: 0, cabin: "economy" as const, currency: "GBP" };
    const asked: Criteria = {
      ...party,
      origin: "LHR",
      destination: "JFK",
      departureDate,
      returnDate: null,
      maxStops: 0,
    };
    const { offers } = await simulator.search(asked, at);
    const own = offers.filter(({ slices }) => slices[0]?.segments[0]?.flightNumber === "117");
    expect(own.some(({ bags, conditions }) => (bags?.checked ?? 0) > 0 && conditions.refund?.allowed)).toBe(true);
    expect(own[0]?.slices[0]?.departingAt).toBe(`${departureDate}T08:25`);
  }
});
