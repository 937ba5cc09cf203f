import * as Destination from "@travel-conductor/core/destination";
import * as a from "./client.ts";

const draft = { section: "food", language: "en", title: "Eating", source: "Late.", checkedOn: "2026-11-01" };
const { section: _, language: __, ...content } = draft;

/** An operator with a draft about a place of which no other request writes, published if it is to be. */
export async function writtenGuide(isPublished = false): Promise<{ token: string; id: string }> {
  const { token, userId } = await a.operator();
  const { items } = await Destination.list({ limit: 100 });
  for (const { code } of items) {
    const made = await Destination.write(userId, code, draft, new Date()).catch(() => undefined);
    if (!made) continue;
    if (isPublished) await Destination.publish(userId, made.id, { revision: 1 }, new Date());
    return { token, id: made.id };
  }
  throw new Error("every place has a draft");
}

const version = async (rest: string, body?: unknown, isPublished = false) => {
  const { token, id } = await writtenGuide(isPublished);
  return { path: `/v1/admin/guide-versions/${id}${rest}`, token, ...(body === undefined ? {} : { body }) };
};

/** The good requests of the routes for operators. */
export const forOperators: Record<string, () => Promise<a.Sent & { path: string }>> = {
  "GET /v1/admin/overview": async () => ({ path: "/v1/admin/overview", token: (await a.operator()).token }),
  "GET /v1/admin/deliveries": async () => ({
    path: "/v1/admin/deliveries?status=pending&kind=verify&channel=email&limit=2",
    token: (await a.operator()).token,
  }),
  "POST /v1/admin/deliveries/{id}/replay": async () => ({
    path: `/v1/admin/deliveries/${await a.failedMessage()}/replay`,
    token: (await a.operator()).token,
  }),
  "GET /v1/admin/guides/{code}/versions": async () => ({
    path: "/v1/admin/guides/BCN/versions",
    token: (await a.operator()).token,
  }),
  "POST /v1/admin/guides/{code}/versions": async () => {
    const { token } = await a.operator();
    const { items } = await Destination.versions((await a.operator()).userId, "BCN");
    const open = items.find(
      ({ section, language, state }) => section === "food" && language === "de" && state === "draft",
    );
    if (open) await a.call("DELETE", `/v1/admin/guide-versions/${open.id}`, { token });
    return { path: "/v1/admin/guides/BCN/versions", token, body: { ...draft, language: "de" } };
  },
  "POST /v1/admin/guides/{code}/preview": async () => ({
    path: "/v1/admin/guides/BCN/preview",
    token: (await a.operator()).token,
    body: { source: "## A" },
  }),
  "PATCH /v1/admin/guide-versions/{id}": () => version("", { ...content, revision: 1 }),
  "DELETE /v1/admin/guide-versions/{id}": () => version(""),
  "POST /v1/admin/guide-versions/{id}/publish": () => version("/publish", { revision: 1 }),
  "POST /v1/admin/guide-versions/{id}/withdraw": () => version("/withdraw", undefined, true),
  "GET /v1/admin/imports": async () => ({ path: "/v1/admin/imports?limit=1", token: (await a.operator()).token }),
  "GET /v1/admin/providers": async () => ({ path: "/v1/admin/providers", token: (await a.operator()).token }),
  "GET /v1/admin/conversion": async () => ({
    path: "/v1/admin/conversion?day=2026-03-09&origin=stn&destination=BGY",
    token: (await a.operator()).token,
  }),
  "GET /v1/admin/searches": async () => {
    const { token } = await a.operator();
    await a.search(token);
    return { path: "/v1/admin/searches?days=2", token };
  },
  "PATCH /v1/admin/providers/{name}": async () => ({
    path: "/v1/admin/providers/simulator",
    token: (await a.operator()).token,
    body: { enabled: true },
  }),
};

type Request = a.Sent & { path: string };
type Spoil = (request: Request, send: (request: Request) => Promise<Response>) => Promise<Response>;

const ofNoPlace: Spoil = ({ path, ...request }, send) => send({ ...request, path: path.replace("BCN", "QQQ") });
/** A change of another revision than the one that is there. */
const ofAnother: Spoil = ({ body, ...request }, send) =>
  send({ ...request, body: { ...(body as object), revision: 7 } });

/** The causes of statuses of the routes of places. */
export const ofPlaces: Record<string, Spoil> = {
  "GET /v1/places/{code} 404": ofNoPlace,
  "GET /v1/admin/guides/{code}/versions 404": ofNoPlace,
  "POST /v1/admin/guides/{code}/versions 404": ofNoPlace,
  "POST /v1/admin/guides/{code}/versions 409": async (request, send) => {
    await send(request);
    return send(request);
  },
  "PATCH /v1/admin/guide-versions/{id} 409": ofAnother,
  "POST /v1/admin/guide-versions/{id}/publish 409": ofAnother,
};
