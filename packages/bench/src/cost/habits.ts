import { gunzipSync } from "node:zlib";
import { currentTerms } from "@travel-conductor/core/booking";
import { request } from "@travel-conductor/local/event";
import { erika } from "@travel-conductor/local/testing/people";
import { gigabyte } from "./bill.ts";
import type { Meter } from "./meter.ts";
import { now } from "./moment.ts";
import type { Subject } from "./subjects.ts";

/** A signed-in person, the network address of their requests, and the ids of their watches. */
export type Person = { email: string; token: string; address: string; watches: string[] };

export const password = "nine small green boats";
export const watchesEach = 5;

// biome-ignore lint/suspicious/noExplicitAny: the answers are the API's.
type Answer = { status: number; body: any };
type Handler = (event: never) => Promise<{ statusCode?: number; body?: string; isBase64Encoded?: boolean }>;

/** What the pages weigh: of a visit, and of one that loads all files anew, in bytes as they are sent. */
export type Pages = { page: number; files: number; count: number };
/** One visit in five loads the files: it is the first, or the first after a release. */
const anew = 0.2;
/** Bytes of headers of an answer by CloudFront. */
const headers = 700;

export function createHabits(
  handler: Handler,
  memory: number,
  meter: Meter,
  draw: () => Subject,
  chance: () => number,
  pages: Pages,
) {
  const statuses = new Map<string, number>();

  /** Sends a request through the API's Lambda, and counts it as one that came by CloudFront. */
  async function ask(
    action: string,
    method: string,
    path: string,
    person: Partial<Person>,
    body?: object,
    more = {},
  ): Promise<Answer> {
    const event = request(method, path, {
      token: person.token,
      body,
      address: person.address ?? "198.51.100.1",
    } as never);
    Object.assign(event.headers, { "accept-encoding": "gzip" }, more);
    const answer = await meter.event(action, memory, () => handler(event as never), true);
    const bytes = Buffer.from(answer.body ?? "", answer.isBase64Encoded ? "base64" : "utf8");
    meter.count("edgeRequests", 1);
    meter.count("edgeFunctions", 1);
    meter.count("edgeGb", (bytes.length + headers) / gigabyte);
    const key = `${action}: ${method} ${path.replace(/\?.*|\b[a-z]{3}_[0-9a-z]+/g, "…").replace(/places\/\w+/, "places/…")} ${answer.statusCode}`;
    statuses.set(key, (statuses.get(key) ?? 0) + 1);
    const text = (answer.isBase64Encoded ? gunzipSync(bytes) : bytes).toString();
    return { status: answer.statusCode ?? 0, body: text.startsWith("{") ? JSON.parse(text) : undefined };
  }

  function open(action: string): void {
    meter.during(action);
    const isNew = chance() < anew;
    const count = isNew ? pages.count : 1;
    meter.count("edgeRequests", count);
    meter.count("edgeFunctions", count);
    meter.count("edgeGb", ((isNew ? pages.files : 0) + pages.page + count * headers) / gigabyte);
    meter.count("filesRequests", count * 0.02);
  }

  const query = (subject: Subject) => `${new URLSearchParams(subject)}&currency=GBP`;
  const one = <T>(list: T[]): T | undefined => list[Math.floor(chance() * list.length)];

  async function search(person: Person, action = "a search") {
    const wanted = query(draw());
    const { body } = await ask(action, "GET", `/v1/flights?${wanted}`, person);
    const price = body?.items?.[0]?.total?.amount ?? body?.items?.[0]?.price?.amount;
    await ask(action, "GET", `/v1/flights/insight?${wanted}${price ? `&price=${price}` : ""}`, person);
    return body?.items?.[0];
  }

  async function watch(person: Person, action: string): Promise<void> {
    // Half of them alert at a tenth less than the first price, half by the rules that a watch has by itself.
    const rules = chance() < 0.5 ? { rules: { drop: "0.10", newLow: false, routeLow: false } } : {};
    const { status, body } = await ask(action, "POST", "/v1/watches", person, { ...draw(), currency: "GBP", ...rules });
    if (status === 201) person.watches.push(body.id);
  }

  /** What a person does, and how often a month. */
  const habits: Record<string, { times: number; run: (person: Person) => Promise<unknown> }> = {
    "a visit": {
      times: 8,
      async run(person) {
        open("a visit");
        for (const path of ["/v1/me", "/v1/alerts/unread", "/v1/watches?limit=20"])
          await ask("a visit", "GET", path, person);
      },
    },
    "a search": { times: 6, run: (person) => search(person) },
    "a calendar": {
      times: 2,
      run(person) {
        const { origin, destination, departureDate } = draw();
        const path = `/v1/flights/calendar?origin=${origin}&destination=${destination}&month=${departureDate.slice(0, 7)}&currency=GBP`;
        return ask("a calendar", "GET", path, person);
      },
    },
    "a watch's page": {
      times: 5,
      run: (person) => ask("a watch's page", "GET", `/v1/watches/${one(person.watches)}/overview`, person),
    },
    "the list of alerts": {
      times: 4,
      run: (person) => ask("the list of alerts", "GET", "/v1/alerts?limit=20", person),
    },
    "a sign-in": {
      times: 1,
      async run(person) {
        const body = { email: person.email, password };
        const answer = await ask("a sign-in", "POST", "/v1/auth/login", { address: person.address }, body);
        if (answer.status === 200) person.token = answer.body.session.token;
      },
    },
    "a guide": {
      times: 2,
      run(person) {
        const { origin, destination } = draw();
        return ask("a guide", "GET", `/v1/places/${destination}?from=${origin}&currency=GBP`, person);
      },
    },
    "another watch": {
      times: 1,
      async run(person) {
        const old = person.watches.shift();
        await ask("another watch", "DELETE", `/v1/watches/${old}`, person);
        await watch(person, "another watch");
      },
    },
    "a booking": {
      times: 0.02,
      async run(person) {
        const action = "a booking";
        const traveler = await ask(action, "POST", "/v1/travelers", person, {
          ...erika,
          email: person.email,
          phone: "+442079460000",
        });
        const expiresOn = new Date(now() + 2_000 * 86_400_000).toISOString().slice(0, 10);
        const passport = { type: "passport", number: "C01X00T47", country: "DE", expiresOn };
        await ask(action, "POST", `/v1/travelers/${traveler.body.id}/documents`, person, passport);
        const offer = await search(person, action);
        const wish = { offer: offer?.id, travelers: [traveler.body.id], hold: true, terms: currentTerms };
        const made = await ask(action, "POST", "/v1/bookings", person, wish, {
          "idempotency-key": `cost ${person.email} ${now()}`,
        });
        if (made.status === 202) await ask(action, "GET", `/v1/bookings/${made.body.id}`, person);
      },
    },
  };

  return {
    habits,
    statuses,
    ask,
    watch,
    /** A letter about an alert is opened, and what it leads to. */
    async openLetter(person: Person, alert: string, watch: string) {
      open("a letter opened");
      await ask("a letter opened", "GET", `/v1/alerts/${alert}`, person);
      await ask("a letter opened", "GET", `/v1/watches/${watch}/overview`, person);
      await ask("a letter opened", "PATCH", `/v1/alerts/${alert}`, person, { read: true });
    },
  };
}
/** The share of letters that are opened. */
export const opened = 0.4;
