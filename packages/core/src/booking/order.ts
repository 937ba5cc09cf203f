import * as Vault from "../base/vault.ts";
import type { Order, Passenger } from "../flight.ts";
import { untilNext } from "./hold.ts";
import type { Change, Work } from "./work.ts";

const table = "bookings";

/** What is sealed of an order: the airline's reference, and the numbers of the tickets. */
export type Sealed = { reference: string | null; tickets: string[] };

export async function sealPassengers(
  id: string,
  owner: string,
  passengers: Passenger[],
): Promise<{ sealed: string }[]> {
  const rows = passengers.map((value, index) => ({ id: Vault.partId(id, index), owner, value }));
  return (await Vault.sealAll(table, rows)).map((sealed) => ({ sealed }));
}

/** The passengers of a booking; undefined where one of them cannot be opened, or was removed. */
export async function openPassengers(
  work: Pick<Work, "id" | "userId" | "passengers">,
): Promise<Passenger[] | undefined> {
  const { id, userId, passengers } = work;
  if (userId === null || passengers.some(({ sealed }) => !sealed)) return undefined;
  const opened = await Vault.openAll(table, Vault.partsOf(id, userId, passengers));
  return opened.every((one) => one !== undefined) ? (opened as Passenger[]) : undefined;
}

export async function sealOrder({ id, userId }: Pick<Work, "id" | "userId">, order: Order): Promise<string> {
  const value: Sealed = { reference: order.reference, tickets: order.documents.map(({ number }) => number) };
  const [sealed] = await Vault.sealAll(table, [{ id, owner: userId ?? "", value }]);
  return sealed!;
}

export async function openOrder(id: string, owner: string, sealed: string | null): Promise<Sealed> {
  const [opened] = sealed === null ? [] : await Vault.openAll(table, [{ id, owner, sealed }]);
  return (opened as Sealed | undefined) ?? { reference: null, tickets: [] };
}

export function confirmed(order: Order): Change {
  const { id, total, actions } = order;
  return { status: "confirmed", sellerOrder: id, total, sellerActions: actions, because: null };
}

export function held({ id, total, payment }: Order): Change {
  const change = { status: "held", sellerOrder: id, total, payBy: payment.by, priceUntil: payment.priceUntil } as const;
  return { ...change, because: null, ...untilNext({ payBy: payment.by }, 99) };
}
