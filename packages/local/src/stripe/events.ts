import { createHmac } from "node:crypto";
import { type Event, newId, type State } from "./state.ts";

/** An event as it is posted: the body, and the header `Stripe-Signature`. */
export type Posted = { header: string; body: string };

const mostEvents = 500;
/** When an event that was not taken is sent again (ms after the try before). */
const again = [1_000, 5_000, 30_000];

/** Events, and the one webhook that they are sent to. */
export function createEvents(state: State, now: () => number, version: string) {
  let url = "";
  const timers = new Set<NodeJS.Timeout>();

  /** Signs with the time of the machine, as the receiver judges it by that. */
  function post(event: Event, at = Math.floor(Date.now() / 1000), secret = state.signing): Posted {
    const { object, type, id, created } = event;
    const told = { id, object: "event", api_version: version, created, livemode: false, pending_webhooks: 1, type };
    const body = JSON.stringify({ ...told, request: { id: null, idempotency_key: null }, data: { object } });
    const signature = createHmac("sha256", secret).update(`${at}.${body}`).digest("hex");
    return { header: `t=${at},v1=${signature}`, body };
  }

  async function send(event: Event, tries = 0): Promise<number> {
    const { header, body } = post(event);
    const headers = { "content-type": "application/json; charset=utf-8", "stripe-signature": header };
    const response = await fetch(url, { method: "POST", headers, body }).catch(() => undefined);
    const wait = again[tries];
    if (!response?.ok && wait !== undefined) later(() => send(event, tries + 1), wait);
    return response?.status ?? 0;
  }

  function later(work: () => Promise<unknown>, wait: number): void {
    const timer = setTimeout(() => {
      timers.delete(timer);
      void work();
    }, wait);
    timers.add(timer.unref());
  }

  return {
    post,
    send,
    emit(type: string, object: object): void {
      const event: Event = { id: newId("evt"), created: now(), type, object: structuredClone(object) };
      state.events.push(event);
      state.events.splice(0, state.events.length - mostEvents);
      // After the answer, which the one that asked may be waiting for.
      if (url !== "") later(() => send(event), 0);
    },
    tell(address: string): void {
      url = address;
    },
    stop(): void {
      for (const timer of timers) clearTimeout(timer);
    },
  };
}
