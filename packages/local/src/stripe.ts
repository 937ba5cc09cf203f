import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { productNow } from "@travel-conductor/core/base/time";
import { same } from "./http.ts";
import { type Answer, invalid, Refusal, readForm } from "./stripe/answer.ts";
import { createEvents } from "./stripe/events.ts";
import { createIntents } from "./stripe/intents.ts";
import { createPages } from "./stripe/pages.ts";
import { type CardEntry, createSetups } from "./stripe/setups.ts";
import { newId, newState, type State } from "./stripe/state.ts";

export type { CardEntry } from "./stripe/setups.ts";

/** The version of the API that it speaks. Stripe refuses one that it does not know. */
const version = "2026-10-28.endive";
const keyHours = 24;
const mostBytes = 1024 * 1024;

/** How one request goes wrong: `cut` before it is done, `lost` after it was, `silent` for good, or a status. */
export type StripeTrouble = "cut" | "lost" | "silent" | { status: number; isKept?: boolean };

/** A card that works, as a person types it. */
export const workingCard: CardEntry = { number: "4242424242424242", expiry: "12/34", cvc: "123" };

/**
 * A stand-in for Stripe on 127.0.0.1: it speaks the parts of its API that bookings need, keeps what it is told (in
 * `file`, where one is named), refuses what Stripe refuses, and fails as a test tells it to. Its own pages take cards and
 * play the bank (`/pay/card`, `/pay/challenge`). `clock` is its time in ms.
 */
export async function startStripe({ file, clock }: { file?: string | undefined; clock?: () => number } = {}) {
  const state: State = file && existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : newState();
  let ahead = 0;
  const now = () => Math.floor(((clock ?? (() => productNow().getTime()))() + ahead) / 1000);
  const events = createEvents(state, now, version);
  const shop = { state, now, emit: events.emit };
  const setups = createSetups(shop);
  const intents = createIntents(shop, setups);
  const pages = createPages(state, setups, intents);
  const troubles: StripeTrouble[] = [];
  const seen: { call: string; key: string | undefined; body: Record<string, unknown> }[] = [];

  function save(): void {
    if (!file) return;
    writeFileSync(`${file}.new`, JSON.stringify(state), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  }

  function call(method: string, path: string, given: Record<string, unknown>): object {
    const [, kind = "", id = "", action = ""] = /^\/v1\/(\w+)(?:\/(\w+))?(?:\/(\w+))?$/.exec(path) ?? [];
    switch (`${method} ${kind}${id && (id === "search" ? "/search" : "/:id")}${action && `/${action}`}`) {
      case "POST customers":
        return setups.createCustomer(given);
      case "GET customers/search":
        return setups.searchCustomers(given);
      case "DELETE customers/:id":
        return setups.removeCustomer(id);
      case "GET payment_methods":
        return setups.listMethods(given);
      case "GET payment_methods/:id":
        return setups.showMethodOf(id);
      case "POST payment_methods/:id/detach":
        return setups.detach(id);
      case "POST setup_intents":
        return setups.createSetup(given);
      case "GET setup_intents/:id":
        return setups.getSetup(id, given);
      case "POST setup_intents/:id/cancel":
        return setups.cancelSetup(id);
      case "POST payment_intents":
        return intents.create(given);
      case "GET payment_intents":
        return intents.list(given);
      case "GET payment_intents/:id":
        return intents.get(id, given);
      case "POST payment_intents/:id/capture":
        return intents.capture(id, given);
      case "POST payment_intents/:id/cancel":
        return intents.cancel(id, given);
      case "POST refunds":
        return intents.createRefund(given);
      case "GET refunds":
        return intents.listRefunds(given);
      case "GET refunds/:id":
        return intents.getRefund(id);
      default:
        throw new Refusal(404, {
          type: "invalid_request_error",
          message: `Unrecognized request URL (${method}: ${path}).`,
        });
    }
  }

  function requireHeaders({ headers }: IncomingMessage): void {
    const [, key = ""] = /^Bearer (.+)$/.exec(headers.authorization ?? "") ?? [];
    if (!same(key, state.key)) throw new Refusal(401, { type: "invalid_request_error", message: "Invalid API Key." });
    const asked = headers["stripe-version"];
    if (asked !== version) throw invalid("invalid_api_version", `Invalid Stripe API version: ${asked}`);
  }

  function answer(request: IncomingMessage, url: URL, body: string): Answer & { replayed?: true } {
    requireHeaders(request);
    const method = request.method ?? "GET";
    if (
      method === "POST" &&
      body !== "" &&
      !/^application\/x-www-form-urlencoded/.test(request.headers["content-type"] ?? "")
    )
      throw invalid("parameter_invalid", "The body is a form.");
    const given = readForm(method === "POST" ? body : url.search.slice(1));
    const key = method === "POST" ? request.headers["idempotency-key"]?.toString() : undefined;
    seen.push({ call: `${method} ${url.pathname}`, key, body: given });
    intents.tick();
    if (key === undefined) return ok(call(method, url.pathname, given));
    return withKey(key, `${url.pathname}?${body}`, () => call(method, url.pathname, given));
  }

  /** Refuses a key that is used for something else, and answers one again that is kept for this. */
  function withKey(key: string, asked: string, work: () => object): Answer & { replayed?: true } {
    const kept = state.kept[key];
    if (kept && kept.at > now() - keyHours * 3600) {
      if (kept.asked === asked) return { status: kept.status, body: kept.body, replayed: true };
      const message = "Keys for idempotent requests can only be used with the same parameters.";
      throw new Refusal(400, { type: "idempotency_error", message });
    }
    const keep = (told: Answer) => {
      state.kept[key] = { asked, at: now(), ...structuredClone(told) };
      return told;
    };
    try {
      return keep(ok(work()));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const told = { status: error.status, body: { error: error.error } };
      return error.isKept ? keep(told) : told;
    }
  }

  function failure({ status, isKept }: { status: number; isKept?: boolean }, request: IncomingMessage, body: string) {
    const type = status === 429 ? "invalid_request_error" : "api_error";
    const told = { status, body: { error: { type, message: "Something went wrong." } } };
    const key = request.headers["idempotency-key"]?.toString();
    // A fault of Stripe's own is kept under the key as well, where the work had begun.
    const path = new URL(request.url ?? "/", "http://127.0.0.1").pathname;
    if (isKept && key) state.kept[key] = { asked: `${path}?${body}`, at: now(), ...told };
    return told;
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    const body = await read(request);
    if (url.pathname.startsWith("/pay/")) {
      intents.tick();
      const page = await pages(request.method ?? "GET", url.pathname, url.searchParams, readForm(body));
      save();
      return void response.writeHead(page.status, page.headers).end(page.body);
    }
    const key = request.headers["idempotency-key"]?.toString();
    const trouble = troubles.shift();
    if (trouble === "silent") return;
    if (trouble === "cut") return void response.destroy();
    const told =
      typeof trouble === "object" ? failure(trouble, request, body) : attempt(() => answer(request, url, body));
    save();
    if (trouble === "lost") return void response.destroy();
    const headers = {
      "content-type": "application/json",
      "request-id": newId("req"),
      "stripe-version": version,
      ...("replayed" in told && { "idempotent-replayed": "true" }),
      ...(key && { "idempotency-key": key }),
    };
    response.writeHead(told.status, headers).end(JSON.stringify(told.body));
  }

  const server = createServer((request, response) => {
    handle(request, response).catch((error: Error) => response.writeHead(500).end(error.message));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    key: state.key,
    publicKey: state.publicKey,
    signing: state.signing,
    state,
    seen,
    /** What a browser does with Stripe's element, and a bank with its page: for a setup or a payment by its id. */
    enterCard: (setup: string, card: CardEntry = workingCard) => attempt(() => ok(setups.enterCard(setup, card))),
    answerChallenge: (id: string, passed: boolean) =>
      attempt(() => ok(id.startsWith("seti_") ? setups.answerSetup(id, passed) : intents.answerIntent(id, passed))),
    /** Makes the next requests go wrong like this, one after another. */
    next: (...how: StripeTrouble[]) => troubles.push(...how),
    /** Lets the next requests go right again. */
    heal: () => {
      troubles.length = 0;
    },
    /** Moves its clock on by `seconds`, and does what has come due. */
    pass: (seconds: number) => {
      ahead += seconds * 1000;
      intents.tick();
    },
    /** Where events are sent from now on; they are signed with `signing`. */
    tell: events.tell,
    /** An event as it is posted, also one that was sent before; and sending it once more. */
    post: events.post,
    send: events.send,
    stop: () =>
      new Promise<void>((resolve) => {
        events.stop();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
export type StripeGateway = Awaited<ReturnType<typeof startStripe>>;

const ok = (body: object): Answer => ({ status: 200, body });

function attempt<T extends Answer>(work: () => T): T | Answer {
  try {
    return work();
  } catch (error) {
    if (error instanceof Refusal) return { status: error.status, body: { error: error.error } };
    throw error;
  }
}

async function read(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) {
    text += chunk;
    if (text.length > mostBytes) throw new RangeError("The request is too large.");
  }
  return text;
}
