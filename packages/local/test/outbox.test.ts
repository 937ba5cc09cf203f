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

/** Returns the pages for `messages`, and an API that answers `status` and records its requests. */
function pages(messages: Mail[], status = 204) {
  const requests: { path: string; body: string }[] = [];
  const api = {
    fetch: async (request: Request) => {
      requests.push({ path: new URL(request.url).pathname, body: await request.text() });
      return status === 204
        ? new Response(null, { status })
        : Response.json({ title: "No", detail: "Too <old>" }, { status });
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
  for (const path of ["/outbox", "/outbox/1", `/verify?token=${encodeURIComponent(evil)}`]) {
    const { response, text } = await get(path);
    expect(text.replace('<script type="module" src="/outbox/form.js"></script>', "")).not.toMatch(/<script|"onclick/);
    expect(response.headers.get("content-security-policy")).toMatch(/^default-src 'none'; style-src 'self';/);
    expect(response.headers.get("content-security-policy")).not.toContain("unsafe");
    expect(response.headers.get("referrer-policy")).toBe("no-referrer");
  }
});

test("answers only under this machine's own names", async () => {
  for (const host of ["evil.example.com", "localhost.example.com", "192.0.2.1"])
    for (const path of ["/outbox", "/verify", "/account/export/exp_1"])
      expect((await pages([mail()]).get(`http://${host}${path}`)).response.status).toBe(403);
});

/** What the page's form sends beside visible fields once its script has run at this address, and the address it leaves. */
function run(script: string, text: string, address: string) {
  const fields = [...text.matchAll(/<input type="hidden" name="(\w+)"(?: value="([^"]*)")?( disabled)?>/g)].map(
    ([, name = "", value = "", disabled]) => ({ name, value, disabled: disabled !== undefined }),
  );
  const namedItem = (name: string) => fields.find((field) => field.name === name) ?? null;
  const left: string[] = [];
  const replaceState = (_: null, __: string, path: string) => left.push(path);
  const { pathname, hash } = new URL(address, "http://localhost:3000");
  const page = [{ forms: [{ elements: { namedItem } }] }, { hash, pathname }, { replaceState }];
  new Function("document", "location", "history", script)(...page);
  const sent = fields.filter(({ disabled }) => !disabled).map(({ name, value }) => [name, value]);
  return { left, sent: Object.fromEntries(sent) };
}

test("shows a form for a link in a message, and changes nothing before the form is sent", async () => {
  const { requests, get } = pages([]);
  const { response, text } = await get("/reset");
  expect(text).toContain('type="password"');
  expect(response.headers.get("content-security-policy")).toContain("; script-src 'self'; frame-ancestors 'none'");
  const { text: script } = await get("/outbox/form.js");
  expect(run(script, text, "/reset#token=abc&password=seen&page=/email&other=1")).toEqual({
    left: ["/reset"],
    sent: { page: "/reset", token: "abc" },
  });
  expect(requests).toEqual([]);
  const send = (fields: Record<string, string>) =>
    get("/outbox/confirm", { method: "POST", body: new URLSearchParams(fields) });
  const fields = { page: "/reset", token: "abc", password: "nine small green boats" };
  expect((await send(fields)).text).toContain("You have a new password.");
  const body = '{"token":"abc","password":"nine small green boats"}';
  expect(requests).toEqual([{ path: "/v1/auth/reset/confirm", body }]);
  for (const page of ["/v1/auth/logout", "__proto__", "/account/export/exp_1"])
    expect((await send({ ...fields, page })).response.status).toBe(404);
  expect(requests).toHaveLength(1);
});

test("shows a form for each link of every letter, and sends an export's token to the API", async () => {
  const { get } = pages([]);
  const { text: script } = await get("/outbox/form.js");
  const now = new Date();
  const data = { token: "abc", expiresAt: new Date(now.getTime() + 3_600_000).toISOString() };
  const to = { userId: null, email: "ada@example.com" };
  await Outbox.enqueue("verify", to, data);
  await Outbox.enqueue("reset", to, data);
  await Outbox.enqueue("email_change_old", to, { ...data, email: "bea@example.com" });
  await Outbox.enqueue("email_change_new", to, data);
  await Outbox.enqueue("export_ready", to, { ...data, id: "exp_1" });
  expect(await Delivery.deliver(new Date(now.getTime() + 60_000))).toMatchObject({ sent: 5 });
  const urls = mailbox.flatMap(({ text }) => text.match(/^http.*$/gm) ?? []);
  expect(urls).toHaveLength(6);
  for (const url of urls) {
    const { response, text } = await get(url);
    expect(response.status).toBe(200);
    const { sent } = run(script, text, url);
    if (!url.includes("/account/export/")) expect(sent).toEqual({ page: new URL(url).pathname, token: "abc" });
    else {
      expect(text).toContain('<form action="/v1/me/export/exp_1">');
      expect(sent).toEqual(url.endsWith("csv") ? { token: "abc", format: "csv" } : { token: "abc" });
    }
  }
});

test("shows the error of a failed form, and passes all other paths to the API", async () => {
  const { requests, get } = pages([], 422);
  const body = new URLSearchParams({ page: "/verify", token: "abc" });
  const { response, text } = await get("/outbox/confirm", { method: "POST", body });
  expect(response.status).toBe(422);
  expect(text).toContain('<p role="alert">Too &lt;old&gt;</p>');
  await get("/v1/auth/verify", { method: "POST" });
  await get("/verify", { method: "POST" });
  for (const path of ["/outboxes", "/verify/", "/account/export/", "/account"]) await get(path);
  expect(requests.map(({ path }) => path)).toEqual([
    "/v1/auth/verify",
    "/v1/auth/verify",
    "/verify",
    "/outboxes",
    "/verify/",
    "/account/export/",
    "/account",
  ]);
});
