import type { Locator, Page } from "playwright-core";
import { en } from "../../../src/words/en.ts";
import { pluralOf } from "../../../src/words/format.ts";

export const english = en(pluralOf("en-GB"));

/** A day so many days ahead, as `YYYY-MM-DD` of UTC's calendar. */
export const dayAhead = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

/** How the browser names a day in a calendar: `Sunday 24 January 2027`. */
export const longDay = (page: Page, day: string, locale = "en-GB") =>
  page.evaluate(
    ([day, locale]) =>
      new Intl.DateTimeFormat(locale, {
        weekday: "long",
        day: "numeric",
        month: "long",
        year: "numeric",
        timeZone: "UTC",
      }).format(new Date(day)),
    [day, locale] as [string, string],
  );

/** Enters a place in one go, as a phone's keyboard does, and takes the one that is offered with this code. */
export async function choosePlace(page: Page, label: string, [text, code]: [string, string]): Promise<void> {
  await page.getByRole("combobox", { name: label }).click();
  await page.keyboard.insertText(text);
  await page.getByRole("option", { name: code }).first().click();
}

/** Goes on to the day's month in the open calendar, and chooses the day. */
export async function chooseDay(page: Page, day: string, words = english, locale?: string): Promise<void> {
  const dialog = page.getByRole("dialog", { name: words.dates.title });
  const wanted = dialog.getByRole("button", { name: await longDay(page, day, locale) });
  await dialog.getByRole("grid").first().waitFor();
  while ((await wanted.count()) === 0) await dialog.getByRole("button", { name: words.dates.next }).click();
  await wanted.click();
  await dialog.getByRole("button", { name: words.dates.done }).click();
}

/** From the first page to the results of a search, one way, one adult. */
export async function search(
  page: Page,
  day: string,
  words = english,
  locale?: string,
  [from, to] = [heathrow, kennedy],
): Promise<void> {
  await choosePlace(page, words.form.origin, from);
  await choosePlace(page, words.form.destination, to);
  await page.getByRole("button", { name: words.form.chooseDates }).click();
  await chooseDay(page, day, words, locale);
  await page.getByRole("button", { name: words.form.search, exact: true }).click();
  await page.getByRole("article").first().waitFor();
}

/** From the results to the page of a watch with this wanted price, whose first check has come. */
export async function watchTrip(page: Page, target: string): Promise<void> {
  await page.getByRole("link", { name: "Watch this trip" }).click();
  await page.getByRole("checkbox", { name: "it costs at most" }).check();
  await page.getByRole("textbox", { name: "Price" }).fill(target);
  await page.getByRole("button", { name: "Watch", exact: true }).click();
  await firstCheck(page).waitFor({ timeout: 30_000 });
}

/** The first of the decisions on the page of a watch. */
export const firstCheck = (page: Page) => page.getByText(/^(Told you|Silent)$/).first();

/** Signs in by hand, on the page that asks for it. */
export async function signIn(page: Page, { email, password }: { email: string; password: string }): Promise<void> {
  await page.getByLabel("E-mail").fill(email);
  await page.getByRole("textbox", { name: "Password" }).fill(password);
  await page.getByRole("main").getByRole("button", { name: "Sign in", exact: true }).click();
}

/** Presses Tab until something has the focus. */
export async function tabTo(page: Page, wanted: Locator): Promise<void> {
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press("Tab");
    if ((await wanted.count()) === 0) continue;
    if (await wanted.first().evaluate((element) => element === document.activeElement)) return;
  }
  throw new Error(`The keyboard does not reach ${wanted}`);
}

export const heathrow: [string, string] = ["heathr", "LHR"];
export const kennedy: [string, string] = ["new yo", "JFK"];
