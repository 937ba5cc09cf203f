import { readFileSync } from "node:fs";
import { aws, env } from "@travel-conductor/core/base/env";
import * as Delivery from "@travel-conductor/core/delivery";
import * as Outbox from "@travel-conductor/core/outbox";
import { withOutbox } from "@travel-conductor/local/outbox";
import type { Mail } from "@travel-conductor/local/ses";
import { mailbox } from "@travel-conductor/local/testing";
import { afterEach, expect, test } from "vitest";

afterEach(() => {
  mailbox.length = 0;
});

const email = {
  FromEmailAddress: env.MAIL_FROM,
  Destination: { ToAddresses: ["ada@example.com"] },
  Content: {
    Simple: {
      Subject: { Data: "Hello" },
      Body: { Text: { Data: "Hello" }, Html: { Data: "<p>Hello</p>" } },
    },
  },
};

const url = `${env.AWS_ENDPOINT_URL_SESV2}/v2/email/outbound-emails`;
const headers = { "content-type": "application/json" };
const post = (body: unknown, service = "ses") =>
  aws(service, 0).fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
const refusal = async (answer: Promise<Response>) => {
  const { status, headers } = await answer;
  return `${status} ${headers.get("x-amzn-errortype")}`;
};

test("accepts a signed, complete message", async () => {
  const answer = await post(email);
  expect(answer.status).toBe(200);
  expect(mailbox).toMatchObject([{ to: ["ada@example.com"], subject: "Hello", from: env.MAIL_FROM }]);
  expect(await answer.json()).toEqual({ MessageId: mailbox[0]?.id });
});

test("refuses the messages that SES refuses", async () => {
  const to = (address: string) => ({ ...email, Destination: { ToAddresses: [address] } });
  const subject = (Data: string) => ({
    ...email,
    Content: { Simple: { ...email.Content.Simple, Subject: { Data } } },
  });
  for (const body of [
    to("zoë@example.com"),
    to("ada@bücher.example"),
    to("ada@example.com, eve@example.com"),
    to("ada@localhost"),
    { ...email, Destination: { ToAddresses: [] } },
    subject("Hello\r\nBcc: eve@example.com"),
    subject(""),
    { ...email, Recipient: "ada@example.com" },
    "not an object",
  ])
    expect(await refusal(post(body))).toBe("400 BadRequestException");
  expect(await refusal(post({ ...email, FromEmailAddress: "eve@example.com" }))).toBe("400 MessageRejected");

  const signed = await aws("ses", 0).sign(url, { method: "POST", headers, body: JSON.stringify(email) });
  const changed = (body: string, more = {}) =>
    fetch(url, { method: "POST", headers: { ...Object.fromEntries(signed.headers), ...more }, body });
  const old = { aws: { datetime: "20200101T000000Z" } };
  for (const answer of [
    fetch(url, { method: "POST", headers, body: JSON.stringify(email) }),
    post(email, "ssm"),
    changed(JSON.stringify(to("eve@example.com"))),
    changed(JSON.stringify(email), { "x-amz-date": "20200101T000000Z" }),
    aws("ses", 0).fetch(url, { method: "POST", headers, body: JSON.stringify(email), ...old }),
  ])
    expect(await refusal(answer)).toBe("403 InvalidSignatureException");
  expect(mailbox).toEqual([]);
  expect((await changed(JSON.stringify(email))).status).toBe(200);
  expect(await refusal(aws("ses", 0).fetch(new URL("/v2/email/identities", url)))).toBe(
    "404 UnknownOperationException",
  );
});

const mail = (over: Partial<Mail> = {}): Mail => ({
  id: "1",
  at: "2026-03-01T12:00:00.000Z",
  from: "Travel Conductor <mail@example.com>",
  to: ["ada@example.com"],
  subject: "Hello",
  text: "Hello:\nhttps://example.com/a?b=1&c=2\n",
  html: '<!doctype html><html><head></head><body><a href="https://example.com/">a</a></body></html>',
  headers: {},
  ...over,
});

/** Returns the pages for `messages`, and an API that records its requests. */
function pages(messages: Mail[]) {
  const requests: { path: string }[] = [];
  const api = {
    fetch: async (request: Request) => {
      requests.push({ path: new URL(request.url).pathname });
      return new Response(null, { status: 204 });
    },
  };
  const app = withOutbox(api, messages);
  const get = async (path: string, init?: RequestInit) => {
    const response = await app.fetch(new Request(new URL(path, "http://localhost:3000"), init), {});
    return { response, text: await response.text() };
  };
  return { requests, get };
}

test("lists messages newest first, says when there are none, and shows each message", async () => {
  expect((await pages([]).get("/outbox")).text).toContain("No messages yet");
  const { get } = pages([mail({ id: "2", subject: "Newer" }), mail()]);
  const { text } = await get("/outbox");
  expect(text.indexOf('<a href="/outbox/2">Newer</a>')).toBeGreaterThan(0);
  expect(text.indexOf('<a href="/outbox/1">Hello</a>')).toBeGreaterThan(text.indexOf("Newer"));
  const shownPage = await get("/outbox/1");
  expect(shownPage.text).toContain('<a href="https://example.com/a?b=1&amp;c=2">https://example.com/a?b=1&amp;c=2</a>');
  expect((await get("/outbox/1/html")).text).toContain('<base target="_top">');
  for (const path of ["/outbox/3", "/outbox/3/html", "/outbox/"]) expect((await get(path)).response.status).toBe(404);
});

test("keeps a message's HTML out of the page, and loads and runs nothing of it", async () => {
  const evil = `"><script>alert(1)</script>'`;
  const { get } = pages([mail({ subject: evil, to: [evil], from: evil, text: `${evil} https://x/"onclick="y` })]);
  for (const path of ["/outbox", "/outbox/1", `/outbox/${encodeURIComponent(evil)}`]) {
    const { response, text } = await get(path);
    expect(text).not.toMatch(/<script|"onclick/);
    expect(response.headers.get("content-security-policy")).toMatch(/^default-src 'none'; style-src 'self';/);
    expect(response.headers.get("content-security-policy")).not.toContain("unsafe");
    expect(response.headers.get("referrer-policy")).toBe("no-referrer");
  }
});

test("answers only under this machine's own names", async () => {
  for (const host of ["evil.example.com", "localhost.example.com", "192.0.2.1"])
    for (const path of ["/outbox", "/outbox/1"])
      expect((await pages([mail()]).get(`http://${host}${path}`)).response.status).toBe(403);
});

test("each link of every letter leads to a page of the web client, with its token behind #", async () => {
  const now = new Date();
  const data = { token: "abc", expiresAt: new Date(now.getTime() + 3_600_000).toISOString() };
  const to = { userId: null, email: "ada@example.com" };
  await Outbox.enqueue("verify", to, data);
  await Outbox.enqueue("reset", to, data);
  await Outbox.enqueue("email_change_old", to, { ...data, email: "bea@example.com" });
  await Outbox.enqueue("email_change_new", to, data);
  await Outbox.enqueue("export_ready", to, { ...data, id: "exp_1" });
  expect(await Delivery.deliver(new Date(now.getTime() + 60_000))).toMatchObject({ sent: 5 });
  const urls = mailbox.flatMap(({ text }) => text.match(/^http.*$/gm) ?? []).map((url) => new URL(url));
  expect(urls).toHaveLength(6);
  const routes = readFileSync(new URL("../../web/src/others.tsx", import.meta.url), "utf8");
  for (const { pathname, hash, search } of urls) {
    expect(routes).toContain(`["${pathname.replace("exp_1", ":id")}", `);
    expect([hash.replace("&format=csv", ""), search]).toEqual(["#token=abc", ""]);
  }
});

test("passes every path but its own to the API and the web client", async () => {
  const { requests, get } = pages([]);
  const paths = ["/v1/auth/verify", "/verify", "/reset", "/email", "/account/export/exp_1", "/outboxes"];
  for (const path of paths) await get(path);
  expect(requests.map(({ path }) => path)).toEqual(paths);
});
