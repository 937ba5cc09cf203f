import type { Change, Work } from "./work.ts";

/** How long a person has to prove to the card's bank that it is theirs (ms). */
export const patience = 15 * 60_000;
/** How often the card's company is asked meanwhile, where no event of it comes (ms). */
export const look = 60_000;
/** How long after its offer or quote ran out a change or cancellation may still turn out to be confirmed (ms). */
export const grace = 10 * 60_000;

/** Takes one step and returns what changes; it may be taken again after a crash anywhere in it. */
export type Take = (work: Work, at: Date, write: (change: Change) => Promise<Work>) => Promise<Change>;

/** What a step is known by at the card's company; `name` differs for each new try. */
export const stepOf = (work: Work, name: string) => ({ booking: work.id, step: name, since: new Date(work.stepAt) });

/** The name of a step of a payment: each try has a payment of its own. */
export const tryOf = (name: string, tries: number) => (tries === 0 ? name : `${name}-${tries + 1}`);
