import { sql } from "@travel-conductor/core/base/db";
import * as a from "./client.ts";

type Request = a.Sent & { path: string };
type Spoil = (request: Request, send: (request: Request) => Promise<Response>) => Promise<Response>;
export type Kind = "tips" | "reviews";

const month = new Date().toISOString().slice(0, 7);

/** A good body of a text of either kind. */
export const bodyOf = (kind: Kind) =>
  kind === "tips"
    ? { kind: "transit", body: "Take the metro from the airport: it is faster than the bus.", language: "en" }
    : {
        ...{
          rating: 4,
          title: "Hills and trams",
          language: "en",
          travelledIn: month,
          party: "couple",
          purpose: "city",
        },
        body: "We walked everywhere for four days and ate well. Take good shoes with you.",
      };

/** A text of the user, whose address is then proven, about the place: it is published, unless `state` says otherwise. */
export async function post(token: string, kind: Kind, { place = "LIS", state = "published" } = {}): Promise<string> {
  const { user } = await a.read(await a.call("GET", "/v1/me", { token }), 200);
  await sql`update users set email_verified = true where users.id = ${user.id}`;
  const path = `/v1/places/${place}/${kind}`;
  const { id } = await a.read(await a.call("POST", path, { token, body: bodyOf(kind) }), 201);
  await sql`update posts set state = ${state}, published_at = now() where posts.id = ${id}`;
  return id;
}

const list = async (kind: Kind, query: string): Promise<Request> => {
  const { token } = await a.user();
  await post(token, kind);
  return { path: `/v1/places/lis/${kind}?${query}`, token };
};

const write = async (kind: Kind): Promise<Request> => ({
  path: `/v1/places/LIS/${kind}`,
  token: (await a.proven()).token,
  body: bodyOf(kind),
});

/** A request about a text of the sender. */
async function mine(kind: Kind, rest = "", body?: unknown, state = "published"): Promise<Request> {
  const { token } = await a.user();
  const id = await post(token, kind, { state });
  return { path: `/v1/${kind}/${id}${rest}`, token, ...(body === undefined ? {} : { body }) };
}

/** A request about a text of another person. */
async function theirs(kind: Kind, rest: string, body?: unknown): Promise<Request> {
  const { path } = await mine(kind, rest);
  return { path, token: (await a.proven()).token, ...(body === undefined ? {} : { body }) };
}

const forKind = (kind: Kind): Record<string, () => Promise<Request>> => ({
  [`POST /v1/places/{code}/${kind}`]: () => write(kind),
  [`PATCH /v1/${kind}/{id}`]: () => mine(kind, "", { body: bodyOf("reviews").body, named: true }),
  [`DELETE /v1/${kind}/{id}`]: () => mine(kind),
  [`POST /v1/${kind}/{id}/useful`]: () => theirs(kind, "/useful"),
  [`DELETE /v1/${kind}/{id}/useful`]: () => theirs(kind, "/useful"),
  [`POST /v1/${kind}/{id}/reports`]: () => theirs(kind, "/reports", { reason: "false", note: "The metro is closed." }),
  [`POST /v1/${kind}/{id}/appeal`]: () => mine(kind, "/appeal", { text: "I was there myself." }, "hidden"),
  [`GET /v1/${kind}/{id}/versions`]: () => mine(kind, "/versions"),
});

export const forPosts: Record<string, () => Promise<Request>> = {
  ...forKind("tips"),
  ...forKind("reviews"),
  "GET /v1/places/{code}/tips": () => list("tips", "kind=transit&language=en&sort=useful&limit=1"),
  "GET /v1/places/{code}/reviews": () => list("reviews", "purpose=city&party=couple&sort=newest&limit=1"),
  "GET /v1/me/posts": async () => {
    const { token } = await a.user();
    await post(token, "tips");
    await post(token, "reviews");
    return { path: "/v1/me/posts?limit=1", token };
  },
  "GET /v1/admin/posts": async () => {
    await post((await a.user()).token, "tips", { state: "waiting" });
    return { path: "/v1/admin/posts?state=waiting&limit=1", token: (await a.operator()).token };
  },
  "POST /v1/admin/posts/{id}/decisions": async () => ({
    path: `/v1/admin/posts/${await post((await a.user()).token, "reviews", { state: "waiting" })}/decisions`,
    token: (await a.operator()).token,
    body: { decision: "publish", reason: "It is as it should be." },
  }),
};

const stranger: Spoil = async (request, send) => send({ ...request, token: (await a.user()).token });
const writer: Spoil = async (request, send) => {
  const { user } = await a.read(await a.call("GET", "/v1/me", { token: request.token ?? "" }), 200);
  await sql`update posts set user_id = ${user.id} where posts.id = ${request.path.split("/")[3]}`;
  return send(request);
};
const hidden: Spoil = async (request, send) => {
  await sql`update posts set state = 'hidden' where posts.id = ${request.path.split("/")[3]}`;
  return send(request);
};
const nowhere: Spoil = ({ path, ...request }, send) => send({ ...request, path: path.replace(/\/lis\//i, "/QQQ/") });
const twice: Spoil = async (request, send) => {
  await send(request);
  return send(request);
};

/** Sends a request with a key of which another request is running. */
const running: Spoil = async (request, send) => {
  const { user } = await a.read(await a.call("GET", "/v1/me", { token: request.token ?? "" }), 200);
  const sent = `POST ${request.path}\n${JSON.stringify(request.body)}`;
  await sql`
    insert into idempotency_keys (user_id, key, request_hash, resource_id, claimed_until)
    values (${user.id}, 'one', encode(sha256(convert_to(${sent}, 'UTF8')), 'hex'), 'pst_1', now() + interval '1 minute')`;
  return send({ ...request, headers: { "idempotency-key": "one" } });
};

/** The causes of refusals of the routes of texts. */
export const causes: Record<string, Spoil> = {
  "POST /v1/places/{code}/tips 403": stranger,
  "POST /v1/places/{code}/reviews 403": stranger,
  "POST /v1/places/{code}/tips 409": running,
  "POST /v1/places/{code}/reviews 409": twice,
  "POST /v1/admin/posts/{id}/decisions 409": async (request, send) => {
    await a.operator();
    const { user } = await a.read(await a.call("GET", "/v1/me", { token: request.token ?? "" }), 200);
    await sql`update posts set user_id = ${user.id} where posts.id = ${request.path.split("/")[4]}`;
    return send(request);
  },
  ...Object.fromEntries(
    (["tips", "reviews"] as const).flatMap((kind) => [
      ...["GET", "POST"].map((method) => [`${method} /v1/places/{code}/${kind} 404`, nowhere] as const),
      [`PATCH /v1/${kind}/{id} 409`, hidden],
      [`POST /v1/${kind}/{id}/appeal 409`, twice],
      ...["POST", "DELETE"].flatMap((method) => [
        [`${method} /v1/${kind}/{id}/useful 403`, stranger],
        [`${method} /v1/${kind}/{id}/useful 409`, writer],
      ]),
      [`POST /v1/${kind}/{id}/reports 403`, stranger],
      [`POST /v1/${kind}/{id}/reports 409`, writer],
    ]),
  ),
};
