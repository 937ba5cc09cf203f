import { expect, test } from "vitest";
import { dayNumber } from "../../src/base/day.ts";
import { alertLetter } from "../../src/delivery/alertletter.ts";
import type { AlertOf } from "../../src/delivery/alerts.ts";
import type { Claimed } from "../../src/delivery/claim.ts";
import type { Letter } from "../../src/delivery/layout.ts";
import { readLink } from "../../src/link.ts";
import * as m from "../support/letters.ts";

const app = "https://travel.example.com";
const write = (alerts: AlertOf[], over: Partial<Claimed> = {}) => alertLetter(m.message(over), alerts, m.seen, app);

/** A text without what is signed, and with two of the bars of its chart. */
const brief = ({ text }: Letter) =>
  text
    .replace(/token=[\w-]+$/gm, "token=…")
    .split("\n")
    .filter((line) => !line.includes("█") || /^(2|10)\.? M(ar|är)/.test(line))
    .join("\n");

/** The words that a reader sees in the HTML: its text without marks. */
const wordsOfHtml = ({ html }: Letter) =>
  split(
    html
      .replace(/<head>.*<\/head>/s, "")
      .replace(/<[^>]*>/g, " ")
      .replace(/&lt;/g, "<")
      .replace(/&gt;/g, ">")
      .replace(/&quot;/g, '"')
      .replace(/&#39;/g, "'")
      .replace(/&amp;/g, "&"),
  );
const wordsOfText = ({ subject, text }: Letter) => split(`${subject} ${text.replace(/^https?:.*$/gm, "")}`);
const split = (text: string) =>
  text
    .replace(/[^\p{L}\p{N}£€→+.,%'<>&"-]+/gu, " ")
    .replace(/ (--|-) /g, " ")
    .split(/\s+/)
    .filter(Boolean);

test("says the rule, the price before and now, the rank, the flights in local times, the terms and the times", async () => {
  const letter = write([await m.alert()]);
  expect(letter.subject).toBe("London – San Francisco for £360.00");
  expect(brief(letter)).toMatchInlineSnapshot(`
    "Before £480.00 → now £360.00 → your price £400.00

    Why: It is at or below your price, £400.00. It is well below what it was in the last two weeks.
    Days: Sat, 1 Aug 2026, back Sat, 8 Aug 2026
    For: 2 adults and 1 child (9), economy
    Total: £360.00, £120.00 a person
    In the history: 3rd lowest of 30 days
    Seen: 28 March 2026 at 13:05 (Europe/Berlin)
    Confirmed: 28 March 2026 at 13:05 (Europe/Berlin)

    -- Out: Sat, 1 Aug 2026

    * BA117 British Airways, 08:25 London Heathrow Airport (LHR) – 11:15 John F Kennedy International Airport (JFK)
    * AA20 American Airlines, 22:40 John F Kennedy International Airport (JFK) – 02:05 +1 San Francisco International Airport (SFO), operated by British Airways
    * 1 stop in New York, 25 h 40 min

    -- Back: Sat, 8 Aug 2026

    * BA286 British Airways, 16:30 San Francisco International Airport (SFO) – 10:55 +1 London Heathrow Airport (LHR)
    * Direct, 10 h 25 min

    Bags: 1 cabin bag, 0 checked bags a person
    Refund: not possible
    Change: possible for £75.00
    Good until: 28 March 2026 at 13:35 (Europe/Berlin)

    See the flights and book:
    https://travel.example.com/watches/wch_00000000000000000000000001

    I booked:
    https://travel.example.com/do#token=…

    Be quiet about it for 7 days:
    https://travel.example.com/do#token=…

    Stop this watch:
    https://travel.example.com/do#token=…

    The lowest price of each day, 30 days
    2 Mar   £350.00  █████████▉
    10 Mar  £411.00  ███████████▌

    You get this because you watch these prices with Travel Conductor.

    Choose where alerts go, and when:
    https://travel.example.com/account/channels

    Send me no alerts by e-mail any more:
    https://travel.example.com/do#token=…

    Travel Conductor
    "
  `);
});

test("says the same in German, to a reader of German", async () => {
  const letter = write([await m.alert()], { language: "de-AT" });
  expect(letter.subject).toBe("London – San Francisco für 360,00\u00a0£");
  expect(letter.html).toContain('<html lang="de">');
  expect(brief(letter)).toMatchInlineSnapshot(`
    "Vorher 480,00 £ → jetzt 360,00 £ → Ihr Preis 400,00 £

    Warum: Er liegt bei Ihrem Preis oder darunter, 400,00 £. Er liegt deutlich unter dem Preis der letzten zwei Wochen.
    Tage: Sa., 1. Aug. 2026, zurück Sa., 8. Aug. 2026
    Für: 2 Erwachsene und 1 Kind (9), Economy
    Gesamtpreis: 360,00 £, 120,00 £ je Person
    Im Verlauf: der 3.-niedrigste von 30 Tagen
    Gesehen: 28. März 2026 um 13:05 (Europe/Berlin)
    Bestätigt: 28. März 2026 um 13:05 (Europe/Berlin)

    -- Hinflug: Sa., 1. Aug. 2026

    * BA117 British Airways, 08:25 London Heathrow Airport (LHR) – 11:15 John F Kennedy International Airport (JFK)
    * AA20 American Airlines, 22:40 John F Kennedy International Airport (JFK) – 02:05 +1 San Francisco International Airport (SFO), durchgeführt von British Airways
    * 1 Halt in New York, 25 Std. 40 Min.

    -- Rückflug: Sa., 8. Aug. 2026

    * BA286 British Airways, 16:30 San Francisco International Airport (SFO) – 10:55 +1 London Heathrow Airport (LHR)
    * Ohne Halt, 10 Std. 25 Min.

    Gepäck: 1 Handgepäck, 0 Gepäckstücke je Person
    Erstattung: nicht möglich
    Umbuchung: möglich für 75,00 £
    Gilt bis: 28. März 2026 um 13:35 (Europe/Berlin)

    Flüge ansehen und buchen:
    https://travel.example.com/watches/wch_00000000000000000000000001

    Ich habe gebucht:
    https://travel.example.com/do#token=…

    7 Tage davon schweigen:
    https://travel.example.com/do#token=…

    Nicht mehr beobachten:
    https://travel.example.com/do#token=…

    Der niedrigste Preis jedes Tages, 30 Tage
    2. März   350,00 £  █████████▉
    10. März  411,00 £  ███████████▌

    Sie bekommen das, weil Sie diese Preise mit Travel Conductor beobachten.

    Wählen, wohin und wann Meldungen gehen:
    https://travel.example.com/account/channels

    Keine Meldungen mehr per E-Mail:
    https://travel.example.com/do#token=…

    Travel Conductor
    "
  `);
});

test.each(["en", "de"])("has the same words as text and as HTML: %s", async (language) => {
  const letter = write([await m.alert(), await m.alert({ id: "alr_2", offer: null, price: 100_00 })], { language });
  expect(wordsOfHtml(letter)).toEqual(wordsOfText(letter));
});

test("has no image, no script, nothing remote but its links, which lead to the client alone", async () => {
  const { html } = write([await m.alert(), await m.alert({ id: "alr_2" })]);
  expect(html).not.toMatch(/<(img|script|iframe|link|object|svg|video|form|input)|url\(|@import|src=|\son\w+=/i);
  const links = [...html.matchAll(/href="([^"]*)"/g)].map(([, href]) => href ?? "");
  expect(links.length).toBeGreaterThan(8);
  for (const href of links) expect(href.startsWith(`${app}/`)).toBe(true);
});

test("leaves out what an alert without an offer does not know", async () => {
  const { text } = write([await m.alert({ offer: null, previousPrice: null, target: null, confirmedAt: null })]);
  for (const absent of ["Before", "→", "Bags", "Refund", "Good until", "Out:", "BA117"])
    expect(text).not.toContain(absent);
  expect(text).toContain("Now £360.00");
  expect(text).toContain("Confirmed: by no one: this price is as it was seen");
});

test("says that the seller does not say, that a fare is simulated, may be a mistake, or was true from the start", async () => {
  const offer = { ...m.offer, simulated: true, bags: null, conditions: { refund: null, change: null } };
  const { text } = write([await m.alert({ offer, mistakeFare: true, alreadyTrue: true })]);
  expect(text).toContain("simulated: no such flight is flown");
  expect(text).toContain("mistake fare");
  expect(text).toContain("already true");
  expect(text).toContain(
    "Bags: the seller does not say\nRefund: the seller does not say\nChange: the seller does not say",
  );
  expect(write([await m.alert({ offer: null, source: "duffel_test" })]).text).toContain("simulated");
  expect(write([await m.alert()]).text).not.toMatch(/simulated|mistake|already true/);
});

test("names the share of one of several paying travelers, and infants on laps apart", async () => {
  const watched = { ...(await m.alert()).watched };
  const total = async (over: object, price: number) =>
    write([await m.alert({ watched: { ...watched, ...over }, price })]).text.match(/^(For|Total): .*$/gm);
  expect(await total({ adults: 1, childAges: [] }, 100_00)).toEqual(["For: 1 adult, economy", "Total: £100.00"]);
  expect(await total({ adults: 2, childAges: [4], infants: 1, cabin: "premium_economy" }, 100_00)).toEqual([
    "For: 2 adults, 1 child (4) and 1 infant on a lap, premium economy",
    "Total: £100.00, about £33.33 a person",
  ]);
});

test("says when it looked again, and when nothing newer was found before a held message went out", async () => {
  const base = await m.alert();
  const later = { ...base.now, checkedAt: m.seen.getTime() + 3_600_000, price: 355_00 };
  expect(write([await m.alert({ now: later })]).text).toContain(
    "Looked at again: 28 March 2026 at 14:05 (Europe/Berlin): £355.00",
  );
  const old = { ...base.now, checkedAt: m.seen.getTime() - 3_600_000 };
  expect(write([await m.alert({ now: old })], { held: true }).text).toContain(
    "Looked at again: No newer price was found",
  );
  expect(write([await m.alert({ now: old })]).text).not.toContain("Looked at again");
});

test("uses the reader's clocks, across their changes, and UTC where there are none", async () => {
  const at = "2026-03-29T01:30:00.000Z";
  const seen = async (timeZone: string | null) =>
    write([await m.alert({ at })], { timeZone }).text.match(/^Seen: (.*)$/m)?.[1];
  expect(await seen("Europe/Berlin")).toBe("29 March 2026 at 03:30 (Europe/Berlin)");
  expect(await seen("America/New_York")).toBe("28 March 2026 at 21:30 (America/New_York)");
  expect(await seen(null)).toBe("29 March 2026 at 01:30 UTC");
  expect(await seen("Mars/Olympus")).toBe("29 March 2026 at 01:30 UTC");
});

test("marks up nothing that a provider wrote, and lets it turn no direction and add no line", async () => {
  const hostile = "<b onmouseover=x>\u202eevil\u2066\r\nBcc: eve@example.com";
  const slice = m.offer.slices[1]!;
  const segments = [{ ...slice.segments[0]!, carrier: hostile, flightNumber: hostile, destination: hostile }];
  const offer = { ...m.offer, slices: [{ ...slice, segments, destination: hostile }] };
  const watched = { ...(await m.alert()).watched, origin: hostile };
  const { subject, text, html } = write([await m.alert({ offer, watched, names: { places: {}, carriers: {} } })]);
  for (const part of [subject, text, html]) expect(part).not.toMatch(/[\u202a-\u202e\u2066-\u2069\r]|\nBcc/);
  expect(subject).not.toContain("\n");
  expect(html).not.toContain("<b ");
  expect(html).toContain("&lt;b onmouseover=x&gt; evil Bcc: eve@example.com");
});

test("ranks the price among the lowest of each day, with its own day once", async () => {
  const rank = async (over: Partial<AlertOf>) =>
    write([await m.alert(over)]).text.match(/^In the history: (.*)$/m)?.[1];
  const today = dayNumber(m.seen.getTime());
  expect(await rank({})).toBe("3rd lowest of 30 days");
  expect(await rank({ price: 340_00 })).toBe("the lowest of 30 days");
  expect(await rank({ days: [today - 2, today - 1, today], lows: [500_00, 300_00, 360_00] })).toBe(
    "2nd lowest of 3 days",
  );
  // Days after the alert are not its history, and of two days nothing is said.
  expect(await rank({ days: [today - 1, today, today + 1], lows: [500_00, 360_00, 1_00] })).toBeUndefined();
});

test("draws thirty days as rows of a table, each with its day, its price and a bar", async () => {
  const { html, text } = write([await m.alert()]);
  const chart = /<table class="chart">.*?<\/table>/s.exec(html)?.[0] ?? "";
  const rows = chart.match(/<tr.*/g) ?? [];
  expect(rows).toHaveLength(30);
  expect(rows[0]).toContain("<th>27 Feb<td>£400.00<td aria-hidden=true>██");
  const lengths = rows.map((row) => row.match(/█/g)?.length ?? 0);
  expect(lengths[29]).toBeLessThan(lengths[28] ?? 0);
  expect(text).toMatch(/^27 Feb {2}£400\.00 {2}█+.?$/m);
  const one = write([await m.alert({ days: [], lows: [] })]);
  expect(one.html).not.toContain('class="chart"');
});

test("links do one thing for one watch or one reader, and work for 90 days after the message", async () => {
  const { text, headers } = write([await m.alert()]);
  const tokens = [...text.matchAll(/\/do#token=([\w-]+)$/gm)].map(([, token]) => token ?? "");
  const until = m.seen.getTime() / 1000 + 90 * 86_400;
  const userId = m.message().userId;
  const ofWatch = { userId, watchId: "wch_00000000000000000000000001", until };
  const unsubscribe = { purpose: "unsubscribe", userId, watchId: null, until: m.seen.getTime() / 1000 + 730 * 86_400 };
  expect(tokens.map((token) => readLink(token, m.seen))).toEqual([
    { purpose: "booked", ...ofWatch },
    { purpose: "snooze", ...ofWatch },
    { purpose: "stop", ...ofWatch },
    unsubscribe,
  ]);
  expect(headers?.["List-Unsubscribe-Post"]).toBe("List-Unsubscribe=One-Click");
  const [, token] = /^<https:\/\/travel\.example\.com\/v1\/links\/unsubscribe\?token=([\w-]+)>$/.exec(
    headers?.["List-Unsubscribe"] ?? "",
  ) ?? ["", ""];
  expect(readLink(token, m.seen)).toEqual(unsubscribe);
  expect(readLink(tokens[0] ?? "", new Date((until + 1) * 1000))).toBeUndefined();
});

test("a digest tells the best first, twenty in full, counts the rest, and mail programs cut none of it", async () => {
  const alerts = await Promise.all(
    Array.from({ length: 27 }, (_, n) => m.alert({ id: `alr_${10 + n}`, price: 300_00 + ((n * 7) % 27) * 1_00 })),
  );
  const { subject, text, html } = write(alerts, { kind: "digest" });
  expect(subject).toBe("27 prices fell");
  const told = [...text.matchAll(/^== London – San Francisco for £(\d+)\.00$/gm)].map(([, price]) => Number(price));
  expect(told).toEqual(Array.from({ length: 20 }, (_, n) => 300 + n));
  expect(text).toContain("== and 7 more\n\nSee all alerts:\nhttps://travel.example.com/alerts\n");
  // Gmail cuts a mail at 102 KB.
  expect(Buffer.byteLength(html)).toBeLessThan(102_000);
});

test("the same message and alerts give the same letter", async () => {
  expect(write([await m.alert(), await m.alert({ id: "alr_2" })])).toEqual(
    write([await m.alert({ id: "alr_2" }), await m.alert()]),
  );
});
