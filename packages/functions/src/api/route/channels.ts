import { Page } from "@travel-conductor/core/base/page";
import * as Channel from "@travel-conductor/core/channel";
import { Hono } from "hono";
import { listed, operation } from "../operation.ts";
import { signedIn } from "../session.ts";

const path = "/:id{chn_[0-9a-z]{26}}" as const;
const missing = { 404: ["channel.missing"] };

export const channels = new Hono()
  .use(signedIn)
  .get(
    "/",
    operation({
      scope: "read",
      summary: "My channels, oldest first",
      query: Page,
      answer: listed(Channel.Info),
      problems: { 422: ["page.cursor"] },
    }),
    async (c) => c.json(await Channel.list(c.var.userId, c.req.valid("query"))),
  )
  .post(
    "/",
    operation({
      summary: "Add a channel, whose secret or address is shown this once",
      body: Channel.Create,
      example: { kind: "webhook", name: "My price sheet", url: "https://hooks.example.com/prices" },
      status: 201,
      answer: Channel.Made,
      problems: { 409: ["channel.twice", "channel.unavailable"], 422: ["channel.address", "channel.limit"] },
    }),
    async (c) => {
      const made = await Channel.create(c.var.userId, c.req.valid("json"));
      c.header("location", `${c.req.path}/${made.id}`);
      return c.json(made, 201);
    },
  )
  .get(
    "/kinds",
    operation({ scope: "read", summary: "The kinds of channels that can be added", answer: Channel.Kinds }),
    async (c) => c.json(await Channel.offered()),
  )
  .get(
    "/push-key",
    operation({
      scope: "read",
      summary: "The public key that a browser subscribes to web push with",
      answer: Channel.PushKey,
      problems: { 409: ["channel.unavailable"] },
    }),
    async (c) => c.json(await Channel.pushKey()),
  )
  .get(
    path,
    operation({ scope: "read", summary: "One of my channels", answer: Channel.Info, problems: missing }),
    async (c) => c.json(await Channel.get(c.var.userId, c.req.param("id"))),
  )
  .patch(
    path,
    operation({
      summary: "Rename, pause or turn on a channel, or choose what it is told about",
      body: Channel.Update,
      example: { about: ["alert.created", "watch.ended"] },
      answer: Channel.Info,
      problems: {
        ...missing,
        409: ["channel.unproven", "channel.fixed"],
        429: ["channel.daily"],
        502: ["channel.mail"],
      },
    }),
    async (c) => c.json(await Channel.update(c.var.userId, c.req.param("id"), c.req.valid("json"))),
  )
  .delete(
    path,
    operation({ summary: "Remove a channel, with what waits for it", status: 204, problems: missing }),
    async (c) => {
      await Channel.remove(c.var.userId, c.req.param("id"));
      return c.body(null, 204);
    },
  )
  .post(
    `${path}/test`,
    operation({
      summary: "Send a message that says that the channel works",
      status: 202,
      answer: Channel.Queued,
      problems: { ...missing, 409: ["channel.off"] },
    }),
    async (c) => c.json(await Channel.test(c.var.userId, c.req.param("id")), 202),
  )
  .post(
    `${path}/rotate`,
    operation({
      summary: "Make a new secret or address for a channel",
      answer: Channel.Made,
      problems: { ...missing, 409: ["channel.fixed", "channel.busy"] },
    }),
    async (c) => c.json(await Channel.rotate(c.var.userId, c.req.param("id"))),
  )
  .get(
    `${path}/tries`,
    operation({
      scope: "read",
      summary: "What a webhook answered in the last 30 days, newest first",
      query: Page,
      answer: listed(Channel.Try),
      problems: { ...missing, 422: ["page.cursor"] },
    }),
    async (c) => c.json(await Channel.tries(c.var.userId, c.req.param("id"), c.req.valid("query"))),
  )
  .post(
    `${path}/replay`,
    operation({
      summary: "Send messages of the last 30 days to a webhook again",
      body: Channel.Replay,
      example: { from: "2026-11-25T00:00:00.000Z", to: "2026-11-26T00:00:00.000Z" },
      status: 202,
      answer: Channel.Replayed,
      problems: { 404: ["channel.missing", "message.missing"], 409: ["channel.off"], 422: ["page.cursor"] },
    }),
    async (c) => c.json(await Channel.replay(c.var.userId, c.req.param("id"), c.req.valid("json")), 202),
  );
