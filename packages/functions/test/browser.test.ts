import type { AddressInfo } from "node:net";
import { sql } from "@travel-conductor/core/base/db";
import { chromiumArguments, findChromium } from "@travel-conductor/local/testing/chromium";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

/** A server on a free port, which must be known before the product reads ALLOWED_ORIGINS. */
const { server, url } = await vi.hoisted(async () => {
  const { createServer } = await import("node:http");
  const server: ReturnType<typeof createServer> = createServer();
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  const url = `http://localhost:${(server.address() as AddressInfo).port}`;
  vi.stubEnv("ALLOWED_ORIGINS", url);
  return { server, url };
});

const { app } = await import("../src/api/index.ts");
const a = await import("./support/client.ts");

const executablePath = findChromium();

/** Answers an empty page at `/page`, and everything else as the API does. */
server.on("request", async (request, response) => {
  if (request.url === "/page") return response.setHeader("content-type", "text/html").end("<!doctype html>");
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const { method = "GET" } = request;
  const body = chunks.length > 0 ? { body: Buffer.concat(chunks) } : {};
  const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)] as [string, string]);
  const answer = await app.request(`${url}${request.url}`, { method, headers, ...body }, a.gateway("192.0.2.1"));
  response.writeHead(answer.status, [...answer.headers].flat());
  response.end(Buffer.from(await answer.arrayBuffer()));
});

describe.skipIf(!executablePath)("with a browser", () => {
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: executablePath ?? "",
      args: chromiumArguments,
    });
    page = await browser.newPage();
    const cdp = await page.context().newCDPSession(page);
    await cdp.send("WebAuthn.enable");
    await cdp.send("WebAuthn.addVirtualAuthenticator", {
      options: {
        protocol: "ctap2",
        transport: "internal",
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    await page.goto(`${url}/page`);
  });

  afterAll(async () => {
    await browser?.close();
  });

  /** A request of the page, with its cookies. */
  const send = (method: string, path: string, body?: unknown) =>
    page.evaluate(
      async ([method, path, body]) => {
        const headers = { "content-type": "application/json" };
        const answer = await fetch(path, { method, ...(body === undefined ? {} : { headers, body }) });
        return { status: answer.status, text: await answer.text() };
      },
      [method, path, body === undefined ? undefined : JSON.stringify(body)] as [string, string, string],
    );

  /** Asks the API for options, lets the browser answer, and returns its answer as JSON. Text, because it needs the DOM. */
  const answer = (verb: "create" | "get", path: string) =>
    page.evaluate(`(async () => {
      const options = await (await fetch("${path}", { method: "POST" })).json();
      const parse = "parse${verb === "create" ? "Creation" : "Request"}OptionsFromJSON";
      const made = await navigator.credentials.${verb}({ publicKey: PublicKeyCredential[parse](options) });
      return made.toJSON();
    })()`);

  test("a browser adds a passkey, signs in and authenticates again with it", async () => {
    const signup = a.signup();
    expect(await send("POST", "/v1/auth/signup", signup)).toMatchObject({ status: 201 });
    await sql`update users set email_verified = true where users.email = ${signup.email}`;
    const credential = await answer("create", "/v1/me/factors/passkeys/options");
    const made = await send("POST", "/v1/me/factors/passkeys", { name: "This browser", credential });
    expect(made.status, made.text).toBe(201);
    expect(await send("POST", "/v1/auth/logout")).toMatchObject({ status: 204 });
    expect(await send("GET", "/v1/me")).toMatchObject({ status: 401 });

    const signed = await send("POST", "/v1/auth/passkey", {
      credential: await answer("get", "/v1/auth/passkey/options"),
    });
    expect(signed.status, signed.text).toBe(200);
    const me = await send("GET", "/v1/me");
    expect(JSON.parse(me.text).user.email).toBe(signup.email);

    await sql`update sessions set proven_at = now() - interval '11 minutes'`;
    expect(await send("POST", "/v1/me/factors/totp")).toMatchObject({ status: 403 });
    const again = await answer("get", "/v1/auth/reauthenticate/passkey/options");
    expect(await send("POST", "/v1/auth/reauthenticate/passkey", { credential: again })).toMatchObject({ status: 204 });
    expect(await send("POST", "/v1/me/factors/totp")).toMatchObject({ status: 200 });
    const held = JSON.parse((await send("GET", "/v1/me/factors")).text);
    expect(held.passkeys).toMatchObject([{ name: "This browser", lastUsedAt: expect.any(String) }]);
  });
});

afterAll(() => {
  server.close();
  server.closeAllConnections();
});
