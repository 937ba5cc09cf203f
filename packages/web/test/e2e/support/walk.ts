import type { Page } from "playwright-core";

/** A day so many days ahead, as `YYYY-MM-DD` of UTC's calendar. */
export const dayAhead = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

/** How a calendar names a day to those who hear it: `Sunday 24 January 2027`. */
export const longDay = (day: string, locale = "en-GB") =>
  new Intl.DateTimeFormat(locale, {
    weekday: "long",
    day: "numeric",
    month: "long",
    year: "numeric",
    timeZone: "UTC",
  }).format(new Date(day));

/** Types a place as a person does, and takes the first that is offered. */
export async function choosePlace(page: Page, label: string, text: string, option: RegExp): Promise<void> {
  await page.getByRole("combobox", { name: label }).click();
  await page.keyboard.type(text, { delay: 25 });
  await page.getByRole("option", { name: option }).first().click();
}

/** Opens the calendar, goes on to the day's month, and chooses it. */
export async function chooseDay(page: Page, day: string): Promise<void> {
  await page.getByRole("button", { name: /^Dates/ }).click();
  const dialog = page.getByRole("dialog", { name: "When?" });
  const wanted = dialog.getByRole("button", { name: new RegExp(`^${longDay(day)}`) });
  await dialog.getByRole("grid").waitFor();
  while ((await wanted.count()) === 0) await dialog.getByRole("button", { name: "Go to the Next Month" }).click();
  await wanted.click();
  await dialog.getByRole("button", { name: "Done" }).click();
}

/** From the first page to the results of a search, one way, one adult. */
export async function search(page: Page, from: [string, RegExp], to: [string, RegExp], day: string): Promise<void> {
  await choosePlace(page, "From", ...from);
  await choosePlace(page, "To", ...to);
  await chooseDay(page, day);
  await page.getByRole("button", { name: "Search", exact: true }).click();
  await page.getByRole("article").first().waitFor();
}

export const heathrow: [string, RegExp] = ["heathr", /LHR/];
export const kennedy: [string, RegExp] = ["new yo", /JFK/];
