import { simulatedMarket } from "@travel-conductor/core/flight";
import { fillPast } from "@travel-conductor/core/sweep";
import type { BrowserContext, Route } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { useProduct, withBrowser } from "./support/setup.ts";
import { mint } from "./support/visitor.ts";
import { dayAhead, search, watchTrip } from "./support/walk.ts";

const journey = {
  origin: "LHR",
  destination: "JFK",
  departureDate: dayAhead(60),
  returnDate: null,
  adults: 1,
  childAges: [],
  infants: 0,
  cabin: "economy" as const,
  maxStops: null,
  // Of the browser's region.
  currency: "GBP",
};

withBrowser("a watch with a past", () => {
  const { visit, url } = useProduct();
  beforeAll(async () => {
    await fillPast(await simulatedMarket(), [{ days: 90, criteria: journey }], new Date());
  });

  test("shows its prices to eye and keyboard, tries rules on them, and gives a reason for each silence", async () => {
    const person = await mint(url());
    const { page, look, close } = await visit({ width: 1280, height: 900, dark: true, person });
    await search(page, journey.departureDate);
    await page.getByText(/^Usually /).waitFor();
    await watchTrip(page, "9000");
    const watch = new URL(page.url()).pathname;
    const plot = page.getByRole("slider", { name: "Price history" });
    await expect.poll(() => plot.getAttribute("aria-valuemax")).toMatch(/^[89]\d$/);
    await look("a watch with a past");
    const said = async (key: string) => {
      await page.keyboard.press(key);
      return plot.getAttribute("aria-valuetext");
    };
    await plot.focus();
    const first = await said("Home");
    const second = await said("ArrowRight");
    expect(second).not.toBe(first);
    expect(await said("ArrowLeft")).toBe(first);
    await said("PageUp");
    expect(await said("PageDown")).toBe(first);
    const last = await said("End");
    expect(last).toContain("Told you");
    await page.getByText("Show as a table").click();
    await expect.poll(() => page.getByRole("row").count()).toBeGreaterThan(80);
    await look("the table of its past");
    await page.getByRole("checkbox", { name: "it costs at most" }).focus();
    const would = page.getByText(/^It would have told you/);
    await would.waitFor();
    // The plot beside the rules has a triangle for each time.
    const times = Number(/(\d+) times/.exec((await would.textContent()) ?? "")?.[1] ?? 1);
    const triangles = page.getByRole("region", { name: "What this would have done" }).locator('path[d$="l6 10h-12z"]');
    await expect.poll(() => triangles.count()).toBe(times);
    await look("rules that are tried");

    await plot.focus();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Why it told you, or not" }).waitFor();
    await page.getByText(/was already true/).waitFor();
    await page.getByText("London (LHR) – New York (JFK)").waitFor();
    await look("why");
    await page.getByRole("link", { name: "Not told", exact: true }).click();
    await expect.poll(() => page.getByText("Told you", { exact: true }).count()).toBe(0);
    await look("why it was silent");
    await page.getByRole("link", { name: "Told", exact: true }).click();
    await page.getByText("Told you", { exact: true }).first().waitFor();
    // The line is of the fare, which has been priced for longer than this watch is there: its first day is named.
    await page.goto(`${url()}/watches`);
    await page.getByText(/(since|as on) \d+ \w+$/).waitFor();
    const kept = await page.evaluate(() => Object.entries(localStorage));
    await close();

    // Each opened by its address in a browser that knows the person, and nothing else yet.
    const prepare = (context: BrowserContext) =>
      context.addInitScript((kept) => {
        for (const [name, value] of kept) localStorage.setItem(name, value);
      }, kept);
    const one = `GET /v1${watch}`;
    for (const [path, asks] of [
      ["/", ["GET /v1/watches"]],
      [watch, [one, `${one}/overview`]],
      [`${watch}/why`, [`${one}/decisions`]],
      ["/watches", ["GET /v1/watches"]],
      ["/alerts", ["GET /v1/alerts"]],
    ] as const) {
      const cold = await visit({ person, prepare, url: url() + path });
      await cold.glance(path);
      expect(cold.taken().sort(), path).toEqual(asks);
      await cold.close();
    }
  });

  test("the button of a new watch is where it was when late answers come, also in the middle of a press", async () => {
    const { page, look, close } = await visit({ person: await mint(url()) });
    const held: Route[] = [];
    const hold = (route: Route) => void held.push(route);
    const letThrough = () => Promise.all(held.splice(0).map((route) => route.continue()));
    await page.route("**/v1/flights/insight?*", hold, { times: 1 });
    await page.route("**/v1/watches/simulate", hold, { times: 1 });
    const { origin, destination, departureDate, currency } = journey;
    await page.goto(`${url()}/watches/new?${new URLSearchParams({ origin, destination, departureDate, currency })}`);
    await expect.poll(() => held.length).toBeGreaterThan(0);
    const watch = page.getByRole("button", { name: "Watch", exact: true });
    // The form comes with the comparison that stands above it.
    expect(await watch.count()).toBe(0);
    await letThrough();
    await page.getByText(/^Usually /).waitFor();
    await watch.hover();
    await expect.poll(() => held.length).toBe(1);
    await page.mouse.down();
    await letThrough();
    await page.getByText(/^It would/).waitFor();
    await page.mouse.up();
    await page.waitForURL(/watches\/wch_/);
    await look("a watch that was made in the middle of an answer");
    await close();
  });
});
