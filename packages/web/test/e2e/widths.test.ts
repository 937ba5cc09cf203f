import { expect, test } from "vitest";
import { settings as settingsOf } from "../../src/words/en/settings.ts";
import { pluralOf } from "../../src/words/format.ts";
import { useProduct, withBrowser } from "./support/setup.ts";
import { mint } from "./support/visitor.ts";
import { dayAhead, english, search, watchTrip } from "./support/walk.ts";

const settings = settingsOf(pluralOf("en-GB"));

withBrowser("every screen", () => {
  const { visit, url } = useProduct();

  test.each([
    { width: 320, height: 640, dark: false, days: 60 },
    { width: 390, height: 844, dark: true, days: 61 },
    { width: 1280, height: 900, dark: false, days: 62 },
  ])("is sound at $width pixels (dark: $dark)", async ({ width, height, dark, days }) => {
    const { page, look: looked, glance, close } = await visit({ width, height, dark, person: await mint(url()) });
    // Axe judges the layout of the phone and that of the desk; 320 pixels is the phone's, only narrower.
    const look = width === 320 ? glance : looked;
    await page.getByRole("button", { name: /^Who/ }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: /^One more: Children/ }).click();
    await look("the party");
    await dialog.getByRole("button", { name: /^One less: Children/ }).click();
    await page.keyboard.press("Escape");
    await search(page, dayAhead(days));
    await page.getByRole("button", { name: "Change the search" }).click();
    await page.getByRole("button", { name: /^Dates/ }).click();
    await page.getByRole("dialog").getByRole("grid").first().waitFor();
    await dialog.getByRole("radio", { name: "3 nights" }).check();
    await dialog.getByText("Prices of the days around").click();
    const around = dialog.getByRole("table", { name: "Prices of the days around" });
    const pair = around.getByRole("button", { pressed: true });
    await pair.focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Enter");
    await expect.poll(() => pair.evaluate((button) => button === document.activeElement)).toBe(true);
    await dialog.getByRole("radio", { name: "2 nights" }).waitFor();
    await look("the calendar");
    await dialog.getByRole("radio", { name: "One way" }).check();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Search", exact: true }).click();
    // The results before, and their filters, are gone with the form.
    await page.getByRole("button", { name: "Change the search" }).waitFor();
    if (width < 960) await page.getByText("Filters", { exact: true }).click();
    await page.getByLabel("With a checked bag").waitFor();
    await look("results with filters");
    await page
      .getByRole("link", { name: /^Choose/ })
      .first()
      .click();
    await page.getByText(/^This price holds until/).waitFor();
    await look("an offer");
    await page.getByRole("link", { name: "Back" }).click();
    await watchTrip(page, "9000");
    await look("a watch");
    await page.getByRole("link", { name: "All decisions" }).click();
    await page.getByRole("heading", { name: "Why it told you, or not" }).waitFor();
    await look("why");
    await page.getByRole("link", { name: "Watches", exact: true }).click();
    await page.getByRole("link", { name: /\(LHR\) – New York \(JFK\)/ }).waitFor();
    await look("watches");
    await page.getByRole("link", { name: /^Alerts/ }).click();
    await page.getByRole("article").waitFor();
    await look("alerts");
    await page.getByRole("article").getByRole("heading").getByRole("link").click();
    await page.getByRole("heading", { name: "What to do" }).waitFor();
    await look("an alert");
    await page.getByRole("link", { name: "Trips", exact: true }).click();
    await page.getByRole("heading", { level: 1, name: "Trips" }).waitFor();
    await page.getByRole("main").getByRole("button").waitFor();
    await look("no trips");
    await page.getByRole("link", { name: "Ada" }).click();
    await page.getByRole("button", { name: "Sign out" }).waitFor();
    await look("the account");
    for (const part of [
      "profile",
      "preferences",
      "travelers",
      "channels",
      "payment-methods",
      "security",
      "sessions",
      "keys",
      "data",
    ] as const) {
      const title = settings.parts[part];
      await page.getByRole("main").getByRole("link", { name: title, exact: true }).click();
      await page.getByRole("heading", { level: 1, name: title, exact: true }).waitFor();
      await look(`the account: ${title}`);
      if (width < 960) await page.getByRole("link", { name: "Account" }).click();
    }
    if (width >= 960) await page.getByRole("link", { name: "Ada" }).click();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("link", { name: "Sign in" }).click();
    await look("sign-in");
    await page.getByRole("link", { name: "Password forgotten?" }).click();
    await look("a forgotten password");
    expect(await page.getByText("Ada").count()).toBe(0);
    await close();
  });

  test("a long name and an alert of many places keep their words whole at 320 pixels", async () => {
    const { page, look, close } = await visit({
      width: 320,
      height: 640,
      person: await mint(url(), "Wolfeschlegelstein"),
    });
    const made = await page.evaluate(
      async ([departureFrom, departureTo]) => {
        const places = { origin: ["LON", "PAR", "ROM", "MAD"], destination: ["BCN", "LIS"] };
        const body = { ...places, departureFrom, departureTo, currency: "EUR", rules: { target: "9000" } };
        const headers = { "content-type": "application/json" };
        return (await fetch("/v1/watches", { method: "POST", headers, body: JSON.stringify(body) })).status;
      },
      [dayAhead(60), dayAhead(62)],
    );
    expect(made).toBe(201);
    await page.getByRole("link", { name: english.name }).waitFor();
    const heightOf = async (name: string) => (await page.getByRole("link", { name }).boundingBox())?.height ?? 0;
    // One line or two: its words are not broken.
    expect(await heightOf(english.name)).toBeLessThan(60);
    await expect
      .poll(
        async () => {
          await page.goto(`${url()}/alerts`);
          return page
            .getByRole("article")
            .waitFor({ timeout: 3_000 })
            .then(
              () => true,
              () => false,
            );
        },
        { timeout: 60_000 },
      )
      .toBe(true);
    const route = page.getByRole("article").getByRole("heading");
    expect((await route.boundingBox())?.width).toBeGreaterThan(200);
    await look("an alert of many places");
    await route.getByRole("link").click();
    await page.getByRole("heading", { name: "What to do" }).waitFor();
    for (const fact of await page.locator("dd").all()) expect((await fact.boundingBox())?.width).toBeGreaterThan(100);
    await close();
  });
});
