import { addDays, isoDay } from "@travel-conductor/core/base/day";
import { sql } from "@travel-conductor/core/base/db";
import { erika as base } from "@travel-conductor/local/testing/people";
import * as a from "./client.ts";

type Request = a.Sent & { path: string };

/** A person to book for. */
export const erika = (more: object = {}) => ({
  ...base,
  email: "erika@example.com",
  phone: "+442079460000",
  loyalty: [{ airline: "BA", number: "GB12345678" }],
  knownTravelerNumber: "TT123456789",
  redressNumber: "1234567",
  ...more,
});

/** The last day of a document that is valid for years. */
const farDay = addDays(isoDay(new Date()), 2_000);

export const passport = (more: object = {}) => ({
  type: "passport",
  number: "C01X00T47",
  country: "DE",
  expiresOn: farDay,
  ...more,
});

export async function traveler(token: string, more: object = {}) {
  return a.read(await a.call("POST", "/v1/travelers", { token, body: erika(more) }), 201);
}

async function travelDocument(token: string, id: string, more: object = {}) {
  return a.read(await a.call("POST", `/v1/travelers/${id}/documents`, { token, body: passport(more) }), 201);
}

/**
 * The machine readable zone of a passport: by ICAO 9303, part 3, each check digit is the sum of the characters' values
 * times 7, 3, 1 and so on, modulo 10.
 */
export function zoneOf({ number = "C01X00T47", bornOn = "1964-08-12", expiresOn = farDay } = {}): string {
  const short = (day: string) => day.slice(2).replaceAll("-", "");
  const value = (sign: string) => (sign === "<" ? 0 : Number.parseInt(sign, 36));
  const check = (text: string) =>
    String([...text].reduce((sum, sign, at) => sum + value(sign) * ([7, 3, 1][at % 3] ?? 0), 0) % 10);
  const checked = (text: string) => text + check(text);
  const [first, second, third] = [checked(number.padEnd(9, "<")), checked(short(bornOn)), checked(short(expiresOn))];
  const personal = `${"<".repeat(14)}<`;
  const whole = check(first + second + third + personal);
  return `${"P<D<<MUSTERMANN<<ERIKA".padEnd(44, "<")}\n${first}D<<${second}F${third}${personal}${whole}`;
}

export const forTravelers: Record<string, () => Request | Promise<Request>> = {
  "GET /v1/travelers": async () => {
    const { token } = await a.user();
    await travelDocument(token, (await traveler(token)).id);
    return { path: "/v1/travelers?limit=1&journeyEnds=2027-06-30", token };
  },
  "POST /v1/travelers": async () => ({ path: "/v1/travelers", token: (await a.user()).token, body: erika() }),
  "POST /v1/travelers/read": async () => ({
    path: "/v1/travelers/read",
    token: (await a.user()).token,
    body: { mrz: zoneOf() },
  }),
  "GET /v1/travelers/{id}": () => mine(),
  "PATCH /v1/travelers/{id}": () =>
    mine({ givenName: "Erika Gabriele", loyalty: [{ airline: "BA" }], redressNumber: null }),
  "DELETE /v1/travelers/{id}": () => mine(),
  "POST /v1/travelers/{id}/documents": async () => {
    const { path, ...sent } = await mine(passport());
    return { ...sent, path: `${path}/documents` };
  },
  "DELETE /v1/travelers/{id}/documents/{document}": async () => {
    const { path, token = "" } = await mine();
    const { id } = await travelDocument(token, path.split("/").at(-1) ?? "");
    return { path: `${path}/documents/${id}`, token };
  },
};

async function mine(body?: unknown): Promise<Request> {
  const { token } = await a.user();
  const { id } = await traveler(token);
  return { path: `/v1/travelers/${id}`, token, ...(body === undefined ? {} : { body }) };
}

type Spoil = (request: Request, send: (request: Request) => Promise<Response>) => Promise<Response>;

/** A value of the right form that no key opens. */
const closed = `1.${"A".repeat(60)}`;

const closedTraveler: Spoil = async (request, send) => {
  await sql`update travelers set sealed = ${closed} where travelers.id = ${request.path.split("/")[3]}`;
  return send(request);
};

/** The causes of conflicts of travelers' routes. */
export const conflicts: Record<string, Spoil> = {
  "POST /v1/travelers 409": async (request, send) => {
    const { user } = await a.read(await a.call("GET", "/v1/me", { token: request.token ?? "" }), 200);
    await sql`
      insert into travelers (id, user_id, sealed)
      select 'tvl_' || left(md5(${user.id} || n), 26), ${user.id}, ${closed} from generate_series(1, 20) as n`;
    return send(request);
  },
  "GET /v1/travelers/{id} 409": closedTraveler,
  "PATCH /v1/travelers/{id} 409": closedTraveler,
  "POST /v1/travelers/{id}/documents 409": async (request, send) => {
    for (let n = 0; n < 5; n++) await send(request);
    return send(request);
  },
};
