import { createDecipheriv, type KeyObject } from "node:crypto";
import { keyOf } from "@travel-conductor/core/base/datakey";
import { sql } from "@travel-conductor/core/base/db";
import { openAll, sealAll } from "@travel-conductor/core/base/vault";
import * as Traveler from "@travel-conductor/core/traveler";
import { app } from "@travel-conductor/functions/api/index";
import { operation } from "@travel-conductor/functions/api/operation";
import { type SignedIn, signedIn } from "@travel-conductor/functions/api/session";
import { erika } from "@travel-conductor/local/testing/people";
import type { Hono, MiddlewareHandler } from "hono";
import { ms, ratio } from "../figures.ts";
import { medians } from "../measure.ts";

const traveler = {
  ...erika,
  email: "erika@example.com",
  phone: "+442079460000",
  loyalty: [{ airline: "BA", number: "GB12345678" }],
  knownTravelerNumber: "TT123456789",
  redressNumber: null,
};

/** The same list from tables in clear, behind the same middleware; added before the first request. */
(app as unknown as Hono<SignedIn>).get(
  "/v1/clear-travelers",
  signedIn,
  operation({ summary: "Travelers in clear", query: Traveler.ListQuery }) as MiddlewareHandler,
  async (c) => {
    const rows = await sql`
      select clear_travelers.value,
             (
               select coalesce(json_agg(clear_documents.value order by clear_documents.id), '[]')
                 from clear_documents
                where clear_documents.user_id = clear_travelers.user_id
                  and clear_documents.traveler_id = clear_travelers.id
             ) as documents
        from clear_travelers
       where clear_travelers.user_id = ${c.var.userId}
       order by clear_travelers.id
       limit 26`;
    const items = rows.map(({ value, documents }) => ({
      ...JSON.parse(value),
      documents: documents.map((each: string) => JSON.parse(each)),
    }));
    return c.json({ items, nextCursor: null, unreadable: [] });
  },
);

/**
 * Measures what the sealing of travelers costs: opening 10,000 rows against bare node:crypto on the same, and a list of 20
 * travelers with documents through the handler against the same list that lies in clear.
 */
export async function sealing() {
  return { sealed_per_aes: await measureOpening(), travelers_per_plain: await measureList() };
}

async function measureOpening(): Promise<number> {
  const rows = Array.from({ length: 10_000 }, (_, n) => ({ id: `tvl_${n}`, owner: "usr_1" }));
  const texts = await sealAll(
    "travelers",
    rows.map((row) => ({ ...row, value: traveler })),
  );
  const sealed = rows.map((row, n) => ({ ...row, sealed: texts[n]! }));
  const key = (await keyOf(1))!;
  const [vault, bare] = await medians(20, [
    () => openAll("travelers", sealed),
    async () => {
      for (const row of sealed) openBare(key, row);
    },
  ]);
  console.log(`opening 10,000 rows: ${ms(vault)}, by node:crypto alone ${ms(bare)}`);
  return ratio(bare, vault);
}

/** What cannot be left out: the text to bytes, the bytes that are authenticated beside it, and the cipher. */
function openBare(key: KeyObject, { id, owner, sealed }: { id: string; owner: string; sealed: string }): string {
  const bytes = Buffer.from(sealed.slice(2), "base64url");
  const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, 12), { authTagLength: 16 })
    .setAAD(Buffer.from(`1 travelers ${id.length} ${id} ${owner}`))
    .setAuthTag(bytes.subarray(12, 28));
  const clear = decipher.update(bytes.subarray(28));
  decipher.final();
  return clear.toString();
}

async function measureList(): Promise<number> {
  const context = { requestContext: { http: { sourceIp: "203.0.113.9" } } };
  const call = (method: string, path: string, token?: string, body?: unknown) =>
    app.request(
      path,
      {
        method,
        headers: { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      },
      context,
    );
  const signup = { email: "erika@example.com", password: "nine small green boats", firstName: "Erika" };
  const { session, user } = await read(await call("POST", "/v1/auth/signup", undefined, signup));
  for (let n = 0; n < 20; n++) {
    const { id } = await read(await call("POST", "/v1/travelers", session.token, traveler));
    const paper = { type: "passport", number: `C01X00T${n}`, country: "DE", expiresOn: "2040-01-01" };
    await call("POST", `/v1/travelers/${id}/documents`, session.token, paper);
  }
  const answer = await read(await call("GET", "/v1/travelers", session.token));
  await sql`create table clear_travelers (id text primary key, user_id text, value text)`;
  await sql`create table clear_documents (id text primary key, user_id text, traveler_id text, value text)`;
  for (const { documents, ...item } of answer.items) {
    await sql`insert into clear_travelers values (${item.id}, ${user.id}, ${JSON.stringify(item)})`;
    for (const each of documents)
      await sql`insert into clear_documents values (${each.id}, ${user.id}, ${item.id}, ${JSON.stringify(each)})`;
  }
  const list = async (path: string) => {
    const response = await call("GET", path, session.token);
    if (!response.ok) throw new Error(`answered ${response.status}`);
    await response.text();
  };
  const [sealedMs, clearMs] = await medians(50, [() => list("/v1/travelers"), () => list("/v1/clear-travelers")]);
  console.log(`a list of 20 travelers: ${ms(sealedMs)}, in clear ${ms(clearMs)}`);
  return ratio(clearMs, sealedMs);
}

// biome-ignore lint/suspicious/noExplicitAny: what the API answers is known to its tests.
async function read(response: Response): Promise<any> {
  return response.json();
}
