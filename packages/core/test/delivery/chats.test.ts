import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { Claimed } from "../../src/delivery/claim.ts";
import { createDiscord } from "../../src/delivery/send/discord.ts";
import { createNtfy } from "../../src/delivery/send/ntfy.ts";
import { createSlack } from "../../src/delivery/send/slack.ts";
import { claimedFor, hostile, type Inbox, startInbox } from "../support/inbox.ts";

vi.hoisted(() => Object.assign(process.env, { CHANNELS_TO_LOOPBACK: "yes" }));

const real = new Date("2026-11-26T12:00:00Z");
const later = (seconds: number) => new Date(real.getTime() + seconds * 1000);
const makers = { ntfy: createNtfy, slack: createSlack, discord: createDiscord };
const kinds = ["ntfy", "slack", "discord"] as const;
let inbox: Inbox;

beforeAll(async () => {
  inbox = await startInbox();
});
beforeEach(() => {
  inbox.got.length = 0;
});
afterAll(() => inbox.stop());

const to = (kind: (typeof kinds)[number], path = "/hook/secret"): Claimed =>
  claimedFor(kind, { url: `${inbox.url}${path}` });
const sent = () => JSON.parse(inbox.got.at(-1)!.body.toString());

test("ntfy gets JSON at the address above the topic, whatever the words hold", async () => {
  const message = to("ntfy", "/team/alerts_1?auth=QmVhcmVy");
  expect(await createNtfy()(message, hostile, real)).toEqual({ status: "sent" });
  expect(inbox.got).toMatchObject([{ method: "POST", path: "/team/?auth=QmVhcmVy" }]);
  expect(inbox.got[0]?.headers).toMatchObject({ "content-type": "application/json", "x-message": message.id });
  expect(sent()).toEqual({
    topic: "alerts_1",
    title: hostile.title,
    message: hostile.text,
    click: hostile.url,
    sequence_id: message.id,
  });
});

test.each(["/", "/a%20b", "/a.b", `/${"a".repeat(65)}`])("an ntfy address without a topic: %s", async (path) => {
  expect(await createNtfy()(to("ntfy", path), hostile, real)).toEqual({ status: "refused", code: "topic" });
  expect(inbox.got).toEqual([]);
});

test("Slack gets text without formatting, links of others or calls", async () => {
  const message = to("slack");
  expect(await createSlack()(message, hostile, real)).toEqual({ status: "sent" });
  expect(inbox.got).toMatchObject([{ method: "POST", path: "/hook/secret", headers: { "x-message": message.id } }]);
  const { text, ...rest } = sent() as { text: string };
  expect(rest).toEqual({ mrkdwn: false, link_names: false, unfurl_links: false });
  expect(text).toContain("&lt;!channel&gt; @everyone");
  expect(text).toContain("&amp;lt;");
  // What stands between < and > is our own address alone.
  expect(text.match(/<[^>]*>/g)).toEqual(["<https://app.example.com/watches/wch_1?a=b&amp;c=d>"]);
});

test("Discord gets text whose signs are escaped, and may call nobody", async () => {
  const message = to("discord");
  expect(await createDiscord()(message, hostile, real)).toEqual({ status: "sent" });
  expect(inbox.got[0]?.headers).toMatchObject({ "x-message": message.id });
  const { content, ...rest } = sent() as { content: string };
  expect(rest).toEqual({ allowed_mentions: { parse: [] }, flags: 4 });
  const lines = content.split("\n");
  expect(lines.pop()).toBe(`<${hostile.url}>`);
  const words = lines.join("\n");
  expect(words).not.toMatch(/(?<!\\)(\\\\)*[`*_[\]()<>#|~@:]/);
  expect(words.replace(/\\([^0-9A-Za-z\s])/g, "$1")).toBe(`${hostile.title}\n${hostile.text}`);
});

test.each([
  ["ntfy", (body: Record<string, string>) => Buffer.byteLength(body.message ?? ""), 4_000],
  ["slack", (body: Record<string, string>) => (body.text ?? "").length, 4_000],
  ["discord", (body: Record<string, string>) => (body.content ?? "").length, 2_000],
] as const)("a long text is cut at the limit of %s, at a whole character", async (kind, size, most) => {
  const note = { title: "LHR – JFK", text: "<&*🛫ü ".repeat(2_000), url: hostile.url };
  expect(await makers[kind]()(to(kind), note, real)).toEqual({ status: "sent" });
  expect(size(sent())).toBeLessThanOrEqual(most);
  expect(size(sent())).toBeGreaterThan(most - 30);
  const text = JSON.stringify(sent());
  expect(text).toContain("…");
  expect(text).toContain(hostile.url.split("&")[0]);
  expect(text).not.toMatch(/\\ud[89a-f]|&(?!amp;|lt;|gt;|c=d)[a-z]*…/);

  const titled = { ...note, title: note.text, text: "one" };
  expect(await makers[kind]()(to(kind), titled, real)).toEqual({ status: "sent" });
  expect(size(sent())).toBeLessThanOrEqual(most);
});

test.each(
  kinds.flatMap((kind) =>
    [
      [{ status: 404 }, { status: "refused", code: "HTTP 404", gone: true }],
      [{ status: 410 }, { status: "refused", code: "HTTP 410", gone: true }],
      [{ status: 400 }, { status: "refused", code: "HTTP 400" }],
      [
        { status: 301, headers: { location: "http://127.0.0.1:1/" } },
        { status: "refused", code: "HTTP 301" },
      ],
      [
        { status: 429, headers: { "retry-after": "30" } },
        { status: "delayed", code: "HTTP 429", after: 30 },
      ],
      [{ status: 502 }, { status: "delayed", code: "HTTP 502" }],
    ].map(([said, outcome]) => [kind, said!, outcome!] as const),
  ),
)("%s answers %j", async (kind, said, outcome) => {
  inbox.says.push(said as never);
  expect(await makers[kind]()(to(kind), hostile, real)).toEqual(outcome);
});

test.each([
  [403, "no_service", true],
  [403, "invalid_token", true],
  [410, "channel_is_archived", true],
  [403, "action_prohibited", undefined],
  [400, "invalid_payload", undefined],
])("Slack answers %i %s", async (status, body, gone) => {
  inbox.says.push({ status, body });
  const { code: _, ...outcome } = (await createSlack()(to("slack"), hostile, real)) as { code?: string };
  expect(outcome).toEqual({ status: "refused", ...(gone ? { gone } : {}) });
});

test("a token that Discord does not know makes the channel go", async () => {
  inbox.says.push({ status: 401, body: '{"message": "Invalid Webhook Token", "code": 50027}' });
  expect(await createDiscord()(to("discord"), hostile, real)).toMatchObject({ status: "refused", gone: true });
});

test.each([
  ["a header", { status: 429, headers: { "retry-after": "4.2" } }, 5],
  ["a body", { status: 429, body: '{"message":"slow down","retry_after":1.337,"global":false}' }, 2],
  ["the reset of its window", { status: 429, headers: { "x-ratelimit-reset-after": "9" } }, 9],
])("Discord asks for a pause by %s: nothing goes to that address before its end", async (_, said, seconds) => {
  const discord = createDiscord();
  inbox.says.push(said);
  const delayed = { status: "delayed", code: "HTTP 429", after: seconds };
  expect(await discord(to("discord"), hostile, real)).toEqual(delayed);
  const resting = { status: "delayed", code: "resting", after: 1 };
  expect(await discord(to("discord"), hostile, later(seconds - 1))).toEqual(resting);
  expect(await discord(to("discord", "/another"), hostile, later(seconds - 1))).toEqual({ status: "sent" });
  expect(await discord(to("discord"), hostile, later(seconds))).toEqual({ status: "sent" });
  expect(inbox.got.map(({ path }) => path)).toEqual(["/hook/secret", "/another", "/hook/secret"]);
});

test("after the last message of a window Discord's next one waits", async () => {
  const discord = createDiscord();
  inbox.says.push({ status: 204, headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset-after": "2" } });
  expect(await discord(to("discord"), hostile, real)).toEqual({ status: "sent" });
  expect(await discord(to("discord"), hostile, later(1))).toEqual({ status: "delayed", code: "resting", after: 1 });
  expect(await discord(to("discord"), hostile, later(2))).toEqual({ status: "sent" });
});
