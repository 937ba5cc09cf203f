import { sql } from "@travel-conductor/core/base/db";
import { expect, test } from "vitest";
import { trips } from "../../src/words/en/trips.ts";
import { pluralOf } from "../../src/words/format.ts";
import { useProduct, withBrowser } from "./support/setup.ts";
import { mint } from "./support/visitor.ts";
import { dayAhead, english, search, watchTrip } from "./support/walk.ts";

const { book } = trips(pluralOf("en-GB"));

withBrowser("what a person has typed or seen", () => {
  const { visit, url } = useProduct();

  test("a wanted price can be emptied and typed anew, is saved as it was typed, and a second check says why not", async () => {
    const { page, look, expectStatus, close } = await visit({ person: await mint(url()) });
    await search(page, dayAhead(60));
    await page.getByRole("link", { name: "Watch this trip" }).click();
    await page.getByRole("checkbox", { name: "it costs at most" }).check();
    const price = page.getByRole("textbox", { name: "Price" });
    const suggested = await price.inputValue();
    expect(suggested).toMatch(/^\d+$/);
    await price.press("End");
    for (const _ of suggested) await price.press("Backspace");
    expect(await price.inputValue()).toBe("");
    await price.pressSequentially("20");
    expect(await price.inputValue()).toBe("20");
    await price.fill("");
    await page.getByRole("link", { name: english.tabs.search, exact: true }).click();

    await search(page, dayAhead(61));
    await watchTrip(page, "9000");
    await page.getByRole("textbox", { name: "Price" }).fill("25");
    const save = page.getByRole("button", { name: english.save, exact: true });
    await save.click();
    await page.getByRole("status").getByText(english.saved, { exact: true }).waitFor();
    expect(await save.isDisabled()).toBe(true);

    // Refused, as it was checked a moment ago: 429, which is not what the person did.
    expectStatus(429);
    await page.getByRole("button", { name: english.watch.checkNow }).click();
    await page.getByRole("alert").getByText(english.errors.codes["watch.checked"]!).waitFor();
    await look("a check that is too soon");
    await close();
  });

  test("a place's page leads to a watch, with the days to be chosen first", async () => {
    const { page, close } = await visit();
    await page.goto(`${url()}/places/BCN`);
    await page.getByRole("link", { name: "Watch this trip" }).first().click();
    const destination = page.getByRole("combobox", { name: english.form.destination, exact: true });
    await expect.poll(() => destination.inputValue()).toMatch(/BCN/);
    await page.getByRole("button", { name: english.form.chooseDates }).waitFor();
    await close();
  });

  test("another price than the one that was seen is said before anything is booked at it", async () => {
    const person = await mint(url());
    await sql`update users set email_verified = true where users.email = ${person.email}`;
    const { page, look, close } = await visit({ person });
    await search(page, dayAhead(62));
    await page.getByRole("article").first().getByRole("link").click();
    await page.route("**/v1/flights/offers/*", async (route) => {
      const response = await route.fetch();
      const answer = await response.json();
      const previousTotal = { ...answer.offer.total, amount: "1.00" };
      await route.fulfill({ response, json: { ...answer, change: "changed", previousTotal } });
    });
    await page.reload();
    await page.getByRole("link", { name: english.offer.book }).click();
    await page
      .getByRole("alert")
      .getByText(/The price has changed from £1\.00 to £/)
      .waitFor();
    await look("another price than was seen");
    expect(await page.getByRole("button", { name: book.next }).count()).toBe(0);
    await page.getByRole("button", { name: /^Book at £/ }).click();
    await page.getByRole("button", { name: book.next }).click();
    await page.reload();
    // Agreed to: it is not asked again.
    await page.getByRole("navigation").getByRole("button", { name: book.steps[0]! }).waitFor();
    expect(await page.getByText(/The price has changed/).count()).toBe(0);
    await close();
  });

  test("a double tap pauses a watch once, and what could not be marked as read is said", async () => {
    const { page, taken, look, expectStatus, close } = await visit({ person: await mint(url()) });
    await search(page, dayAhead(64));
    await watchTrip(page, "9000");
    taken();
    await page.getByRole("button", { name: english.watch.pause, exact: true }).dblclick();
    await page.getByRole("button", { name: english.watch.resume, exact: true }).waitFor();
    expect(taken().filter((request) => request.endsWith("/pause"))).toHaveLength(1);
    expect(await page.getByRole("alert").count()).toBe(0);

    await page.getByRole("link", { name: /^Alerts/ }).click();
    await page.getByRole("article").waitFor();
    await page.route("**/v1/alerts/read", (route) => route.fulfill({ status: 503, body: "" }), { times: 1 });
    expectStatus(503);
    const all = page.getByRole("button", { name: english.alerts.markAll });
    await all.click();
    await page.getByRole("alert").getByText(english.errors.server).waitFor();
    await look("alerts that could not be marked as read");
    await all.click();
    await all.waitFor({ state: "detached" });
    expect(await page.getByRole("alert").count()).toBe(0);
    // The address keeps what the list shows, for the way back to it.
    const onlyUnread = page.getByRole("checkbox", { name: english.alerts.onlyUnread });
    await onlyUnread.check();
    await page.getByText(english.alerts.empty).waitFor();
    await page.getByRole("link", { name: english.tabs.trips, exact: true }).click();
    await page.goBack();
    await expect.poll(() => onlyUnread.isChecked()).toBe(true);
    await close();
  });

  test("a next page that does not come says so, and can be asked for again", async () => {
    const { page, expectStatus, close } = await visit();
    await search(page, dayAhead(63));
    const more = page.getByRole("button", { name: english.more, exact: true });
    const isNext = (address: URL) => address.pathname === "/v1/flights" && address.searchParams.has("cursor");
    await page.route(isNext, (route) => route.fulfill({ status: 500, body: "" }), { times: 1 });
    expectStatus(500);
    // The list is whole some moments after its first offers.
    await more.waitFor();
    const before = await page.getByRole("article").count();
    await more.click();
    await page.getByRole("alert").getByText(english.errors.server).waitFor();
    expect(await page.getByRole("article").count()).toBe(before);
    await more.click();
    await expect.poll(() => page.getByRole("article").count()).toBeGreaterThan(before);
    expect(await page.getByRole("alert").count()).toBe(0);
    await close();
  });
});
