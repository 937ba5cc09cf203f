import { createServer, request as forward } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { useProduct, withBrowser } from "./support/setup.ts";
import { mint } from "./support/visitor.ts";
import { choosePlace, dayAhead, english, heathrow, search, watchTrip } from "./support/walk.ts";

/** Waits until the worker answers this page. */
const untilKept = (page: Page) =>
  expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null), { timeout: 30_000 }).toBe(true);

/** All that a thief of this browser's files could read: its storages, kept answers and the cookies a script can see. */
const kept = (page: Page) =>
  page.evaluate(async () => {
    const all: string[] = [JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage }), document.cookie];
    const names = (await indexedDB.databases()).map(({ name }) => name ?? "");
    for (const name of names) {
      const opened = await new Promise<IDBDatabase>((resolve, reject) => {
        const opening = indexedDB.open(name);
        opening.onsuccess = () => resolve(opening.result);
        opening.onerror = () => reject(opening.error);
      });
      for (const table of opened.objectStoreNames) {
        const rows = opened.transaction(table).objectStore(table).getAll();
        await new Promise((resolve) => {
          rows.onsuccess = resolve;
        });
        all.push(JSON.stringify(rows.result));
      }
      opened.close();
    }
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const asked of await cache.keys()) all.push(asked.url, (await (await cache.match(asked))?.text()) ?? "");
    }
    return all.join("\n");
  });

withBrowser("what a browser keeps", () => {
  const { visit, url } = useProduct();

  test("opens without a connection with what was seen last and its age, and forgets it all when the person leaves", async () => {
    const person = await mint(url());
    const { page, context, look, expectStatus, close } = await visit({ person });
    await search(page, dayAhead(60));
    await watchTrip(page, "9000");
    const watch = new URL(page.url()).pathname;
    await page.getByRole("navigation").getByRole("link", { name: english.tabs.watches, exact: true }).click();
    await page.getByRole("link", { name: /\(LHR\) – New York \(JFK\)/ }).waitFor();
    await untilKept(page);
    await expect.poll(() => kept(page), { timeout: 30_000 }).toContain(watch.split("/").at(-1));
    await expect.poll(() => kept(page), { timeout: 30_000 }).toContain('["watches","all"]');
    const secrets = (await context.cookies()).map(({ value }) => value);
    expect(secrets.length).toBeGreaterThan(0);
    for (const { name, httpOnly } of await context.cookies()) expect([name, httpOnly]).toEqual([name, true]);
    for (const secret of secrets) expect(await kept(page)).not.toContain(secret);

    await context.setOffline(true);
    await page.reload();
    await page.getByRole("link", { name: /\(LHR\) – New York \(JFK\)/ }).waitFor();
    await page.getByText(/^There is no connection. This is as of /).waitFor();
    await look("opened without a connection");
    await context.setOffline(false);
    await page.reload();
    await page.getByText(/^There is no connection/).waitFor({ state: "detached" });

    await page.getByRole("link", { name: person.firstName }).click();
    await page.getByRole("button", { name: english.account.signOut }).click();
    await page.getByRole("link", { name: english.account.signIn }).waitFor();
    await expect.poll(() => kept(page), { timeout: 30_000 }).not.toContain("wch_");
    expect(await kept(page)).not.toContain(person.email);
    expectStatus(401);
    await context.setOffline(true);
    await page.goBack();
    await page.reload();
    await page.getByRole("heading").first().waitFor();
    for (const one of [/\(LHR\) – New York \(JFK\)/, person.email, /^Ada$/])
      expect(await page.getByText(one).count()).toBe(0);
    await close();
  });

  // The product behind something that can make its worker a newer one.
  let newer = "";
  const between = createServer(({ method, url: path = "/", headers }, answer) => {
    const sent = forward(
      new URL(path, url()),
      { method, headers: { ...headers, "accept-encoding": "identity" } },
      (got) => {
        const { "content-length": _, etag: __, ...rest } = got.headers;
        answer.writeHead(got.statusCode ?? 502, rest);
        got.on("end", () => answer.end(path === "/sw.js" ? newer : "")).pipe(answer, { end: false });
      },
    );
    sent.end();
  });
  beforeAll(() => new Promise<void>((done) => void between.listen(0, "localhost", done)));
  afterAll(() => void between.close());

  test("a new version asks before it loads, and a form that is half filled stays as it is", async () => {
    const { port } = between.address() as AddressInfo;
    const { page, context, look, close } = await visit({ url: `http://localhost:${port}` });
    await untilKept(page);
    await choosePlace(page, english.form.origin, heathrow);
    const from = page.getByRole("combobox", { name: english.form.origin });
    const typed = await from.inputValue();
    newer = "\n// A newer version.";
    // A browser looks for one when a page of the site is opened.
    const other = await context.newPage();
    await other.goto(page.url());
    await page.getByText(english.newer.there).waitFor();
    await look("there is a new version");
    await expect.poll(() => from.inputValue()).toBe(typed);
    await other.getByText(english.newer.there).waitFor();
    await page.getByRole("button", { name: english.newer.load }).click();
    await page.getByText(english.newer.there).waitFor({ state: "detached" });
    await expect.poll(() => from.inputValue().catch(() => null), { timeout: 30_000 }).toBe("");
    // The other tab shows the old one until its person agrees as well.
    await other.getByRole("button", { name: english.newer.load }).click();
    await other.getByText(english.newer.there).waitFor({ state: "detached" });
    await close();
  });
});
