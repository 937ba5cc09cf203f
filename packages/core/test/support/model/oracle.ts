import type { Confirmation } from "../../../src/flight.ts";
import { type RuleName, type Rules, ruleNames } from "../../../src/rule.ts";
import { historyOf, type OkCheck, Oracle, wasDoubtful } from "../oracle.ts";
import { type Edit, type Priced, questions, subjects } from "./steps.ts";

/** A sequential model of the rules: it does one thing at a time and keeps every check. */

const hour = 3_600_000;
const decimals = { GBP: 2, JPY: 0 };

type Status = "ok" | "partial" | "no_results" | "provider_error" | "rate_limited";
type Check = { status: Status; price: number | null };
/** The last price of a fare within a basket. */
type Part = { status: Status | null; price: number | null; at: number };

export type Watch = {
  id: string;
  userId: string;
  subject: number;
  rules: Rules;
  isActive: boolean;
  snoozedUntil: number;
  reader: Oracle;
};

/** The watched fare or basket, with its id in the product, which matters only for the order of equal prices. */
export type Subject = { id: string; members: string[]; observed: string[]; ok: OkCheck[]; parts: Map<number, Part> };

export class ModelOracle {
  readonly subjects: Subject[];
  readonly watches: Watch[] = [];
  readonly confirms: boolean;

  constructor(confirms: boolean) {
    this.confirms = confirms;
    this.subjects = subjects.map(() => ({ id: "", members: [], observed: [], ok: [], parts: new Map() }));
  }

  create(watch: Omit<Watch, "isActive" | "snoozedUntil" | "reader">): void {
    const [question = 0] = subjects[watch.subject]!.of;
    const reader = new Oracle(decimals[questions[question]!.currency]);
    this.watches.push({ ...watch, isActive: true, snoozedUntil: 0, reader });
  }

  update(watch: Watch, edit: Edit): void {
    const rules: Rules = { ...watch.rules, ...edit };
    const anew: [RuleName, boolean][] = [
      ["target", rules.target !== null && rules.target !== watch.rules.target],
      ["drop", rules.drop !== null && rules.drop !== watch.rules.drop],
      ["new_low", rules.newLow && !watch.rules.newLow],
    ];
    for (const [rule, isAnew] of anew) if (isAnew) watch.reader.edited(rule);
    watch.rules = rules;
  }

  /** The fares that are searched: those with a watch. */
  asked(): Set<number> {
    return new Set(subjects.flatMap(({ of }, index) => (this.isLive(index) ? of : [])));
  }

  /** One tick: searches every watched fare, then judges all baskets made of them. */
  sweep(at: number, prices: Priced[]): void {
    for (const question of this.asked()) this.search(question, at, prices[question]!);
    for (const index of subjects.keys()) if (isBasket(index) && this.isLive(index)) this.look(index, at, prices);
  }

  /** A check on demand: searches the watch's own fares, and judges what it watches. */
  check({ subject }: Watch, at: number, prices: Priced[]): void {
    for (const question of subjects[subject]!.of) this.search(question, at, prices[question]!, subject);
    if (isBasket(subject)) this.look(subject, at, prices);
  }

  private isLive(subject: number): boolean {
    return this.watches.some((watch) => watch.subject === subject && watch.isActive);
  }

  /** Judges the baskets of watches that are not paused; `also` are those of a basket that is checked on demand. */
  private search(question: number, at: number, priced: Priced, also?: number): void {
    const { said, bag } = priced;
    const offers = typeof said === "number" ? [said, ...(bag === null ? [] : [said + bag])] : [];
    const first = typeof said === "number" ? said : null;
    const plain: Check = first === null ? failed(said) : { status: "ok", price: first };
    const confirmed = new Map<number, Check>();
    let [found, ghost]: [Check, number | null] = [plain, null];
    for (const price of offers) {
      found = { status: "ok", price };
      if (!this.confirms || !this.wouldTell(question, at, price)) break;
      found = again(priced, price);
      confirmed.set(price, found);
      if (isTakenBack(found, price)) ghost ??= price;
      if (found.status !== "no_results") break;
    }
    if (ghost !== null) this.note(question, at, { status: "ghost", price: ghost });
    this.note(question, at, found);
    for (const [index, { of, bag }] of subjects.entries()) {
      if (!isBasket(index) || !of.includes(question) || !(this.isLive(index) || index === also)) continue;
      const wanted = first === null ? null : ((bag ? offers[1] : first) ?? null);
      const part: Check =
        first === null
          ? plain
          : wanted === null
            ? { status: "no_results", price: null }
            : { status: "ok", price: wanted };
      this.put(index, question, at, confirmed.get(wanted ?? 0) ?? part);
    }
    this.judge(question, at, found);
  }

  /** The lowest of the fares' last prices, none older than two days; a price that would alert is confirmed first. */
  private look(index: number, at: number, prices: Priced[]): void {
    const { of } = subjects[index]!;
    const { parts, members } = this.subjects[index]!;
    const known = new Map(
      of.map((question) => [question, { ...(parts.get(question) ?? { status: null, price: null, at: 0 }) }]),
    );
    const order = of.toSorted((one, other) => (members[of.indexOf(one)]! < members[of.indexOf(other)]! ? -1 : 1));
    let ghost: number | null = null;
    for (let asked: number | null = null; ; ) {
      const counted = order.filter(
        (question) => known.get(question)!.price !== null && known.get(question)!.at >= at - 48 * hour,
      );
      const least = Math.min(...counted.map((question) => known.get(question)!.price!));
      const cheapest = counted.find((question) => known.get(question)!.price === least);
      if (cheapest === undefined) {
        const isEmpty = of.every((question) => known.get(question)!.status === "no_results");
        if (ghost !== null) this.note(index, at, { status: "ghost", price: ghost });
        this.note(index, at, { status: isEmpty ? "no_results" : "provider_error", price: null });
        return;
      }
      if (this.confirms && asked !== cheapest && this.wouldTell(index, at, least)) {
        const part = known.get(cheapest)!;
        if (at - part.at > hour / 3) {
          part.price = null;
          continue;
        }
        asked = cheapest;
        const now = again(prices[cheapest]!, least);
        if (now.price !== least) {
          if (isTakenBack(now, least)) ghost ??= least;
          known.set(cheapest, { ...now, at });
          this.put(index, cheapest, at, now);
          continue;
        }
      }
      if (ghost !== null) this.note(index, at, { status: "ghost", price: ghost });
      this.note(index, at, { status: "ok", price: least });
      this.judge(index, at, { status: "ok", price: least });
      return;
    }
  }

  /** A failure leaves a fare's price, an empty answer removes it. */
  private put(index: number, question: number, at: number, { status, price }: Check): void {
    const { parts } = this.subjects[index]!;
    const before = parts.get(question) ?? { price: null, at: 0 };
    const kept = status === "no_results" ? { price: null, at: 0 } : { price: before.price, at: before.at };
    parts.set(question, { status, ...(status === "ok" ? { price, at } : kept) });
  }

  private note(index: number, at: number, { status, price }: { status: Status | "ghost"; price: number | null }): void {
    this.subjects[index]!.observed.push(`${at} ${status} ${price ?? "-"}`);
  }

  private wouldTell(index: number, at: number, price: number): boolean {
    return this.watches.some((watch) => {
      if (watch.subject !== index) return false;
      const trial = watch.reader.copy();
      this.read(watch, trial, at, price);
      return trial.told.length > watch.reader.told.length;
    });
  }

  private judge(index: number, at: number, { status, price }: Check): void {
    if (status !== "ok" || price === null) return;
    for (const watch of this.watches) if (watch.subject === index) this.read(watch, watch.reader, at, price);
    this.subjects[index]!.ok.push({ at, price });
  }

  private read({ subject, rules, isActive, snoozedUntil }: Watch, reader: Oracle, at: number, price: number): void {
    const { ok } = this.subjects[subject]!;
    const trusted = this.confirms || wasDoubtful(ok, at);
    reader.check(
      rules,
      !isActive || at < snoozedUntil,
      { ...historyOf(ok, at), routeLow: null },
      { at, price },
      trusted,
    );
  }

  /** The final state of the model. */
  written() {
    const told = this.watches.map(({ id, subject, reader }) => {
      const { ok } = this.subjects[subject]!;
      const alerts = reader.told.map((alert) => {
        const before = ok.filter((check) => check.at < alert.at).at(-1);
        return { ...alert, previousPrice: before?.price ?? null };
      });
      const standing = ruleNames.map((rule) => {
        const { fired, epoch, level } = reader.standing[rule];
        const [since] = fired ? reader.highSince(fired) : [];
        return { rule, epoch, level, trigger: fired?.trigger ?? null, since: since?.at ?? null };
      });
      return { id, firstPrice: reader.own[0]?.price ?? null, alerts, standing };
    });
    return {
      watches: told.sort((one, other) => (one.id < other.id ? -1 : 1)),
      observed: this.subjects.map(({ observed }) => observed.toSorted()),
      deliveries: told.flatMap(({ alerts }) => alerts).length,
    };
  }
}

function isBasket(index: number): boolean {
  return index >= questions.length;
}

function failed(said: Priced["said"]): Check {
  if (said === null) return { status: "no_results", price: null };
  if (said instanceof Error || typeof said === "number") return { status: "provider_error", price: null };
  return { status: said.status, price: said.offers[0]?.total ?? null };
}

/** Of a price that cannot be asked about it is not known. */
const isTakenBack = ({ status, price }: Check, asked: number) => status !== "provider_error" && price !== asked;

/** The provider's answer when an offer at this price is confirmed. */
function again({ confirmed }: Priced, total: number): Check {
  if (confirmed === 0) return { status: "ok", price: total };
  if (typeof confirmed === "number") return { status: "ok", price: confirmed };
  return { status: (confirmed as Confirmation).status === "gone" ? "no_results" : "provider_error", price: null };
}
