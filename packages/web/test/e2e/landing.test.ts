import type { BrowserContext, Page } from "playwright-core";
import { expect, test } from "vitest";
import { useProduct, withBrowser } from "./support/setup.ts";
import { mint } from "./support/visitor.ts";
import { dayAhead, english, firstCheck } from "./support/walk.ts";

const journey = { origin: "LHR", destination: "JFK", departureDate: dayAhead(60), currency: "GBP" };
const results = `/search?${new URLSearchParams(journey)}`;

/** Keeps what is asked for from coming until it is let through. */
function hold(): { prepare: (context: BrowserContext, path: string) => Promise<unknown>; let: () => void } {
  let release: () => void = () => undefined;
  const wait = new Promise<void>((resolve) => {
    release = resolve;
  });
  return {
    prepare: (context, path) =>
      context.route(path, async (route) => {
        await wait;
        await route.continue();
      }),
    let: release,
  };
}

/** Marks the first heading, and says later whether it is still the same element. */
const markHeading = (page: Page) =>
  page.locator("main h1").evaluate((heading) => Object.assign(heading, { isMarked: true }));
const isMarked = (page: Page) => page.locator("main h1").evaluate((heading) => "isMarked" in heading);

withBrowser("what people land on", () => {
  const { visit, url } = useProduct();
  const client = "**/assets/client-*.js";

  test("results stand there before the client, which goes on with what is drawn", async () => {
    const held = hold();
    const prepare = (context: BrowserContext) => held.prepare(context, client);
    const { page, look, taken, close } = await visit({ prepare, url: url() + results });
    await page.getByRole("article").first().waitFor();
    await page.getByRole("heading", { level: 1, name: "London (LHR) to New York (JFK)" }).waitFor();
    await markHeading(page);
    held.let();
    await expect.poll(() => page.title()).toContain("London (LHR)");
    await expect.poll(() => page.getByRole("article").count()).toBeGreaterThan(4);
    expect(await isMarked(page)).toBe(true);
    await look("results");
    expect(taken().sort()).toEqual(["GET /v1/flights", "GET /v1/flights/insight"]);
    await page.getByRole("button", { name: english.form.edit }).click();
    await page.getByRole("button", { name: english.form.search, exact: true }).waitFor();
    await close();
  });

  test("they stand there in the reader's language", async () => {
    const held = hold();
    const prepare = (context: BrowserContext) => held.prepare(context, client);
    const { page, glance, close } = await visit({ locale: "de-DE", prepare, url: url() + results });
    await page.getByRole("heading", { level: 1, name: "London (LHR) nach New York (JFK)" }).waitFor();
    const seen = await page.locator("main").textContent();
    await markHeading(page);
    held.let();
    await expect.poll(() => page.title()).toContain("nach New York");
    expect(await isMarked(page)).toBe(true);
    expect(seen).not.toContain(english.results.watch);
    await glance("results in German");
    await close();
  });

  test("a watch stands there before the client, and can be paused then", async () => {
    const person = await mint(url());
    const first = await visit({ person });
    const made = await first.context.request.post(`${url()}/v1/watches`, {
      headers: { origin: url() },
      data: { ...journey, rules: { target: "9000" } },
    });
    const { id } = await made.json();
    await first.page.goto(`${url()}/watches/${id}`);
    await firstCheck(first.page).waitFor();
    await first.close();

    const [held, mark] = [hold(), hold()];
    const prepare = async (context: BrowserContext) => {
      await held.prepare(context, client);
      // What is loaded by itself may come later than the client.
      await mark.prepare(context, "**/assets/Mark-*.js");
      await context.route(`**/v1/watches/${id}`, async (route) => {
        if (route.request().method() !== "GET") return route.continue();
        const response = await route.fetch();
        await route.fulfill({ response, json: { ...(await response.json()), moved: { why: [] } } });
      });
    };
    const { page, look, close } = await visit({ person, prepare, url: `${url()}/watches/${id}` });
    await page.getByRole("heading", { level: 1, name: "London (LHR) – New York (JFK)" }).waitFor();
    await page.getByText(english.watch.history, { exact: true }).waitFor();
    await markHeading(page);
    held.let();
    await firstCheck(page).waitFor();
    expect(await isMarked(page)).toBe(true);
    mark.let();
    await page.getByText("From the old site").waitFor();
    expect(await page.getByText(/^Next check /).count()).toBe(1);
    await look("a watch");
    await page.getByRole("button", { name: english.watch.pause }).click();
    await page.getByRole("button", { name: english.watch.resume }).waitFor();
    await close();
  });

  test("a late answer is waited for by the client, and drawn once", async () => {
    const held = hold();
    const prepare = (context: BrowserContext) => held.prepare(context, "**/v1/flights?*");
    const { page, look, close } = await visit({ prepare, url: url() + results });
    await page.getByText(english.results.waiting).waitFor();
    held.let();
    await page.getByRole("article").first().waitFor();
    expect(await page.getByRole("heading", { level: 1 }).count()).toBe(1);
    await look("late results");
    await close();
  });

  test("a watch that is not there is said to be so", async () => {
    const person = await mint(url());
    const { page, expectStatus, close } = await visit({
      person,
      url: `${url()}/watches/wch_00000000000000000000000000`,
    });
    expectStatus(404);
    await page.getByRole("alert").waitFor();
    await close();
  });
});
