import { counted, kms } from "@travel-conductor/local/testing";
import { expect, test } from "vitest";
import { sql } from "../src/base/db.ts";
import { newId } from "../src/base/id.ts";
import * as Traveler from "../src/traveler.ts";
import * as a from "./support/factory.ts";
import { cutAt, losingAnswers } from "./support/network.ts";
import { erika, faults, now, passport, traveler } from "./support/travelers.ts";

const missing = { kind: "missing", code: "traveler.missing" };
const unreadable = { kind: "conflict", code: "traveler.unreadable" };

test("a traveler is shown with the ends of numbers alone, and lies sealed", async () => {
  const userId = await a.user();
  const made = await traveler(userId, {
    givenName: "  Zoë   Anne-Marie ",
    familyName: "O’Neill",
    email: "zoe@example.com",
    phone: "+442079460000",
    loyalty: [
      { airline: "BA", number: "gb 1234 5678" },
      { airline: "U2", number: "9999" },
    ],
    knownTravelerNumber: "TT123456789",
  });
  expect(made).toEqual({
    id: expect.stringMatching(/^tvl_/),
    givenName: "Zoë Anne-Marie",
    familyName: "O’Neill",
    bornOn: "1964-08-12",
    gender: "f",
    title: "ms",
    email: "zoe@example.com",
    phone: "+442079460000",
    phoneAsGiven: null,
    address: null,
    lacks: [],
    moved: null,
    loyalty: [
      { airline: "BA", numberEnds: "678" },
      { airline: "U2", numberEnds: "" },
    ],
    knownTravelerNumberEnds: "789",
    redressNumberEnds: null,
    documents: [],
    unreadable: [],
    createdAt: expect.any(String),
    updatedAt: made.createdAt,
  });
  const document = await Traveler.addDocument(userId, made.id, passport({ number: "c01x 00t47" }), now);
  expect(document).toEqual({
    id: expect.stringMatching(/^doc_/),
    type: "passport",
    numberEnds: "T47",
    country: "DE",
    expiresOn: "2032-02-28",
    runsOut: null,
    createdAt: expect.any(String),
  });
  expect(await Traveler.get(userId, made.id, {}, now)).toEqual({ ...made, documents: [document] });
  expect(await Traveler.list(userId, {}, now)).toEqual({
    items: [{ ...made, documents: [document] }],
    nextCursor: null,
    unreadable: [],
  });
  const rows = await sql`
    select travelers::text as "row" from travelers where travelers.user_id = ${userId}
     union all
    select traveler_documents::text from traveler_documents where traveler_documents.user_id = ${userId}`;
  for (const secret of ["Zoë", "Neill", "1964", "12345678", "TT123", "C01X", "example.com", "2079460000", "2032"])
    expect(JSON.stringify(rows)).not.toContain(secret);
});

test.each<[string, object, string]>([
  ["a name without a letter", { givenName: "-" }, "/givenName"],
  ["a name with a digit", { familyName: "Mustermann 2" }, "/familyName"],
  ["a name with a dot", { givenName: "E." }, "/givenName"],
  ["a name of 61 letters", { familyName: "a".repeat(61) }, "/familyName"],
  ["a day that does not exist", { bornOn: "1981-02-30" }, "/bornOn"],
  ["a day to come", { bornOn: "2026-11-28" }, "/bornOn"],
  ["another gender", { gender: "w" }, "/gender"],
  ["another title", { title: "sir" }, "/title"],
  ["no address", { email: "erika" }, "/email"],
  ["a phone number without its country", { phone: "0170 1234567" }, "/phone"],
  ["a phone number of no area", { phone: "+15551234567" }, "/phone"],
  ["a phone number that is too short", { phone: "+442079460" }, "/phone"],
  ["no code of an airline", { loyalty: [{ airline: "BAW", number: "12345678" }] }, "/loyalty/0/airline"],
  ["a membership without a number", { loyalty: [{ airline: "BA" }] }, "/loyalty/0/number"],
  ["an airline twice", { loyalty: ["12345", "67890"].map((number) => ({ airline: "BA", number })) }, "/loyalty"],
  ["a known traveler number with a dash", { knownTravelerNumber: "TT-12345678" }, "/knownTravelerNumber"],
  ["a short redress number", { redressNumber: "123" }, "/redressNumber"],
  ["an unknown field", { passport: "C01X00T47" }, "/passport"],
])("refuses %s", async (_, more, pointer) => {
  const userId = await a.user();
  expect(await faults(Traveler.create(userId, erika(more), now))).toEqual([pointer]);
  expect((await Traveler.list(userId, {}, now)).items).toEqual([]);
});

test("a person born today where the day has begun already can travel", async () => {
  expect(await traveler(await a.user(), { bornOn: "2026-11-26" })).toMatchObject({ bornOn: "2026-11-26" });
});

test("an account has 20 travelers, also when several are added at once, and a traveler 5 documents", async () => {
  const userId = await a.user();
  await Promise.all(Array.from({ length: 18 }, () => traveler(userId)));
  const outcomes = await Promise.allSettled(Array.from({ length: 4 }, () => traveler(userId)));
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(2);
  expect(outcomes).toContainEqual({ status: "rejected", reason: expect.objectContaining({ code: "traveler.limit" }) });
  const { items } = await Traveler.list(userId, {}, now);
  expect(items).toHaveLength(20);
  const [{ id } = { id: "" }] = items;
  const added = await Promise.allSettled(
    Array.from({ length: 7 }, () => Traveler.addDocument(userId, id, passport(), now)),
  );
  expect(added.filter(({ status }) => status === "fulfilled")).toHaveLength(5);
  expect(added).toContainEqual({ status: "rejected", reason: expect.objectContaining({ code: "document.limit" }) });
});

test("pages of the list follow one another, oldest first", async () => {
  const userId = await a.user();
  const ids: string[] = [];
  for (let n = 0; n < 5; n++) ids.push((await traveler(userId)).id);
  const first = await Traveler.list(userId, { limit: 3 }, now);
  const second = await Traveler.list(userId, { limit: 3, cursor: first.nextCursor ?? "" }, now);
  expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(ids);
  expect(second.nextCursor).toBeNull();
});

test("a list of 20 with documents costs one request to Postgres, and none to KMS", async () => {
  const userId = await a.user();
  const made = await Promise.all(Array.from({ length: 20 }, () => traveler(userId)));
  await Promise.all(made.map(({ id }) => Traveler.addDocument(userId, id, passport(), now)));
  const before = kms.requests;
  const costs = await counted(async () => {
    const { items } = await Traveler.list(userId, {}, now);
    expect(items.flatMap(({ documents }) => documents)).toHaveLength(20);
  });
  expect(costs).toEqual({ postgres: 1, redis: 0 });
  expect(kms.requests).toBe(before);
});

test("a change keeps what it does not name, and a membership keeps its number", async () => {
  const userId = await a.user();
  const loyalty = [
    { airline: "BA", number: "GB12345678" },
    { airline: "LH", number: "992001234567890" },
  ];
  const { id } = await traveler(userId, { loyalty, phone: "+442079460000", redressNumber: "1234567" });
  await Traveler.addDocument(userId, id, passport(), now);
  const change = {
    familyName: "Gabler",
    redressNumber: null,
    loyalty: [{ airline: "LH" }, { airline: "AF", number: "1234567" }],
  };
  const changed = await Traveler.update(userId, id, change, now);
  expect(changed).toMatchObject({
    givenName: "Erika",
    familyName: "Gabler",
    phone: "+442079460000",
    redressNumberEnds: null,
    loyalty: [
      { airline: "LH", numberEnds: "7890" },
      { airline: "AF", numberEnds: "567" },
    ],
    documents: [{ type: "passport" }],
  });
  expect(await Traveler.get(userId, id, {}, now)).toEqual(changed);
  const [party] = await Traveler.listFor(userId, [id]);
  expect(party?.loyalty).toEqual([loyalty[1], { airline: "AF", number: "1234567" }]);
  expect(await faults(Traveler.update(userId, id, { loyalty: [{ airline: "IB" }] }, now))).toEqual([
    "/loyalty/0/number",
  ]);
  expect(await faults(Traveler.update(userId, id, { phone: "+15551234567", bornOn: "2030-01-01" }, now))).toEqual([
    "/bornOn",
    "/phone",
  ]);
});

test("of changes at once none is lost", async () => {
  const userId = await a.user();
  const { id } = await traveler(userId);
  const changes = [{ familyName: "Gabler" }, { givenName: "Gabriele" }, { title: "dr" }];
  await Promise.all(changes.map((change) => Traveler.update(userId, id, change, now)));
  expect(await Traveler.get(userId, id, {}, now)).toMatchObject(Object.assign({}, ...changes));
});

test("a traveler is added once under its id, whatever answer is lost", async () => {
  const userId = await a.user();
  const id = newId("tvl");
  const create = () => Traveler.create(userId, erika(), now, id);
  const made = await losingAnswers("insert into travelers", create);
  expect(await create()).toEqual(made);
  const document = newId("doc");
  const add = () => Traveler.addDocument(userId, id, passport(), now, document);
  const added = await losingAnswers("insert into traveler_documents", add);
  expect(await add()).toEqual(added);
  expect((await Traveler.list(userId, {}, now)).items).toMatchObject([{ id, documents: [{ id: document }] }]);
});

test("a process that ends anywhere in a change leaves the old traveler or the new one", async () => {
  const userId = await a.user();
  const { id } = await traveler(userId);
  let at = 1;
  for (
    ;
    await cutAt(at, at % 2 === 0, () => Traveler.update(userId, id, { familyName: `Cut-${"x".repeat(at)}` }, now));
    at++
  ) {
    const { familyName } = await Traveler.get(userId, id, {}, now);
    expect(familyName).toMatch(/^(Mustermann|Cut-x+)$/);
  }
  expect(at).toBeGreaterThan(2);
});

test("another user's traveler and document are missing", async () => {
  const [mine, other] = [await a.user(), await a.user()];
  const { id } = await traveler(mine);
  const document = await Traveler.addDocument(mine, id, passport(), now);
  const own = await traveler(other);
  await expect(Traveler.get(other, id, {}, now)).rejects.toMatchObject(missing);
  await expect(Traveler.update(other, id, { title: "dr" }, now)).rejects.toMatchObject(missing);
  await expect(Traveler.remove(other, id)).rejects.toMatchObject(missing);
  await expect(Traveler.addDocument(other, id, passport(), now)).rejects.toMatchObject(missing);
  for (const [user, of] of [
    [other, id],
    [other, own.id],
    [mine, own.id],
  ] as const)
    await expect(Traveler.removeDocument(user, of, document.id)).rejects.toMatchObject({ code: "document.missing" });
  await expect(Traveler.listFor(other, [own.id, id])).rejects.toMatchObject({
    ...missing,
    errors: [{ pointer: "/travelers/1" }],
  });
  expect(await Traveler.get(mine, id, {}, now)).toMatchObject({ documents: [document] });
});

test("removing a document, and a traveler with the documents", async () => {
  const userId = await a.user();
  const { id } = await traveler(userId);
  const [one] = await Promise.all([1, 2].map(() => Traveler.addDocument(userId, id, passport(), now)));
  await Traveler.removeDocument(userId, id, one?.id ?? "");
  expect((await Traveler.get(userId, id, {}, now)).documents).toHaveLength(1);
  await Traveler.remove(userId, id);
  await expect(Traveler.get(userId, id, {}, now)).rejects.toMatchObject(missing);
  const left = await sql`select from traveler_documents where traveler_documents.user_id = ${userId}`;
  expect(left).toEqual([]);
});

test("a row whose value was exchanged or altered is named and not shown, and can be removed", async () => {
  const [userId, other] = [await a.user(), await a.user()];
  const [one, two, three] = [await traveler(userId), await traveler(userId), await traveler(userId)];
  const theirs = await traveler(other);
  const document = await Traveler.addDocument(userId, three.id, passport(), now);
  const take = (from: string, to: string) => sql`
    update travelers
       set sealed = (select taken.sealed from travelers as taken where taken.id = ${from})
     where travelers.id = ${to}`;
  await take(one.id, two.id);
  await take(theirs.id, one.id);
  await sql`
    update traveler_documents
       set sealed = left(traveler_documents.sealed, -1) || case right(traveler_documents.sealed, 1) when 'A' then 'Q' else 'A' end
     where traveler_documents.id = ${document.id}`;
  const found = await Traveler.list(userId, {}, now);
  expect(found.unreadable).toEqual([one.id, two.id]);
  expect(found.items).toMatchObject([{ id: three.id, documents: [], unreadable: [document.id] }]);
  await expect(Traveler.get(userId, one.id, {}, now)).rejects.toMatchObject(unreadable);
  await expect(Traveler.update(userId, one.id, { title: "dr" }, now)).rejects.toMatchObject(unreadable);
  await expect(Traveler.listFor(userId, [three.id, two.id])).rejects.toMatchObject({
    ...unreadable,
    errors: [{ pointer: "/travelers/1" }],
  });
  await Traveler.remove(userId, one.id);
  await Traveler.removeDocument(userId, three.id, document.id);
  expect((await Traveler.list(userId, {}, now)).unreadable).toEqual([two.id]);
});
