import { mailbox } from "@travel-conductor/local/testing";
import { describe, expect, test } from "vitest";
import { sql } from "../../src/base/db.ts";
import * as Channel from "../../src/channel.ts";
import * as a from "../support/factory.ts";
import { interceptRequests, losingAnswers } from "../support/network.ts";
import { pinged, useHooks } from "../support/webhooks.ts";

const hooks = await useHooks();

const answer = (status: number) => {
  hooks.receiver.answer = (response) => void response.writeHead(status).end();
};
const day = 86_400_000;
const letters = () => mailbox.map(({ subject, text }) => ({ subject, text: text.split("\n")[0] }));

describe("a webhook that fails", () => {
  test("at everything for five days is turned off, and its owner gets one letter", async () => {
    const { id, userId } = await pinged();
    answer(500);
    const start = Date.now() + 60_000;
    const attempt = async (days: number) => {
      await sql`delete from messages where messages.channel_id = ${id}`;
      await Channel.test(userId, id);
      const at = new Date(start + days * day);
      await hooks.deliver(at, { real: at });
      const { status, failingSince, offBecause } = await Channel.get(userId, id);
      return [status, failingSince !== null, offBecause];
    };
    expect(await attempt(0)).toEqual(["on", true, null]);
    expect(await attempt(3)).toEqual(["on", true, null]);
    answer(204);
    expect(await attempt(4)).toEqual(["on", false, null]);
    answer(500);
    for (const days of [5, 9, 9.9]) expect(await attempt(days)).toEqual(["on", true, null]);
    expect(letters()).toEqual([]);
    expect(await attempt(10.1)).toEqual(["off", true, "failing"]);
    expect(letters()).toEqual([
      {
        subject: "Messages no longer go to one.example.com",
        text: "The channel webhook (one.example.com) was turned off, because nothing could be delivered for five days.",
      },
    ]);
    await expect(attempt(11)).rejects.toMatchObject({ code: "channel.off" });
  });

  test("is turned on again by its owner, with nothing held against it", async () => {
    const { id, userId } = await pinged();
    await sql`
      update channels
         set status = 'off', off_because = 'failing', failing_since = now() - interval '9 days'
       where channels.id = ${id}`;
    expect(await Channel.update(userId, id, { status: "on" })).toMatchObject({ status: "on", failingSince: null });
    answer(500);
    await hooks.deliver();
    expect((await Channel.get(userId, id)).status).toBe("on");
  });

  test("does not turn off a channel that its owner paused meanwhile", async () => {
    const { id, userId } = await pinged();
    hooks.receiver.answer = async (response) => {
      await Channel.update(userId, id, { status: "paused" });
      response.writeHead(410).end();
    };
    await hooks.deliver();
    expect(await Channel.get(userId, id)).toMatchObject({ status: "paused", offBecause: null });
    expect(letters()).toEqual([]);
  });
});

describe("the letter about a channel that is turned off", () => {
  test("is written with the change or not at all, and once where the answer is lost", async () => {
    const { id, userId } = await pinged();
    answer(410);
    const isSettling = (body: string) => body.includes("provider_id");
    const cut = interceptRequests(
      (_, body) => {
        if (isSettling(body)) throw new TypeError("fetch failed");
      },
      () => hooks.deliver(),
    );
    await expect(cut).rejects.toThrow();
    expect((await Channel.get(userId, id)).status).toBe("on");

    await sql`update messages set claimed_until = null`;
    await expect(losingAnswers("provider_id", () => hooks.deliver())).rejects.toThrow();
    expect(await Channel.get(userId, id)).toMatchObject({ status: "off", offBecause: "gone" });
    await hooks.deliver();
    await hooks.deliver();
    expect(letters()).toHaveLength(1);
    expect(hooks.receiver.received).toHaveLength(2);
  });

  test("goes for each channel of one statement, and to a proven address alone", async () => {
    const [proven, unproven] = [await a.proven(), await a.user()];
    for (const userId of [proven, proven, proven, unproven]) await pinged(userId);
    answer(410);
    expect(await hooks.deliver()).toEqual({ sent: 3, delayed: 0, failed: 4 });
    const [owner] = await sql`select users.email from users where users.id = ${proven}`;
    expect(mailbox.map(({ to }) => to)).toEqual([[owner?.email], [owner?.email], [owner?.email]]);
  });

  test("is bounded by mailbox", async () => {
    const { userId } = await pinged();
    await sql`
      insert into mailbox_letters (kind, mailbox, letters, ends_at)
      select 'channel_off', encode(sha256(convert_to(users.email_key, 'UTF8')), 'hex'), 20, now() + interval '1 hour'
        from users
       where users.id = ${userId}`;
    answer(410);
    expect(await hooks.deliver()).toEqual({ sent: 0, delayed: 0, failed: 1 });
    expect(letters()).toEqual([]);
  });
});
