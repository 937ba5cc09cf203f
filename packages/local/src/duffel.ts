import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import * as v from "valibot";
import { type Answer, created, refusal } from "./duffel/answer.ts";
import { createChanges } from "./duffel/changes.ts";
import { type DuffelOffer, type Market, newId, offersFor, plainMarket } from "./duffel/offers.ts";
import { createOrders, type Delivery, type Offered } from "./duffel/orders.ts";
import * as Shape from "./duffel/schema.ts";

/**
 * How one request goes wrong: `cut` before an answer, `half` of an answer, a page of `html`, `silent` for good, `lost`
 * after it was done; a status with its code; an answer `told` in place of the right one; or a wait in ms before the
 * right answer.
 */
export type Trouble =
  | "cut"
  | "half"
  | "html"
  | "silent"
  | "lost"
  | { status: number; code?: string; location?: string }
  | { told: unknown }
  | { wait: number };

/** A request as received: its path with the query, its body. */
type Seen = { call: string; headers: IncomingMessage["headers"]; body: unknown };

/**
 * A stand-in for Duffel on 127.0.0.1: it speaks Duffel's protocol, refuses what Duffel refuses, and fails as a test
 * tells it to. `currency` is the one the account is billed in, `token` the one it accepts.
 */
export async function startDuffel(currency = "GBP", token = "duffel_test_only") {
  const seen: Seen[] = [];
  const troubles: Trouble[] = [];
  const offers = new Map<string, Offered>();
  const orders = createOrders(offers);
  const rate = { limit: 60, remaining: 60, reset: new Date(Date.now() + 60_000) as Date | null };
  const changes = createChanges(orders, offers, currency);
  let market = plainMarket;
  let alter = (offer: DuffelOffer, _index: number): unknown => offer;

  async function search(query: URLSearchParams, wanted: Shape.Search): Promise<Answer> {
    const wait = Number(query.get("supplier_timeout") ?? 20_000);
    if (!(wait >= 2_000 && wait <= 60_000)) return refusal(422, "invalid_supplier_timeout");
    const { slices, passengers } = wanted;
    const today = new Date(Date.now() - 12 * 3_600_000).toISOString().slice(0, 10);
    if (slices.some(({ departure_date }) => departure_date < today)) return refusal(422, "invalid_departure_date");
    if (slices.some((one, index) => index > 0 && one.departure_date < (slices[index - 1]?.departure_date ?? "")))
      return refusal(422, "invalid_departure_date");
    if (slices.some(({ origin, destination }) => origin === destination)) return refusal(422, "invalid_destination");
    const laps = passengers.filter((one) => "age" in one && one.age < 2).length;
    if (laps > passengers.filter((one) => "type" in one).length || passengers.length - laps > 9)
      return refusal(422, "invalid_passengers");
    const found = await offersFor(wanted, currency, market);
    const request = newId("orq");
    for (const offer of found) offers.set(offer.id, { offer, request, withdrawn: false, attempted: false });
    const listed = query.get("return_offers") === "true" ? { offers: found.map(alter) } : {};
    return created(201, { id: request, live_mode: false, ...wanted, ...listed });
  }

  function offer(id: string): Answer {
    const found = offers.get(id);
    if (!found) return refusal(404, "not_found");
    if (found.withdrawn) return refusal(422, "offer_no_longer_available");
    if (Date.parse(found.offer.expires_at) <= Date.now()) return refusal(422, "offer_expired");
    return created(200, alter(found.offer, 0));
  }

  /** A body is `{"data": …}` in the shape of the call. */
  async function taken<S extends v.GenericSchema>(
    body: unknown,
    shape: S,
    answer: (data: v.InferOutput<S>) => Answer | Promise<Answer>,
  ): Promise<Answer> {
    const parsed = v.safeParse(v.strictObject({ data: shape }), body);
    if (parsed.success) return answer(parsed.output.data);
    return refusal(422, "validation_error", v.getDotPath(parsed.issues[0]));
  }

  async function answer({ method, headers }: IncomingMessage, url: URL, body: unknown): Promise<Answer> {
    if (headers.authorization !== `Bearer ${token}`) return refusal(401, "access_token_not_found");
    if (headers["duffel-version"] !== "v2") return refusal(400, "unsupported_version");
    if (!/json/.test(headers.accept ?? "")) return refusal(406, "not_acceptable");
    if (body !== undefined && !/^application\/json/.test(headers["content-type"] ?? ""))
      return refusal(415, "unsupported_media_type");
    if (body === null) return refusal(400, "bad_request");
    const call = `${method} ${url.pathname}`;
    const [, id = ""] = /(\w+_\w+)(?=$|\/actions)/.exec(url.pathname) ?? [];
    if (call === "POST /air/offer_requests") return taken(body, Shape.Search, (data) => search(url.searchParams, data));
    if (call === `GET /air/offers/${id}`) return offer(id);
    if (call === "POST /air/orders") return taken(body, Shape.Order, orders.create);
    if (call === "GET /air/orders") return orders.list(url.searchParams);
    if (call === `GET /air/orders/${id}`) {
      const found = orders.find(id);
      return found ? created(200, found) : refusal(404, "not_found");
    }
    if (call === "POST /air/payments") return taken(body, Shape.Pay, orders.pay);
    if (call === "POST /air/order_cancellations") return taken(body, Shape.Cancel, orders.cancel);
    if (call === `POST /air/order_cancellations/${id}/actions/confirm`) return orders.confirm(id);
    if (call === "POST /air/order_change_requests")
      return taken(body, Shape.ChangeRequest, (data) => changes.request(data, market));
    if (call === "POST /air/order_changes") return taken(body, Shape.StartChange, changes.start);
    if (call === `GET /air/order_changes/${id}`) return changes.get(id);
    if (call === `POST /air/order_changes/${id}/actions/confirm`)
      return taken(body, Shape.ConfirmChange, (data) => changes.confirm(id, data));
    if (call === "GET /air/airline_initiated_changes") return changes.listAirline(url.searchParams);
    if (call === `POST /air/airline_initiated_changes/${id}/actions/accept`) return changes.accept(id);
    return refusal(404, "not_found");
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    const body = await readBody(request);
    seen.push({ call: `${request.method} ${request.url}`, headers: request.headers, body });
    const trouble = troubles.shift();
    if (trouble === "silent") return;
    if (trouble === "cut") return void response.destroy();
    if (typeof trouble === "object" && "wait" in trouble) await new Promise((done) => setTimeout(done, trouble.wait));
    rate.remaining = Math.max(0, rate.remaining - 1);
    const failed = typeof trouble === "object" && "status" in trouble ? trouble : undefined;
    const { status, body: told } = failed
      ? refusal(failed.status, failed.code ?? "internal_error")
      : typeof trouble === "object" && "told" in trouble
        ? { status: 200, body: trouble.told }
        : await answer(request, url, body);
    if (trouble === "lost") return void response.destroy();
    const text = trouble === "html" ? "<html>Bad Gateway</html>" : JSON.stringify(told);
    response.writeHead(status, {
      "content-type": trouble === "html" ? "text/html" : "application/json; charset=utf-8",
      "content-length": Buffer.byteLength(text),
      ...(failed?.location && { location: failed.location }),
      ...(rate.reset && {
        "ratelimit-limit": rate.limit,
        "ratelimit-remaining": rate.remaining,
        "ratelimit-reset": rate.reset.toUTCString(),
      }),
    });
    if (trouble !== "half") return void response.end(text);
    response.write(text.slice(0, text.length / 2), () => response.destroy());
  }

  const server = createServer((request, response) => {
    handle(request, response).catch((error: Error) => {
      response.writeHead(500).end(error.message);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token,
    seen,
    offers,
    rate,
    orders: orders.orders,
    /** What becomes of an order that is created. */
    deliver: (how: Delivery) => {
      orders.state.delivers = how;
    },
    /** The change offers, which a test may alter. */
    changeOffers: changes.offers,
    /** The airline moves an order's flights by so many minutes, and takes these answers. Returns the change. */
    disrupt: changes.disrupt,
    /** Makes the orders that were only accepted. */
    makeAccepted: orders.makeAccepted,
    /** How much money the account has left for orders, in the currency's units. */
    fund: (amount: number) => {
      orders.state.balance = amount;
    },
    /** Sets its clock for orders ahead of the real one (ms). */
    setAhead: (ms: number) => {
      orders.state.ahead = ms;
    },
    /** Makes the next requests go wrong like this, one after another. */
    next: (...how: Trouble[]) => troubles.push(...how),
    /** What it sells from now on, beside what is asked. */
    sell: (how: Partial<Market>) => {
      market = { ...plainMarket, ...how };
    },
    /** Changes every offer before it is sent. */
    alter: (how: typeof alter) => {
      alter = how;
    },
    /** Restores the initial state; offers and orders stay. */
    heal: () => {
      seen.length = troubles.length = 0;
      market = plainMarket;
      alter = (offer) => offer;
      Object.assign(rate, { limit: 60, remaining: 60, reset: new Date(Date.now() + 60_000) });
      orders.state.delivers = 201;
      orders.state.balance = Number.POSITIVE_INFINITY;
    },
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Undefined without a body, null for one that is not JSON. */
async function readBody(request: IncomingMessage): Promise<unknown> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += chunk;
  if (text === "") return undefined;
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson()), text);
  return parsed.success ? parsed.output : null;
}
