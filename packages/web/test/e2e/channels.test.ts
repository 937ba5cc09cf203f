import { createECDH, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import ece from "http_ece";
import type { BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { channels as channelsOf } from "../../src/words/en/channels.ts";
import { pluralOf } from "../../src/words/format.ts";
import { useProduct, withBrowser } from "./support/setup.ts";
import { mint, type Person } from "./support/visitor.ts";
import { dayAhead } from "./support/walk.ts";

const words = channelsOf(pluralOf("en-GB"));

withBrowser("channels", () => {
  const { visit, url } = useProduct();
  const received: IncomingMessage["headers"][] = [];
  const receiver = createServer((request, response) => {
    received.push(request.headers);
    request.resume();
    response.end("taken");
  });
  let hook = "";
  beforeAll(async () => {
    receiver.listen(0, "127.0.0.1");
    await once(receiver, "listening");
    hook = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/prices`;
  });
  afterAll(() => {
    receiver.close();
  });

  test("a webhook is added, tested, seen in its log, sent again, paused and removed", async () => {
    const { page, look, expectStatus, close } = await visit({ person: await mint(url()) });
    await page.getByRole("link", { name: "Ada" }).click();
    await page.getByRole("main").getByRole("link", { name: "Messages", exact: true }).click();
    await page.getByRole("button", { name: words.add }).click();
    await look("the kinds of channels");
    const sheet = page.getByRole("dialog");
    await sheet.getByRole("button", { name: /^Webhook/ }).click();
    await sheet.getByLabel(words.address).fill("http://10.0.0.1/prices");
    expectStatus(422);
    await sheet.getByRole("button", { name: words.add }).click();
    await sheet.getByText("It must begin with https://.").waitFor();
    await expect
      .poll(() => sheet.getByLabel(words.address).evaluate((field) => field === document.activeElement))
      .toBe(true);
    await look("a fault at the address");
    await sheet.getByLabel(words.address).fill(hook);
    await sheet.getByLabel(words.name).fill("Price sheet");
    await sheet.getByRole("button", { name: words.add }).click();
    await page.getByText(/^whsec_/).waitFor();
    await look("the secret, this once");
    await page.getByRole("button", { name: "Close" }).click();

    const box = () => page.getByRole("checkbox", { name: `${words.grid.topics["watch.paused"]}: Price sheet` });
    await box().click();
    await expect.poll(() => box().isEnabled()).toBe(true);
    await page.reload();
    await expect.poll(() => box().isChecked()).toBe(false);
    await look("which messages go where");

    await page.getByRole("button", { name: "Test: Price sheet" }).click();
    await page.getByText(words.tested).waitFor();
    await expect.poll(() => received.length, { timeout: 20_000 }).toBe(1);
    const sent = received[0]!["webhook-id"];
    await look("a channel that was tested");
    await page.getByRole("link", { name: "Log: Price sheet" }).click();
    await page.getByText(words.tries.outcomes.sent).waitFor();
    await page.getByText(words.tries.answer).click();
    await page.getByText("taken", { exact: true }).waitFor();
    await look("the log");
    await page.getByRole("button", { name: `${words.tries.again}: ${sent}` }).click();
    await page.getByText(words.tries.replayed(1)).waitFor();
    await expect.poll(() => received.length, { timeout: 20_000 }).toBe(2);
    expect(received[1]!["webhook-id"]).toBe(sent);

    await page.getByRole("link", { name: words.ofWatch.manage }).click();
    await page.getByRole("button", { name: "Pause: Price sheet" }).click();
    await page.getByText(words.states.paused).waitFor();
    await look("a paused channel");
    await page.getByRole("button", { name: "Remove: Price sheet" }).click();
    await page.getByText(words.removeAsk("Price sheet")).waitFor();
    await look("what goes with a channel");
    await page.getByRole("dialog").getByRole("button", { name: "Remove", exact: true }).click();
    await expect.poll(() => page.getByText("Price sheet").count()).toBe(0);

    await page.getByLabel(words.when.most, { exact: true }).fill("1");
    await page.getByLabel(words.when.from, { exact: true }).fill("21:30");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByText("Saved", { exact: true }).waitFor();
    await page.getByText(words.when.zone("Europe/London")).waitFor();
    await look("when messages come");
    await page.reload();
    await expect.poll(() => page.getByLabel(words.when.from, { exact: true }).inputValue()).toBe("21:30");
    await close();
  });

  /** Brings pushes to the worker of a page, as its browser's push service would, and reads what it shows. */
  async function workerOf(page: Page, context: BrowserContext) {
    const browser = await context.newCDPSession(page);
    const registered = new Promise<string>((resolve) => {
      browser.on("ServiceWorker.workerRegistrationUpdated", ({ registrations: [one] }) => {
        if (one) resolve(one.registrationId);
      });
    });
    await browser.send("ServiceWorker.enable");
    const registrationId = await registered;
    await page.evaluate(async () => void (await navigator.serviceWorker.ready));
    const push = (data: string) =>
      browser.send("ServiceWorker.deliverPushMessage", { origin: url(), registrationId, data });
    const shown = () =>
      page.evaluate(async () =>
        (await (await navigator.serviceWorker.ready).getNotifications())
          .map(({ title, body, tag, data }) => [title, body, tag, data.url])
          .sort(),
      );
    return { push, shown };
  }

  /** The first link to this page in the mails that the product has sent to a person. */
  async function linkTo(page: string, { email }: Person): Promise<string> {
    const link = new RegExp(`https?://[^\\s"<]+${page}#token=[^\\s"<]+`);
    const find = async () => {
      const list = await (await fetch(`${url()}/outbox`)).text();
      const rows = list.split("<tr>").filter((row) => row.includes(email));
      const paths = rows.map((row) => /\/outbox\/[^"]+/.exec(row)?.[0] ?? "/outbox");
      const mails = await Promise.all(paths.map(async (path) => (await fetch(url() + path)).text()));
      return mails.flatMap((mail) => link.exec(mail) ?? [])[0];
    };
    await expect.poll(find, { timeout: 90_000, interval: 1_000 }).toBeTruthy();
    const { pathname, hash } = new URL((await find())!);
    return url() + pathname + hash;
  }

  test("a link of an alert's mail says what it does and does it by a button; one that is none says so", async () => {
    const person = await mint(url());
    const { page, context, look, taken, close } = await visit({ person });
    const send = async (method: string, path: string, data: object) => {
      const answer = await context.request.fetch(url() + path, { method, data, headers: { origin: url() } });
      expect(answer.ok(), await answer.text()).toBe(true);
    };
    const token = new URL(await linkTo("/verify", person)).hash.replace("#token=", "");
    await send("POST", "/v1/auth/verify", { token });
    await send("PATCH", "/v1/me/preferences", { quietHours: null });
    const departureDate = dayAhead(66);
    await send("POST", "/v1/watches", { origin: "LHR", destination: "JFK", departureDate, rules: { target: "9000" } });
    const link = await linkTo("/do", person);
    taken();
    await page.goto(link);
    const booked = page.getByRole("button", { name: words.link.go.booked });
    await booked.waitFor();
    await look("what a link of a mail will do");
    expect(new URL(page.url()).hash).toBe("");
    expect(taken().filter((each) => each.includes("links"))).toEqual(["POST /v1/links/preview"]);
    await booked.click();
    await page.getByText(words.link.done.booked).waitFor();
    await look("what a link of a mail has done");
    await page.goto(`${url()}/do`);
    await page.getByText(words.link.dead).waitFor();
    await look("a dead link");
    await page.getByRole("link", { name: words.link.toWatches }).click();
    await page.getByRole("heading", { level: 1, name: "Watches" }).waitFor();
    await page.getByText("Ended", { exact: true }).first().waitFor();
    await close();
  });

  test("a watch is made with channels of its own, and its past says what became of an alert", async () => {
    const { page, context, look, close } = await visit({ person: await mint(url()) });
    await page.goto(`${url()}/watches/new?origin=LHR&destination=JFK&departureDate=${dayAhead(67)}`);
    await page.getByText("Where its messages go").click();
    await page.getByLabel(words.ofWatch.some).check();
    await page.getByText(words.ofWatch.choose).waitFor();
    const make = page.getByRole("button", { name: "Watch", exact: true });
    expect(await make.isDisabled()).toBe(true);
    await look("the channels of a watch that is being made");
    await page.getByLabel(words.ofWatch.none).check();
    await page.getByLabel("it costs at most").check();
    await page.locator("input[inputmode=decimal]").fill("9000");
    await make.click();
    await page.waitForURL(/\/watches\/wch_/);
    const { pathname } = new URL(page.url());
    const { channels } = await (await context.request.get(`${url()}/v1${pathname}`)).json();
    expect(channels).toEqual([]);
    const told = async () =>
      (await (await context.request.get(`${url()}/v1${pathname}/decisions?alerted=true`)).json()).items.length;
    await expect.poll(told, { timeout: 90_000, interval: 1_000 }).toBe(1);
    await page.goto(`${url()}${pathname}/why`);
    await page.getByText(words.fate.none).waitFor();
    await look("what became of an alert");
    await close();
  });

  test("a device is added, and what is pushed to it is read by its keys alone, and shown", async () => {
    const keys = createECDH("prime256v1");
    const p256dh = keys.generateKeys("base64url");
    const auth = randomBytes(16).toString("base64url");
    const pushed: Buffer[] = [];
    const service = createServer(async (request, response) => {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part as Buffer);
      pushed.push(Buffer.concat(parts));
      response.writeHead(201).end();
    }).listen(0, "127.0.0.1");
    await once(service, "listening");
    const endpoint = `http://127.0.0.1:${(service.address() as AddressInfo).port}/push/one`;
    const { page, context, look, close } = await visit({
      person: await mint(url()),
      prepare: (context) => context.grantPermissions(["notifications"], { origin: url() }),
    });
    try {
      // The push service of the browser is far away: another one, of this test, gives the address and the keys.
      await page.addInitScript(
        (subscription) => {
          PushManager.prototype.subscribe = async () => ({ toJSON: () => subscription }) as unknown as PushSubscription;
        },
        { endpoint, keys: { p256dh, auth } },
      );
      await page.goto(`${url()}/account/channels`);
      await page.getByRole("button", { name: words.add }).click();
      const sheet = page.getByRole("dialog");
      await sheet.getByRole("button", { name: new RegExp(`^${words.kinds.push}`) }).click();
      await look("before the browser asks for its permission");
      await sheet.getByLabel(words.name).fill("This browser");
      await sheet.getByRole("button", { name: words.push.allow }).click();
      await page.getByRole("button", { name: "Test: This browser" }).click();
      await expect.poll(() => pushed.length, { timeout: 20_000 }).toBe(1);
      const decrypt = (authSecret: string) =>
        ece.decrypt(pushed[0]!, { version: "aes128gcm", privateKey: keys, authSecret }).toString();
      expect(() => decrypt(randomBytes(16).toString("base64url"))).toThrow();
      const said = JSON.parse(decrypt(auth));
      expect(said).toMatchObject({ id: expect.stringMatching(/^msg_/), url: `${url()}/account/channels` });
      const { push, shown } = await workerOf(page, context);
      await push(JSON.stringify(said));
      await expect.poll(shown).toEqual([[said.title, said.text, said.id, said.url]]);
    } finally {
      service.close();
    }
    await close();
  });

  test("what is pushed is shown with its page, and an address elsewhere is not taken", async () => {
    const { page, context, close } = await visit({
      prepare: (context) => context.grantPermissions(["notifications"], { origin: url() }),
    });
    const { push, shown } = await workerOf(page, context);
    const alerts = `${url()}/alerts`;
    await push(JSON.stringify({ id: "msg_1", title: "£22", text: "Before: £31", url: `${url()}/watches/wch_1` }));
    await push(JSON.stringify({ id: "msg_2", title: "£23", text: "", url: "https://elsewhere.example/" }));
    await push("no JSON");
    await expect.poll(shown).toEqual([
      ["Travel Conductor", "", "", alerts],
      ["£22", "Before: £31", "msg_1", `${url()}/watches/wch_1`],
      ["£23", "", "msg_2", alerts],
    ]);
    await close();
  });
});
