import * as v from "valibot";
import { Instant } from "../base/day.ts";
import { list } from "../base/list.ts";
import { Page } from "../base/page.ts";
import { characters, plain, unreadable } from "../base/text.ts";

export const kinds = ["email", "webhook", "push", "ntfy", "slack", "discord", "telegram", "atom", "calendar"] as const;

/** What a channel is told about: the types of events of a webhook, and the same messages for people. */
export const topics = ["alert.created", "watch.ended", "watch.paused", "booking.changed"] as const;
const About = v.pipe(list(v.picklist(topics), topics.length), v.checkItems(isFirst, "must not be there twice"));

function isFirst<T>(item: T, index: number, items: T[]): boolean {
  return items.indexOf(item) === index;
}

const Name = v.pipe(v.string(), v.trim(), v.regex(plain, unreadable), characters(1, 60));
const name = v.optional(Name);
const address = v.pipe(v.string(), v.maxLength(2_000));
const base64url = (length: number) =>
  v.pipe(v.string(), v.regex(/^[\w-]+={0,2}$/, "must be base64url"), v.maxLength(length));

/**
 * A channel to add. `url` is the address that messages are sent to; a push subscription comes as the browser gives it.
 * For Telegram, and for a feed or a calendar, the answer says where to go on.
 */
export const Create = v.variant("kind", [
  v.strictObject({ kind: v.literal("email"), name }),
  v.strictObject({ kind: v.picklist(["webhook", "ntfy", "slack", "discord"]), name, url: address }),
  v.strictObject({
    kind: v.literal("push"),
    name,
    endpoint: address,
    keys: v.strictObject({ p256dh: base64url(100), auth: base64url(40) }),
  }),
  v.strictObject({ kind: v.picklist(["telegram", "atom", "calendar"]), name }),
]);
export type Create = v.InferInput<typeof Create>;

/**
 * A field that is left out stays as it is. A channel that was turned off, or is not proven, is turned on by `on`. `about`:
 * null for everything, also what comes later.
 */
export const Update = v.strictObject({
  name: v.optional(v.nullable(Name)),
  about: v.optional(v.nullable(About)),
  status: v.optional(v.picklist(["on", "paused"])),
});
export type Update = v.InferInput<typeof Update>;

/**
 * A channel as its owner sees it. `shown` is the part of its address that gives nothing away. Nothing is sent to an
 * `unproven` one; one that is `off` was turned off, for `offBecause`.
 */
export const Info = v.object({
  id: v.string(),
  kind: v.picklist(kinds),
  name: v.nullable(v.string()),
  shown: v.nullable(v.string()),
  about: v.nullable(v.array(v.picklist(topics))),
  status: v.picklist(["on", "paused", "unproven", "off"]),
  offBecause: v.nullable(v.picklist(["bounced", "complained", "bounced_often", "unsubscribed", "gone", "failing"])),
  failingSince: v.nullable(v.string()),
  workedAt: v.nullable(v.string()),
  createdAt: v.string(),
});
export type Info = v.InferOutput<typeof Info>;

/** The kinds of channels that can be added where this is asked: push needs a key of this stage, and Telegram a bot. */
export const Kinds = v.object({ items: v.array(v.picklist(kinds)) });
export type Kinds = v.InferOutput<typeof Kinds>;

/** What only this answer has: the secret of a webhook, or the address of a feed, a calendar or a bot. */
export const Made = v.object({ ...Info.entries, secret: v.nullable(v.string()), url: v.nullable(v.string()) });
export type Made = v.InferOutput<typeof Made>;

/** A try of a message on a webhook: what came of it, and the first 1,024 characters of the answer. */
export const Try = v.object({
  id: v.string(),
  messageId: v.nullable(v.string()),
  at: v.string(),
  outcome: v.picklist(["sent", "delayed", "refused"]),
  code: v.nullable(v.string()),
  milliseconds: v.number(),
  answer: v.nullable(v.string()),
});
export type Try = v.InferOutput<typeof Try>;

/**
 * Sends messages of the last 30 days again: one (`messageId`), or those of a span of time (`from`, `to`), from the first
 * one after `cursor` on.
 */
export const Replay = v.pipe(
  v.strictObject({
    messageId: v.optional(v.pipe(v.string(), v.regex(/^msg_[0-9a-z]{26}$/, "must be the id of a message"))),
    from: v.optional(Instant),
    to: v.optional(Instant),
    cursor: Page.entries.cursor,
  }),
  v.check(
    ({ messageId, from, to, cursor }) =>
      messageId === undefined ? from !== undefined && to !== undefined : !from && !to && cursor === undefined,
    "must have messageId, or from and to",
  ),
);
export type Replay = v.InferInput<typeof Replay>;

/** A message that waits to be sent. */
export const Queued = v.object({ messageId: v.string() });
export type Queued = v.InferOutput<typeof Queued>;

/** How many messages are sent again, and where a span goes on: null at its end. */
export const Replayed = v.object({
  replayed: v.pipe(v.number(), v.integer()),
  nextCursor: v.nullable(v.string()),
});
export type Replayed = v.InferOutput<typeof Replayed>;

/** What the bot answers to an update: a call of the Bot API, or nothing. */
export const BotAnswer = v.object({
  method: v.optional(v.literal("sendMessage")),
  chat_id: v.optional(v.number()),
  text: v.optional(v.string()),
});
export type BotAnswer = v.InferOutput<typeof BotAnswer>;

/** Our public key of web push (VAPID): a point of P-256 in base64url, as `applicationServerKey` takes it. */
export const PushKey = v.object({ publicKey: v.pipe(v.string(), v.regex(/^[\w-]{87}$/)) });
export type PushKey = v.InferOutput<typeof PushKey>;
