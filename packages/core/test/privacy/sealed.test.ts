import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { sql } from "../../src/base/db.ts";
import * as Privacy from "../../src/privacy.ts";
import * as Session from "../../src/session.ts";
import * as Traveler from "../../src/traveler.ts";
import * as a from "../support/factory.ts";
import { passport, traveler } from "../support/travelers.ts";

const now = new Date();
const token = "t".repeat(43);

/** A user with a ready export, whose link has `token`. */
async function exported() {
  const userId = await a.user({ lastName: "Unmistakable" });
  const { sessionId } = Session.lookup((await a.session(userId, now)).token);
  const made = await traveler(userId, { familyName: "Sealed" });
  await Traveler.addDocument(userId, made.id, passport({ expiresOn: "2099-02-28" }), now);
  const { id } = await Privacy.requestExport(userId, sessionId, now);
  await Privacy.prepareExports(now);
  const hash = createHash("sha256").update(token).digest("hex");
  await sql`update exports set token_hash = ${hash} where exports.id = ${id}`;
  return { userId, id, travelerId: made.id };
}

test("an export lies sealed, and opens with its link for its owner", async () => {
  const { userId, id } = await exported();
  const rows = await sql`
    select export_parts.content from export_parts where export_parts.export_id = ${id}
     union all
    select exports.content from exports where exports.id = ${id}`;
  for (const clear of ["Unmistakable", "Sealed", "C01X00T47", userId])
    expect(JSON.stringify(rows)).not.toContain(clear);
  const { content } = await Privacy.getExport(userId, id, { token }, now);
  const held = JSON.parse(String(content));
  expect(held).toMatchObject({
    users: [{ lastName: "Unmistakable" }],
    travelers: [{ familyName: "Sealed" }],
    travelerDocuments: [{ number: "C01X00T47" }],
  });
  expect(held.travelers[0]).not.toHaveProperty("sealed");
});

test("a part that was put into another export is none", async () => {
  const [one, other] = [await exported(), await exported()];
  await sql`
    update export_parts
       set content = (select taken.content from export_parts as taken where taken.export_id = ${other.id})
     where export_parts.export_id = ${one.id}`;
  await expect(Privacy.getExport(one.userId, one.id, { token }, now)).rejects.toMatchObject({ code: "export.missing" });
});

test("a part that was written before parts were sealed is read", async () => {
  const { userId, id } = await exported();
  await sql`update export_parts set content = '{"users":[{"id":"one"}]}' where export_parts.export_id = ${id}`;
  const { content } = await Privacy.getExport(userId, id, { token }, now);
  expect(JSON.parse(String(content))).toMatchObject({ part: 1, users: [{ id: "one" }] });
});

test("of a traveler who does not open, the export says so and holds the rest", async () => {
  const userId = await a.user();
  const { sessionId } = Session.lookup((await a.session(userId, now)).token);
  const [one, two] = [await traveler(userId), await traveler(userId)];
  await sql`
    update travelers
       set sealed = (select taken.sealed from travelers as taken where taken.id = ${one.id})
     where travelers.id = ${two.id}`;
  const { id } = await Privacy.requestExport(userId, sessionId, now);
  await Privacy.prepareExports(now);
  const hash = createHash("sha256").update(token).digest("hex");
  await sql`update exports set token_hash = ${hash} where exports.id = ${id}`;
  const { content } = await Privacy.getExport(userId, id, { token }, now);
  const { travelers } = JSON.parse(String(content));
  expect(travelers).toHaveLength(2);
  expect(travelers).toContainEqual(expect.objectContaining({ id: two.id, unreadable: true }));
  expect(travelers).toContainEqual(expect.objectContaining({ id: one.id, familyName: "Mustermann" }));
});
