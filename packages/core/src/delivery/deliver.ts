import { env } from "../base/env.ts";
import type { Network } from "../base/reach.ts";
import { requestId, runAs } from "../base/trace.ts";
import { type Claimed, claim, release, type Words } from "./claim.ts";
import type { Outcome, Try } from "./outcome.ts";
import { createPlaces, type Place } from "./places.ts";
import { plan } from "./plan.ts";
import { prepare, type Ready } from "./prepare.ts";
import type { Send } from "./send/email.ts";
import { createSenders, type Lane, laneOf } from "./send.ts";
import { type Report, settle } from "./settle.ts";

/**
 * The settings of a delivery: how many messages one request claims (`batch`), and no new ones after `within`
 * milliseconds. `real` is the moment in real time, where that is not `at`: links in messages expire by it, and tries are
 * given up. `send` stands in for SES, and `network` for the internet.
 */
export type Options = { send?: Send; network?: Network; real?: Date; batch?: number; within?: number };

/** For how long the other messages for a host that hangs are put off (s). */
const hungFor = 60;

/** How long outcomes wait to be written together (ms). */
const gathering = 500;

/**
 * Plans the messages of new alerts, and sends every message that is due at `at`. A sender takes the next message as it
 * finishes one, so that a hung address delays itself alone. Safe to run twice, several times at once, and to be killed
 * anywhere: a message that was not settled is due again when its lease ends. A message is sent at least once, because
 * no mailbox recognises a repetition: after a crash between an answer and the settling, the same words go out again,
 * with the same id.
 */
export async function deliver(at: Date, options: Options = {}): Promise<Report> {
  const { real = at, batch = 500, within = 40_000 } = options;
  const { APP_URL: app } = env;
  if (!app) throw new Error("APP_URL is not set, so links in messages would lead nowhere. See deploy.md.");
  const begun = Date.now();
  const until = begun + within;
  const realNow = () => new Date(real.getTime() + Date.now() - begun);
  const senders = createSenders(options.send, options.network);
  const total: Report = { sent: 0, delayed: 0, failed: 0 };
  await plan(at, within / 2);

  const waiting = new Map<Lane, Ready[]>();
  const tries: Try[] = [];
  const putOff: Claimed[] = [];
  let claimed: Claimed[] = [];
  let open = 0;
  let queued = 0;
  let stalled = 0;
  let more = true;
  let written = Date.now();
  let fault: { error: unknown } | undefined;
  const fail = (error: unknown) => {
    fault ??= { error };
  };
  /** Work for Postgres, one of each kind at a time, beside the tries and each other. */
  const busy = new Set<() => Promise<void>>();
  let wake: () => void = () => undefined;

  const attempt = async (lane: Lane, message: Claimed, words: Words) => {
    const start = performance.now();
    // Messages that waited when their channel was turned off are given up.
    const isOff = message.channel?.status === "off";
    const outcome: Outcome = isOff
      ? { status: "refused", code: "off" }
      : await senders[lane](message, words, realNow());
    stalled = outcome.status === "delayed" ? stalled + 1 : 0;
    tries.push({ message, outcome, milliseconds: performance.now() - start });
  };
  const places = createPlaces(() => start());
  const run = ({ message, words }: Ready, lane: Lane, place: Exclude<Place, string>) => {
    open++;
    const tried = runAs(message.requestId ?? requestId(), () => attempt(lane, message, words));
    const end = () => {
      place.leave();
      open--;
      // The next one takes the place at once, also while Postgres is asked for more.
      start();
      if (open === 0 || queued < batch / 2 || tries.length >= batch || putOff.length > 0) wake();
    };
    tried.catch(fail).then(end);
  };
  /** After a whole batch that was only delayed, the other side is down: the rest is left to a later run. */
  const isEnding = () => Date.now() >= until || fault !== undefined || stalled >= batch;
  const start = () => {
    if (isEnding()) return;
    for (const [lane, messages] of waiting) {
      let looked = 0;
      const left: Ready[] = [];
      for (const each of messages) {
        const place = places.take(lane, each.message);
        // Only webhooks have places by host: of other kinds none has one now.
        if (place === "none" && lane !== "webhook") break;
        looked++;
        if (place === "none") {
          left.push(each);
          continue;
        }
        queued--;
        if (place === "hung") putOff.push(each.message);
        else run(each, lane, place);
      }
      messages.splice(0, looked, ...left);
    }
  };

  /** One batch is claimed while the one before is prepared. */
  const claimNext = async () => {
    // What settles meanwhile sets it again: the claim may not have seen the channel that it frees.
    more = false;
    claimed = await claim(at, batch);
    more ||= claimed.length > 0;
  };
  const prepareNext = async () => {
    const { ready, failed } = await prepare(claimed.splice(0), at, realNow(), app);
    total.failed += failed;
    for (const each of ready) {
      const lane = laneOf(each.message);
      const messages = waiting.get(lane);
      if (messages) messages.push(each);
      else waiting.set(lane, [each]);
      queued++;
    }
  };
  const write = async () => {
    const done = tries.splice(0);
    written = Date.now();
    const report = await settle(done, at, realNow());
    // A channel is free again, and its next message may be due.
    more ||= done.some(({ message }) => message.channel !== null);
    for (const key of Object.keys(total) as (keyof Report)[]) total[key] += report[key];
  };
  /** Messages for a host that hangs make room for others. */
  const makeRoom = () => release(putOff.splice(0), { at, seconds: hungFor });
  const begin = (work: () => Promise<void>) => {
    busy.add(work);
    const end = () => {
      busy.delete(work);
      wake();
    };
    work().catch(fail).then(end);
  };

  for (;;) {
    const ending = isEnding();
    start();
    const isLow = !ending && queued < batch / 2;
    if (isLow && claimed.length > 0 && !busy.has(prepareNext)) begin(prepareNext);
    if (isLow && claimed.length === 0 && more && !busy.has(claimNext)) begin(claimNext);
    if (putOff.length > 0 && !fault && !busy.has(makeRoom)) begin(makeRoom);
    // While some wait for a place, outcomes are gathered: one request writes many.
    const idle = open === 0 && (queued === 0 || ending);
    const isDue = idle || tries.length >= batch || Date.now() - written > gathering;
    if (tries.length > 0 && isDue && !busy.has(write)) begin(write);
    if (idle && busy.size === 0 && tries.length === 0 && ((!more && claimed.length === 0) || ending)) break;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, gathering);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
  if (fault) throw fault.error;
  await release([...claimed, ...[...waiting.values()].flat().map(({ message }) => message)]);
  return total;
}
