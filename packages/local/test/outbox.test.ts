import { aws, env } from "@travel-conductor/core/base/env";
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
  for (const path of ["/outbox", "/outbox/1", `/v1/auth/verify?token=${encodeURIComponent(evil)}`]) {
    const { response, text } = await get(path);
    expect(text).not.toMatch(/<script|"onclick/);
    expect(response.headers.get("content-security-policy")).toMatch(/^default-src 'none'; style-src 'self';/);
    expect(response.headers.get("content-security-policy")).not.toContain("unsafe");
    expect(response.headers.get("referrer-policy")).toBe("no-referrer");
  }
});

test("answers only under this machine's own names", async () => {
  for (const host of ["evil.example.com", "localhost.example.com", "192.0.2.1"])
    expect((await pages([mail()]).get(`http://${host}/outbox`)).response.status).toBe(403);
});

test("shows a form for a link in a message, and changes nothing before the form is sent", async () => {
  const { requests, get } = pages([]);
  const { text } = await get("/v1/auth/reset/confirm?token=abc");
  expect(text).toContain('name="token" value="abc"');
  expect(text).toContain('type="password"');
  expect(requests).toEqual([]);
  const send = (fields: Record<string, string>) =>
    get("/outbox/confirm", { method: "POST", body: new URLSearchParams(fields) });
  const fields = { path: "/v1/auth/reset/confirm", token: "abc", password: "nine small green boats" };
  expect((await send(fields)).text).toContain("You have a new password.");
  expect(requests).toEqual([{ path: fields.path, body: '{"token":"abc","password":"nine small green boats"}' }]);
  expect((await send({ ...fields, path: "/v1/auth/logout" })).response.status).toBe(404);
  expect((await send({ ...fields, path: "__proto__" })).response.status).toBe(404);
  expect(requests).toHaveLength(1);
});

test("shows the error of a failed form, and passes all other paths to the API", async () => {
  const { requests, get } = pages([], 422);
  const body = new URLSearchParams({ path: "/v1/auth/verify", token: "abc" });
  const { response, text } = await get("/outbox/confirm", { method: "POST", body });
  expect(response.status).toBe(422);
  expect(text).toContain('<p role="alert">Too &lt;old&gt;</p>');
  await get("/v1/auth/verify", { method: "POST" });
  await get("/outboxes");
  expect(requests.map(({ path }) => path)).toEqual(["/v1/auth/verify", "/v1/auth/verify", "/outboxes"]);
});
