import * as Airport from "../../airport.ts";
import * as Metric from "../../base/metric.ts";
import { type Criteria, cabins, payingPassengers } from "../criteria.ts";
import type { Offer, Stated } from "../offer.ts";
import type { Answer, ConfirmingProvider } from "../provider.ts";

/**
 * The field of a question that an offer does not fit. `stops` and `cabin` are no faults of a provider: those that we
 * know are asked for a number of connections and for a preferred cabin.
 */
export type Misfit = "currency" | "slices" | "days" | "order" | "places" | "party" | "stops" | "cabin";

/** The airports (IATA codes) that the places of a question stand for. */
export type Places = { from: ReadonlySet<string>; to: ReadonlySet<string> };

/** Where more than this part of an answer cannot be read, the rest of it is not the whole answer. */
const maxUnreadable = 0.5;

/** Expands the places of a question to airports, once for all offers of an answer. */
export async function placesOf({ origin, destination }: Criteria): Promise<Places> {
  const [from, to] = await Promise.all([Airport.expand(origin), Airport.expand(destination)]);
  return { from: new Set(from.map(({ code }) => code)), to: new Set(to.map(({ code }) => code)) };
}

/**
 * Compares an offer with every field of the question that it was found for, and returns the first field that it does
 * not fit. Days must be equal, so that a return on the day before the departure (dateline.ts) needs no rule of its own;
 * both times at the destination are of one clock. What a provider does not state of travelers and cabins fits.
 */
export function misfitOf(offer: Offer, question: Criteria, { from, to }: Places): Misfit | undefined {
  const { slices, stated } = offer;
  const [there, back] = slices;
  if (offer.currency !== question.currency) return "currency";
  if (!there || slices.length !== (question.returnDate === null ? 1 : 2)) return "slices";
  if (!there.departingAt.startsWith(question.departureDate)) return "days";
  if (!from.has(there.origin) || !to.has(there.destination)) return "places";
  if (back) {
    if (!back.departingAt.startsWith(question.returnDate ?? "")) return "days";
    if (!to.has(back.origin) || !from.has(back.destination)) return "places";
    if (back.departingAt < there.arrivingAt) return "order";
  }
  const most = question.maxStops ?? Number.POSITIVE_INFINITY;
  if (slices.some(({ stops, segments }) => Math.max(stops, segments.length - 1) > most)) return "stops";
  if (!stated) return undefined;
  if (!isForParty(stated.travelers, question)) return "party";
  return stated.cabins.every((flown) => isInCabin(flown, question.cabin)) ? undefined : "cabin";
}

/**
 * Whether the travelers are the party: as many seats and laps, no child of another age, no more children than asked
 * for, and no more adults than it has travelers of 12 and above, whom many airlines sell an adult's ticket.
 */
function isForParty(travelers: Stated["travelers"], { adults, childAges, infants }: Criteria): boolean {
  const seated = travelers.filter(({ type }) => type !== "infant");
  if (seated.length !== payingPassengers({ adults, childAges })) return false;
  if (travelers.length - seated.length !== infants) return false;
  if (seated.length === adults) return seated.every(({ type }) => type === "adult");
  const left = [...childAges];
  for (const { age } of seated) {
    if (age === null || age >= 18) continue;
    const index = left.indexOf(age);
    if (index < 0) return false;
    left.splice(index, 1);
  }
  const unaged = (kind: "adult" | "child") => seated.filter(({ type, age }) => type === kind && age === null).length;
  return unaged("child") <= left.length && unaged("adult") <= adults + left.filter((age) => age >= 12).length;
}

/**
 * Whether at least half of the time in the air is spent in the asked cabin or a better one: a short flight to the hub
 * often has no such cabin.
 */
function isInCabin(flown: Stated["cabins"][number], asked: Criteria["cabin"]): boolean {
  const wanted = cabins.indexOf(asked);
  if (wanted === 0) return true;
  let [all, lower] = [0, 0];
  for (const { cabin, minutes } of flown) {
    all += minutes;
    if (cabin !== null && cabins.indexOf(cabin) < wanted) lower += minutes;
  }
  return lower * 2 <= all;
}

/**
 * Makes a provider's answers fit the question. Offers that do not are left out and counted by provider and reason.
 * Where no offer is left, the answer is: `no_results` if all had only too many stops or another cabin; one of a provider
 * that cannot be asked this if all are in another currency; otherwise `provider_error`. An answer most of which cannot
 * be read is `partial`. The current state of an offer that no longer fits is `gone`.
 */
export function holdToQuestion(provider: ConfirmingProvider): ConfirmingProvider {
  const { name } = provider;
  return {
    ...provider,

    async search(criteria, at, call) {
      const answer = await provider.search(criteria, at, call);
      if (answer.offers.length === 0 && !answer.unreadable) return answer;
      return holdAnswer(name, answer, criteria, await placesOf(criteria));
    },

    async confirm(criteria, offer, at, call) {
      const answer = await provider.confirm(criteria, offer, at, call);
      if (answer.status !== "ok") return answer;
      const misfit = misfitOf(answer.offer, criteria, await placesOf(criteria));
      count(name, { read: 1, unreadable: 0 }, misfit ? new Map([[misfit, 1]]) : new Map());
      const { status: _, offer: found, ...rest } = answer;
      return misfit ? { ...rest, status: "gone" } : { ...rest, status: "ok", offer: withoutStated(found) };
    },
  };
}

function holdAnswer(name: string, answer: Answer, criteria: Criteria, places: Places): Answer {
  const { status, offers: read, unreadable = 0, ...rest } = answer;
  const left = new Map<Misfit, number>();
  const offers: Offer[] = [];
  for (const offer of read) {
    const misfit = misfitOf(offer, criteria, places);
    if (misfit) left.set(misfit, (left.get(misfit) ?? 0) + 1);
    else offers.push(withoutStated(offer));
  }
  const told = { ...rest, ...(unreadable > 0 ? { unreadable } : {}) };
  const all = read.length + unreadable;
  if (left.get("currency") === all)
    return { ...told, status: "provider_error", offers: [], providers: [{ name, status: "skipped" }] };
  count(name, { read: read.length, unreadable }, left);
  const [first, ...others] = offers;
  if (first) {
    const whole = status === "ok" && unreadable <= all * maxUnreadable;
    return { ...told, status: whole ? "ok" : "partial", offers: [first, ...others] };
  }
  const unlike = unreadable > 0 || [...left.keys()].some((misfit) => !isWish(misfit));
  return { ...told, status: unlike || read.length === 0 ? "provider_error" : "no_results", offers: [] };
}

/** Whether a provider can only be asked to prefer this, so that offers without it are no fault. */
const isWish = (misfit: Misfit) => misfit === "stops" || misfit === "cabin";

/**
 * Counts the offers of an answer by provider: `OffersRead`, `OffersUnreadable` and `OffersMisfit` (another journey or
 * party than was asked for), on which an alarm rings; and those left out by reason.
 */
function count(
  provider: string,
  { read, unreadable }: { read: number; unreadable: number },
  left: Map<Misfit, number>,
) {
  let misfits = 0;
  for (const [reason, times] of left) {
    if (!isWish(reason)) misfits += times;
    Metric.emit({ OffersLeftOut: [times, "Count"] }, { provider, reason });
  }
  if (unreadable > 0) Metric.emit({ OffersLeftOut: [unreadable, "Count"] }, { provider, reason: "unreadable" });
  Metric.emit(
    { OffersRead: [read, "Count"], OffersUnreadable: [unreadable, "Count"], OffersMisfit: [misfits, "Count"] },
    { provider },
  );
}

function withoutStated({ stated: _, ...offer }: Offer): Offer {
  return offer;
}
