import { randomUUID } from "node:crypto";
import { request } from "@travel-conductor/local/event";
import { zipf } from "./random.ts";
import { departureDate, journeys, type Person, password } from "./world.ts";

/** An event of API Gateway. */
type Event = ReturnType<typeof request>;

/** One thing that a person does. `noteAnswer` gets the body of an answer below 300. */
export type Act = { action: Action; event: Event; noteAnswer?: (body: string) => void };

/** How many of a hundred requests are of each action. Searches and calendars are of routes by Zipf with s = 1. */
export const mix = {
  search: 42,
  calendar: 12,
  watches: 16,
  alerts: 14,
  me: 6,
  "create a watch": 5,
  "sign in": 4,
  "sign up": 1,
} as const;
export type Action = keyof typeof mix;

/** What was accepted: the watches that were created, by their owner, and the addresses that signed up. */
export type Accepted = { watches: { id: string; person: Person }[]; people: string[] };

/** Returns a function that chooses the next thing that one of `people` does, and notes what is accepted. */
export function chooser(people: Person[], dice: () => number, accepted: Accepted): () => Act {
  const actions = Object.keys(mix) as Action[];
  const rank = zipf(journeys.length);
  let signups = 0;

  const choices: Record<Action, (person: Person) => Omit<Act, "action">> = {
    search: (person) => ({ event: get(`/v1/flights?${query({ ...route(), departureDate })}`, person) }),
    calendar: (person) => ({
      event: get(`/v1/flights/calendar?${query({ ...route(), month: departureDate.slice(0, 7) })}`, person),
    }),
    watches: (person) => ({ event: get("/v1/watches", person) }),
    alerts: (person) => ({ event: get("/v1/alerts", person) }),
    me: (person) => ({ event: get("/v1/me", person) }),
    "create a watch": (person) => {
      const day = new Date(Date.now() + (30 + Math.floor(dice() * 200)) * 86_400_000).toISOString().slice(0, 10);
      // Every price is below it, so that the first check gives an alert; it differs, so that no watch is a twin.
      const amount = (10_000_000 + Math.floor(dice() * 1_000_000)) / 100;
      const body = {
        ...route(),
        departureDate: day,
        rules: { target: { amount: amount.toFixed(2), currency: "GBP" } },
      };
      const event = request("POST", "/v1/watches", { ...person, body });
      return { event, noteAnswer: (text) => accepted.watches.push({ id: JSON.parse(text).id, person }) };
    },
    "sign in": ({ email, address }) => ({
      event: request("POST", "/v1/auth/login", { address, body: { email, password } }),
    }),
    "sign up": () => {
      const email = `${randomUUID()}@example.com`;
      const address = addressOf(signups++);
      const body = { email, password, firstName: "Robin", lastName: "Example" };
      const event = request("POST", "/v1/auth/signup", { address, body });
      return { event, noteAnswer: () => accepted.people.push(email) };
    },
  };

  function route() {
    return { ...journeys[rank(dice())]!, currency: "GBP" };
  }

  // One entry for each of a hundred requests.
  const hundred = actions.flatMap((action) => Array<Action>(mix[action]).fill(action));
  return () => {
    const action = hundred[Math.floor(dice() * hundred.length)]!;
    return { action, ...choices[action](people[Math.floor(dice() * people.length)]!) };
  };
}

/** A network address that nobody else signs up from. */
export function addressOf(index: number): string {
  return `100.${64 + ((index >> 16) & 63)}.${(index >> 8) & 255}.${index & 255}`;
}

export function get(path: string, person: Pick<Person, "token" | "address">): Event {
  return request("GET", path, person);
}

function query(values: Record<string, string>): string {
  return String(new URLSearchParams(values));
}
