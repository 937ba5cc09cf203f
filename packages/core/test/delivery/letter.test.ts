import { mailbox } from "@travel-conductor/local/testing";
import { afterEach, expect, test } from "vitest";
import { sql } from "../../src/base/db.ts";
import { newId } from "../../src/base/id.ts";
import { letter } from "../../src/delivery/letter.ts";
import type { LetterKind } from "../../src/delivery/words/lettershape.ts";
import * as Delivery from "../../src/delivery.ts";
import * as Outbox from "../../src/outbox.ts";
import * as a from "../support/factory.ts";

const now = new Date();
const minutes = (count: number) => new Date(now.getTime() + count * 60_000);

afterEach(async () => {
  await sql`delete from messages`;
  await sql`delete from mailbox_letters`;
  mailbox.length = 0;
});

const link = { token: "a-secret", expiresAt: new Date(now.getTime() + 48 * 3_600_000).toISOString() };
const watched = { origin: "LHR", destination: "JFK", departureDate: "2026-08-01", returnDate: null, what: null };
const nobody = { userId: null, email: "ada@example.com" };

test("every kind of message has its words, and its data stays plain text", async () => {
  const at = "2026-03-01T12:05:00.000Z";
  const hostile = '<img src=x onerror="alert(1)">&\'@example.com';
  const kinds: { [K in LetterKind]: Outbox.Data[K] } = {
    verify: link,
    reset: link,
    email_change_old: { ...link, email: hostile },
    email_change_new: link,
    email_taken: {},
    new_device: { device: hostile, at },
    password_changed: { at },
    factor_changed: { change: "totp_on", at },
    email_changed: { email: hostile, at },
    export_ready: { ...link, id: newId("exp") },
    account_deleted: {},
    key_made: { start: "tck_Ab12", scopes: ["read", "watch"], at, until: at },
    watch_ended: { ...watched, endsOn: null, currency: "GBP", lowest: 180_00, highest: 200_00, alerts: 2 },
    watch_paused: watched,
    channel_off: { channel: "webhook", shown: "hooks.example.com", because: "failing" },
    keep_watching: { watches: 2, until: at },
    moved: { ...link, watches: 2, bookings: 1, travelers: 0, searches: 12 },
    post_decided: { post: "review", place: "LIS", decision: "hide", reason: hostile, second: false },
    booking_changed: {
      bookingId: newId("bkg"),
      event: "confirmed",
      reference: "ABCDEF",
      firstName: hostile,
      origin: "LHR",
      destination: "JFK",
      departureDate: "2026-08-01",
      returnDate: "2026-08-08",
    },
  };
  for (const [kind, data] of Object.entries(kinds)) await Outbox.enqueue(kind as Outbox.Kind, nobody, data);
  expect(await Delivery.deliver(minutes(1), { batch: 3 })).toEqual({ sent: 19, delayed: 0, failed: 0 });
  expect(new Set(mailbox.map(({ subject }) => subject)).size).toBe(19);
  for (const { text, html } of mailbox) {
    expect(text + html).not.toMatch(/undefined|null|Invalid|\[object/);
    expect(html).not.toMatch(/<img|onerror="/);
  }
  const links = mailbox.flatMap(({ text }) => text.match(/^https?:.*$/gm) ?? []).map((url) => new URL(url));
  // No server sees what stands behind #.
  expect(
    links
      .map(
        ({ pathname, search, hash }) =>
          pathname.replace(/exp_\w+/, "{id}").replace(/bkg_\w+/, "{booking}") + search + hash,
      )
      .sort(),
  ).toEqual([
    "/account/channels",
    "/account/export/{id}#token=a-secret",
    "/account/export/{id}#token=a-secret&format=csv",
    "/account/posts",
    "/email#token=a-secret",
    "/email#token=a-secret",
    "/moved",
    "/reset#token=a-secret",
    "/trips/{booking}",
    "/verify#token=a-secret",
    "/verify#token=a-secret",
    "/watches",
  ]);
  const told = mailbox.find(({ subject }) => subject === "Your password was changed");
  expect(told?.text).toContain("on 1 March 2026 at 12:05 UTC.");
  for (const { headers } of mailbox) expect(Object.keys(headers)).toEqual(["X-Message", "Auto-Submitted"]);

  // The same letters to readers of German, who lose no link.
  const reader = { userId: null, language: "de", timeZone: "Europe/Berlin" };
  const germans = Object.entries(kinds).map(([kind, data]) =>
    letter(kind as LetterKind, data as never, "http://localhost:3000", reader),
  );
  expect(new Set(germans.map(({ subject }) => subject)).size).toBe(19);
  for (const [index, { subject, text, html }] of germans.entries()) {
    const english = letter(
      Object.keys(kinds)[index] as LetterKind,
      Object.values(kinds)[index] as never,
      "http://localhost:3000",
    );
    expect(subject).not.toBe(english.subject);
    expect(text.match(/^https?:.*$/gm)).toEqual(english.text.match(/^https?:.*$/gm));
    expect(text + html).not.toMatch(/undefined|null|Invalid|\[object|\b(the|your|of)\b/);
    expect(html).toContain('<html lang="de">');
  }
  expect(germans.find(({ subject }) => subject === "Ihr Passwort wurde geändert")?.text).toContain(
    "am 1. März 2026 um 13:05 (Europe/Berlin) geändert.",
  );
});

test("the language of a letter about an account is its owner's", async () => {
  const userId = await a.user();
  await sql`delete from messages`;
  await sql`update users set language = 'de-CH' where users.id = ${userId}`;
  await Outbox.enqueue("email_taken", { userId, email: "ada@example.com" }, {});
  await Delivery.deliver(minutes(1));
  expect(mailbox).toMatchObject([{ subject: "Sie haben schon ein Konto" }]);
});

const ended = { ...watched, endsOn: null, currency: "GBP", lowest: 180_00, highest: 240_50, alerts: 2 };
const over = "The watch has ended because the last departure it was about is near or gone.";
const prices = "The lowest price found was 180.00 GBP, the highest 240.50 GBP.";

test.each([
  [{}, ["You watched flights from LHR to JFK on 1 August 2026.", over, prices, "You were alerted 2 times."]],
  [
    { returnDate: "2026-08-09", endsOn: "2026-07-20", lowest: 180_00, highest: 180_00, alerts: 1 },
    [
      "You watched flights from LHR to JFK on 1 August 2026, back on 9 August 2026.",
      "The watch has ended because 20 July 2026, the last day you gave it, is over.",
      "Whenever a price was found, it was 180.00 GBP.",
      "You were alerted once.",
    ],
  ],
  [
    {
      what: {
        origin: ["LHR", "LGW"],
        destination: "NYC",
        departureFrom: "2026-08-01",
        departureTo: "2026-08-05",
        stayNights: { min: 3, max: 5 },
      },
      lowest: null,
      highest: null,
      alerts: 0,
    },
    [
      "You watched flights from LHR or LGW to NYC between 1 August 2026 and 5 August 2026, back after 3 to 5 nights.",
      over,
      "No price was found for it.",
      "None of its rules came true, so you were not alerted.",
    ],
  ],
  [
    { what: { weekendsIn: "2028-02" }, endsOn: "2028-02-29", currency: "JPY", lowest: 18000, highest: 24050 },
    [
      "You watched flights from LHR to JFK on any weekend in February 2028.",
      "The watch has ended because 29 February 2028, the last day you gave it, is over.",
      "The lowest price found was 18000 JPY, the highest 24050 JPY.",
      "You were alerted 2 times.",
    ],
  ],
])("the summary of a watch says what was watched and how it ended: %j", async (over, paragraphs) => {
  await Outbox.enqueue("watch_ended", nobody, { ...ended, ...over });
  await Delivery.deliver(minutes(1));
  expect(mailbox[0]?.text).toBe(`${[...paragraphs, "Travel Conductor"].join("\n\n")}\n`);
});

test.each([
  ["1", { min: 1, max: 1 }, "back after 1 night."],
  ["4", { min: 4, max: 4 }, "back after 4 nights."],
])("a stay of %s", async (_, stayNights, words) => {
  const what = { departureFrom: "2026-08-01", departureTo: "2026-08-05", stayNights };
  await Outbox.enqueue("watch_paused", nobody, { ...watched, what });
  await Delivery.deliver(minutes(1));
  expect(mailbox[0]?.subject).toBe("Your watch of LHR to JFK is paused");
  expect(mailbox[0]?.text).toContain(words);
});
