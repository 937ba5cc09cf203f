import { setTimeout as rest } from "node:timers/promises";
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
  const open = new Set<Promise<unknown>>();
  const tries: Try[] = [];
  const putOff: Claimed[] = [];
  let queued = 0;
  let stalled = 0;
  let more = true;
  let written = Date.now();

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
  const places = createPlaces();
  const start = () => {
    if (Date.now() >= until) return;
    for (const [lane, messages] of waiting) {
      const left: Ready[] = [];
      for (const [index, each] of messages.entries()) {
        const place = places.take(lane, each.message);
        if (place === "none") {
          left.push(each);
          // Only webhooks have places by host: of other kinds none has one now.
          if (lane === "webhook") continue;
          left.push(...messages.slice(index + 1));
          break;
        }
        queued--;
        if (place === "hung") putOff.push(each.message);
        else run(lane, each, place);
      }
      waiting.set(lane, left);
    }
  };
  const run = (lane: Lane, { message, words }: Ready, place: Exclude<Place, string>) => {
    const tried = runAs(message.requestId ?? requestId(), () => attempt(lane, message, words));
    const work: Promise<void> = tried.finally(() => {
      place.leave();
      open.delete(work);
      // The next one takes the place at once, also while Postgres is asked for more.
      start();
    });
    open.add(work);
  };
  const write = async () => {
    const done = tries.splice(0);
    const report = await settle(done, at, realNow());
    // A channel is free again, and its next message may be due.
    more ||= done.some(({ message }) => message.channel !== null);
    for (const key of Object.keys(total) as (keyof Report)[]) total[key] += report[key];
  };

  for (;;) {
    // After a whole batch that was only delayed, the other side is down: the rest is left to a later run.
    if (more && Date.now() < until && queued < batch / 2 && stalled < batch) {
      const claimed = await claim(at, batch);
      more = claimed.length > 0;
      const { ready, failed } = await prepare(claimed, at, realNow(), app);
      total.failed += failed;
      for (const each of ready) {
        const lane = laneOf(each.message);
        waiting.set(lane, [...(waiting.get(lane) ?? []), each]);
        queued++;
      }
    }
    start();
    // Messages for a host that hangs make room for others.
    if (putOff.length > 0) await release(putOff.splice(0), { at, seconds: hungFor });
    if (open.size > 0) await Promise.race([...open, rest(gathering, undefined, { ref: false })]);
    // While some wait for a place, outcomes are gathered: one request writes many.
    const idle = open.size === 0 && (queued === 0 || Date.now() >= until);
    if (tries.length > 0 && (idle || tries.length >= batch / 2 || Date.now() - written > gathering)) {
      await write();
      written = Date.now();
    }
    if (idle && tries.length === 0 && (!more || Date.now() >= until || stalled >= batch)) break;
  }
  await release([...waiting.values()].flat().map(({ message }) => message));
  return total;
}
