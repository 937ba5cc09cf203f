import type { BrowserContext, Page, Route } from "playwright-core";
import { expect, test } from "vitest";
import { useProduct, withBrowser } from "./support/setup.ts";
import { mint, settle } from "./support/visitor.ts";
import { dayAhead, english, search, watchTrip } from "./support/walk.ts";

/** A name as an attacker, a careless importer or a proud parent may write it. */
const hostile = `<img src=x onerror="hacked=1">\u202e\u2066 ${"W".repeat(300)} 👩‍👩‍👧‍👦🛫 ${"é".repeat(40)}`;

/** The answer with every name in it replaced, and every amount by one of twelve digits. */
function spoilt(answer: unknown): unknown {
  if (Array.isArray(answer)) return answer.map(spoilt);
  if (answer === null || typeof answer !== "object") return answer;
  const entries = Object.entries(answer).map(([key, value]) => {
    if (["name", "city", "firstName", "lastName"].includes(key) && typeof value === "string") return [key, hostile];
    return [key, key === "amount" ? "999999999999.99" : spoilt(value)];
  });
  return Object.fromEntries(entries);
}

/** Answers requests of the API with `change`d answers of the product's own. */
const spoil = (page: Page, path: string, change = spoilt) =>
  page.route(path, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: change(await response.json()) });
  });

withBrowser("trouble", () => {
  const { visit, url } = useProduct();

  test("after too many requests it counts down, and then asks again", async () => {
    const { page, look, expectStatus, close } = await visit();
    let refusals = 1;
    await page.route("**/v1/flights?*", (route) =>
      refusals-- > 0
        ? route.fulfill({
            status: 429,
            headers: { "retry-after": "15", "content-type": "application/problem+json" },
            body: JSON.stringify({ code: "limit.reached", title: "Too many requests", status: 429 }),
          })
        : route.continue(),
    );
    expectStatus(429);
    const searching = search(page, dayAhead(60));
    await expect.poll(() => page.getByRole("timer").textContent()).toMatch(/^\d+ seconds? left$/);
    const again = page.getByRole("button", { name: english.retry });
    expect(await again.isDisabled()).toBe(true);
    await look("counting down");
    await expect.poll(() => page.getByRole("timer").textContent(), { timeout: 30_000 }).toBe(english.errors.now);
    await again.click();
    await searching;
    await close();
  });

  test("while another journey is asked for, no offer of the one before stands under its name", async () => {
    const { page, look, close } = await visit();
    await search(page, dayAhead(62));
    const held: Route[] = [];
    let isHeld = true;
    await page.route("**/v1/flights?*", (route) => (isHeld ? void held.push(route) : route.continue()));
    await page.getByRole("button", { name: english.form.edit }).click();
    // Faster than the proposals: what is meant is taken when they are there.
    await page.getByRole("combobox", { name: english.form.destination }).fill("boston");
    await page.keyboard.press("Tab");
    const destination = page.getByRole("combobox", { name: english.form.destination, exact: true });
    await expect.poll(() => destination.inputValue(), { timeout: 30_000 }).toBe("Boston (BOS)");
    await page.getByRole("button", { name: english.form.search, exact: true }).click();
    await page.getByText(english.results.waiting).waitFor();
    expect(await page.getByRole("article").count()).toBe(0);
    isHeld = false;
    for (const route of held) await route.continue();
    await page.getByRole("heading", { name: /Boston \(BOS\)/ }).waitFor();
    await page.getByRole("article").first().waitFor();
    await look("results of the other journey");
    await close();
  });

  test("a place's name that comes while its field is chosen is replaced by what is typed, as its code was", async () => {
    const { page, close } = await visit();
    await search(page, dayAhead(63));
    const held: Route[] = [];
    await page.route("**/v1/airports?codes=JFK", (route) => void held.push(route));
    await page.getByRole("button", { name: english.form.edit }).click();
    const destination = page.getByRole("combobox", { name: english.form.destination, exact: true });
    await expect.poll(() => held.length).toBe(1);
    await destination.focus();
    expect(await destination.inputValue()).toBe("JFK");
    await held[0]?.continue();
    await expect.poll(() => destination.inputValue()).toBe("New York (JFK)");
    await page.keyboard.insertText("boston");
    await page.keyboard.press("Tab");
    await expect.poll(() => destination.inputValue()).toBe("Boston (BOS)");
    await close();
  });

  test("where no places come for what was typed, the field says so and shows the place before", async () => {
    const { page, expectStatus, close } = await visit();
    await search(page, dayAhead(61));
    await page.route("**/v1/airports?q=*", (route) =>
      route.fulfill({
        status: 504,
        headers: { "content-type": "application/problem+json" },
        body: JSON.stringify({ code: "service.timeout", title: "Gateway Timeout", status: 504 }),
      }),
    );
    expectStatus(504);
    await page.getByRole("button", { name: english.form.edit }).click();
    const destination = page.getByRole("combobox", { name: english.form.destination, exact: true });
    await destination.fill("boston");
    await page.getByText(english.form.placesFail).waitFor();
    await page.keyboard.press("Tab");
    await expect.poll(() => destination.inputValue()).toMatch(/JFK/);
    const reason = await destination.getAttribute("aria-describedby");
    expect(await page.locator(`[id="${reason}"]`).textContent()).toBe(english.form.placesFail);
    await page.getByText(english.form.placesFail).waitFor();
    await page.unroute("**/v1/airports?q=*");
    await destination.fill("bost");
    await expect.poll(() => page.getByText(english.form.placesFail).count()).toBe(0);
    await page.keyboard.press("Tab");
    await expect.poll(() => destination.inputValue()).toBe("Boston (BOS)");
    await close();
  });

  test("what is typed into a place's field is taken only where it is what a place is called", async () => {
    const { page, close } = await visit();
    const from = page.getByRole("combobox", { name: english.form.origin });
    const marked = page.locator("[role=option][aria-selected=true]");
    await from.fill("new yo");
    await page.keyboard.press("Enter");
    await expect.poll(() => from.inputValue()).toBe("New York (NYC)");
    // A guess is not marked: Enter shows which one it would take.
    await from.fill("new yokr");
    await page.getByRole("option", { name: "JFK" }).waitFor();
    expect(await marked.count()).toBe(0);
    await page.keyboard.press("Tab");
    await expect.poll(() => from.inputValue()).toBe("New York (NYC)");
    await from.fill("München");
    await page.getByRole("option", { name: "MUC" }).waitFor();
    await page.keyboard.press("Enter");
    await expect.poll(() => marked.textContent()).toContain("MUC");
    await page.keyboard.press("Enter");
    await expect.poll(() => from.inputValue()).toBe("Munich (MUC)");
    await close();
  });

  test("a server that fails, a proxy's page and a cut connection say what to do, and keep what was typed", async () => {
    const { page, look, expectStatus, close } = await visit({ person: await mint(url()) });
    await search(page, dayAhead(61));
    await page.getByRole("link", { name: "Watch this trip" }).click();
    await page.getByRole("checkbox", { name: "it costs at most" }).check();
    await page.getByRole("textbox", { name: "Price" }).fill("123");
    const title = "Something went wrong";
    const problem = JSON.stringify({ code: "internal", title, status: 500, requestId: "req_1" });
    const page502 = "<html><h1>502 Bad Gateway</h1><script>hacked=1</script></html>";
    const html = { "content-type": "text/html" };
    const answers = [
      { status: 500, headers: { "content-type": "application/problem+json" }, body: problem },
      { status: 502, headers: html, body: page502 },
      { status: 200, headers: html, body: page502 },
      null,
    ];
    expectStatus(500, 502);
    for (const answer of answers) {
      await page.route("**/v1/watches", (route) => (answer ? route.fulfill(answer) : route.abort("connectionreset")), {
        times: 1,
      });
      await page.getByRole("button", { name: "Watch", exact: true }).click();
      const said = answer ? english.errors.server : english.errors.cut;
      await page.getByRole("alert").getByText(said).waitFor();
      await expect.poll(() => page.getByRole("textbox", { name: "Price" }).inputValue()).toBe("123");
      expect(await page.evaluate("typeof hacked")).toBe("undefined");
    }
    await look("after the cut connection");
    await page.getByRole("button", { name: "Watch", exact: true }).click();
    await page.waitForURL(/watches\/wch_/);
    await close();
  });

  test("hostile names, prices of twelve digits and no flights at all are shown as what they are", async () => {
    const person = await mint(url());
    const { page, look, expectStatus, close } = await visit({ width: 320, height: 640, person });
    // The API compares no such price.
    expectStatus(422);
    await spoil(page, "**/v1/**");
    await page.reload();
    await search(page, dayAhead(62));
    await look("results with hostile names");
    await expect.poll(() => page.getByText("999,999,999,999.99").count()).toBeGreaterThan(0);
    await page
      .getByRole("link", { name: /^Choose/ })
      .first()
      .click();
    await page.getByRole("heading", { name: english.offer.title }).waitFor();
    await look("an offer with hostile names");
    await page.goBack();
    await page.getByRole("article").first().waitFor();
    expect(await page.evaluate("typeof hacked")).toBe("undefined");
    await page.unrouteAll({ behavior: "ignoreErrors" });
    await spoil(page, "**/v1/flights?*", (answer) => ({ ...(answer as object), items: [], nextCursor: null }));
    await page.getByRole("button", { name: english.form.edit }).click();
    await page.getByRole("button", { name: /^Who/ }).click();
    await page
      .getByRole("dialog")
      .getByRole("button", { name: /^One more: Adults/ })
      .click();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: english.form.search, exact: true }).click();
    await page.getByRole("heading", { name: english.results.none }).waitFor();
    await look("no flights");
    await close();
  });

  test("a screen whose files do not come says so, leaves the others, and comes with the page", async () => {
    const person = await mint(url());
    const prepare = (context: BrowserContext) =>
      context.addInitScript(() => {
        Object.defineProperty(navigator, "languages", { value: ["en-US@posix", "en-GB"] });
      });
    const { page, close } = await visit({ person, prepare });
    const toTrips = page.getByRole("link", { name: english.tabs.trips, exact: true });
    await toTrips.waitFor();
    await settle(page);
    await page.route("**/assets/*", (route) => route.abort());
    await toTrips.click();
    await page.getByRole("alert").getByText(english.errors.part).waitFor();
    await page.unroute("**/assets/*");
    await page.getByRole("link", { name: english.tabs.watches, exact: true }).click();
    await page.getByRole("heading", { level: 1, name: english.watches.title }).waitFor();
    await toTrips.click();
    await page.getByRole("button", { name: english.newer.load }).click();
    await page.getByRole("heading", { level: 1, name: "Trips" }).waitFor();
    await close();
  });

  test("where storage is refused, everything works for as long as the page is open", async () => {
    const person = await mint(url());
    const { page, look, close } = await visit({ prepare: refuseStorage });
    await page.getByRole("link", { name: english.account.signIn }).click();
    await page.getByLabel("E-mail").fill(person.email);
    await page.getByRole("textbox", { name: "Password" }).fill(person.password);
    await page.getByRole("main").getByRole("button", { name: english.account.signIn, exact: true }).click();
    await page.getByRole("link", { name: person.firstName }).waitFor();
    await page.getByRole("link", { name: english.tabs.search, exact: true }).click();
    await search(page, dayAhead(63));
    await watchTrip(page, "9000");
    await look("a watch without storage");
    await page.getByRole("navigation").getByRole("link", { name: english.tabs.watches, exact: true }).click();
    await page.getByRole("link", { name: /\(LHR\) – New York \(JFK\)/ }).waitFor();
    await close();
  });

  test.each([
    ["fast", 86_400_000],
    ["slow", -86_400_000],
  ])("a clock that is a day too %s searches and watches all the same", async (_, shift) => {
    const person = await mint(url());
    const { page, look, close } = await visit({
      person,
      prepare: (context) => context.addInitScript(shiftClock, shift),
    });
    await search(page, dayAhead(70 + shift / 86_400_000));
    await watchTrip(page, "9000");
    await look("a watch by a wrong clock");
    await page.getByRole("link", { name: /^Alerts/ }).click();
    await page.getByRole("article").waitFor();
    await close();
  });
});

/** What a browser does whose owner has forbidden this site to store anything. */
async function refuseStorage(context: { addInitScript: (script: () => void) => Promise<unknown> }): Promise<void> {
  await context.addInitScript(() => {
    const refuse = () => {
      throw new DOMException("The operation is insecure.", "SecurityError");
    };
    for (const name of ["localStorage", "sessionStorage", "indexedDB", "caches"])
      Object.defineProperty(window, name, { get: refuse });
    Object.defineProperty(ServiceWorkerContainer.prototype, "register", {
      value: () => Promise.reject(new DOMException("The operation is insecure.", "SecurityError")),
    });
  });
}

function shiftClock(shift: number): void {
  const Real = Date;
  const now = () => Real.now() + shift;
  globalThis.Date = class extends Real {
    constructor(...parts: number[]) {
      super(...((parts.length === 0 ? [now()] : parts) as [number]));
    }
    static override now = now;
  } as DateConstructor;
}
