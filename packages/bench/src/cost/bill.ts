import table from "./prices.json" with { type: "json" };

/** What is billed; prices.json says in which unit, at what price, and where that was read. */
export type Item = keyof typeof table.prices;
export type Amounts = Partial<Record<Item, number>>;

export const items = Object.keys(table.prices) as Item[];
export const { prices, assumptions } = table;

/** Days in an average month. */
export const monthDays = 365.25 / 12;
export const gigabyte = 1024 ** 3;

/** The price of an amount of a month ($). `isFree` takes off what is free each month, as an account without other uses has it. */
export function priceOf(item: Item, amount: number, isFree: boolean): number {
  const { price, per, free } = prices[item];
  return (Math.max(0, amount - (isFree ? free : 0)) / per) * price;
}

/** The price of all amounts of a month ($). */
export function total(amounts: Amounts, isFree: boolean): number {
  return items.reduce((sum, item) => sum + priceOf(item, amounts[item] ?? 0, isFree), 0);
}

export function add(one: Amounts, other: Amounts, times = 1): Amounts {
  const sum: Amounts = { ...one };
  for (const item of Object.keys(other) as Item[]) sum[item] = (sum[item] ?? 0) + (other[item] ?? 0) * times;
  return sum;
}

/** A request to Postgres: when (ms) and by which action. */
export type Asked = { at: number; action: string };

/**
 * How long Postgres was awake (ms), by the action that kept it awake: from each request to the next one, or for the quiet
 * time after which it suspends. Requests must be in the order of time; what is after `end` does not count.
 */
export function awake(requests: Asked[], quietMs: number, end: number): Map<string, number> {
  const spent = new Map<string, number>();
  for (const [index, { at, action }] of requests.entries()) {
    const until = Math.min(requests[index + 1]?.at ?? Number.POSITIVE_INFINITY, at + quietMs, end);
    spent.set(action, (spent.get(action) ?? 0) + Math.max(0, until - at));
  }
  return spent;
}

/**
 * What a Lambda is billed for one event (GB-seconds): its own computing, slowed by the share of a processor that its
 * memory gives it, and the time that it waits. Whole milliseconds.
 */
export function gbSeconds(memoryMb: number, cpuMs: number, waitMs: number): number {
  const share = Math.min(1, memoryMb / assumptions.fullCpuMb.value);
  return (Math.ceil(cpuMs / share + waitMs) / 1_000) * (memoryMb / 1_024);
}

/** Searches that a seller bills, where each order makes some of them free. */
export function excess(searches: number, orders: number): number {
  return Math.max(0, searches - orders * assumptions.freeSearchesPerOrder.value);
}

/** Empty receives in a month of a queue that a Lambda reads. */
export function emptyReceives(): number {
  return (monthDays * 86_400 * assumptions.idlePollers.value) / assumptions.pollSeconds.value;
}
