import * as Money from "../base/money.ts";
import * as Flight from "../flight.ts";
import type { Data, Kind } from "../outbox.ts";
import type { AlertOf } from "./alerts.ts";
import type { Claimed } from "./claim.ts";

/** The words of an event: its body, exactly as it is signed and sent. */
export type EventWords = { body: string };

const types = {
  alerts: "alert.created",
  test: "ping",
  watch_ended: "watch.ended",
  watch_paused: "watch.paused",
  booking_changed: "booking.changed",
} as const;

/** The event of a message for a webhook, in the form of Standard Webhooks: a type, the moment, and the data. */
export function event({ kind, data }: Claimed, alerts: AlertOf[], at: Date): EventWords {
  const type = types[kind as keyof typeof types];
  const [alert] = alerts;
  return {
    body: JSON.stringify({ type, timestamp: at.toISOString(), data: alert ? alertData(alert) : dataOf(kind, data) }),
  };
}

function dataOf(kind: Kind, data: Data[Kind]) {
  if (kind === "watch_ended") {
    const { what: _, currency, lowest, highest, ...rest } = data as Data["watch_ended"];
    const money = (price: number | null) => (price === null ? null : Money.toInfo(price, currency));
    return { ...rest, lowest: money(lowest), highest: money(highest) };
  }
  if (kind === "watch_paused") {
    const { what: _, because = "empty", ...rest } = data as Data["watch_paused"];
    return { ...rest, because };
  }
  return data;
}

function alertData(alert: AlertOf) {
  const { id, watchId, at, watched, price, previousPrice, currency, rules, alreadyTrue, mistakeFare, source } = alert;
  const { what: _, ...journey } = watched;
  return {
    id,
    watchId,
    at,
    ...journey,
    price: Money.toInfo(price, currency),
    previousPrice: previousPrice === null ? null : Money.toInfo(previousPrice, currency),
    target: alert.target === null ? null : Money.toInfo(alert.target, currency),
    rules,
    alreadyTrue,
    mistakeFare,
    simulated: Flight.isSimulated(source),
    confirmedAt: alert.confirmedAt,
    offer: alert.offer && Flight.keptInfo(alert.offer),
  };
}
