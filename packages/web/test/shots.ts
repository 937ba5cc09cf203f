import { mkdirSync, rmSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { chromiumArguments, findChromium } from "@travel-conductor/local/testing/chromium";
import { chromium, type Page } from "playwright-core";
import { startProduct } from "./e2e/support/product.ts";
import { mint, type Person, settle, visit } from "./e2e/support/visitor.ts";
import { dayAhead, firstCheck, search, watchTrip } from "./e2e/support/walk.ts";

/**
 * Writes a picture of every screen into a folder (default `.data/shots`): at 390 and 1280 pixels, light and dark, each as
 * a person comes to it. `npm run shots [-- folder] [--bare]`; with `--bare` prices have no past.
 */
const root = fileURLToPath(new URL("../../..", import.meta.url));
const words = process.argv.slice(2);
const folder = resolve(root, words.find((word) => !word.startsWith("--")) ?? ".data/shots");
const data = resolve(root, ".data/shots-product");
const executablePath = findChromium();
if (!executablePath) throw new Error("No Chromium was found: CHROMIUM_PATH says where one is.");
mkdirSync(folder, { recursive: true });
rmSync(data, { recursive: true, force: true });

const product = await startProduct({ DATA_DIR: data }, words.includes("--bare") ? ["--bare"] : []);
const browser = await chromium.launch({ executablePath, args: chromiumArguments });
try {
  if (!words.includes("--bare")) await pastIsFilled(product.url);
  // A watch of a trip that was just checked is not checked again at once: each walk has a day of its own.
  let days = 60;
  for (const width of [390, 1280]) {
    for (const dark of [false, true]) {
      await walk(await mint(product.url), { width, height: width < 600 ? 844 : 900, dark }, dayAhead(days++));
    }
  }
  console.log(`The pictures are in ${folder}.`);
} finally {
  await browser.close();
  await product.stop();
  rmSync(data, { recursive: true, force: true });
}

async function pastIsFilled(url: string): Promise<void> {
  for (;;) {
    const { past } = (await (await fetch(`${url}/health`)).json()) as { past?: { state: string } };
    if (past?.state === "filled") return;
    await new Promise((done) => setTimeout(done, 500));
  }
}

async function walk(person: Person, size: { width: number; height: number; dark: boolean }, day: string) {
  const { page, close } = await visit(browser, product.url, { ...size, person });
  const take = picture(page, `${size.width}${size.dark ? "-dark" : ""}`);
  await take("home");
  await page.goto(`${product.url}/places/BCN?from=LON&currency=GBP`);
  await page.getByRole("heading", { level: 1, name: "Barcelona" }).waitFor();
  await take("place");
  await page.goto(product.url);
  await page.getByRole("button", { name: /^Who/ }).click();
  await take("party");
  await page.keyboard.press("Escape");
  // Of this journey the product has a past.
  await search(page, day, undefined, undefined, [
    ["london", "LON"],
    ["barcelo", "BCN"],
  ]);
  await take("results");
  await page.getByRole("button", { name: "Change the search" }).click();
  await page.getByRole("button", { name: /^Dates/ }).click();
  await page
    .getByRole("dialog")
    .getByText(/days have a known price/)
    .waitFor();
  await take("dates");
  await page.getByRole("dialog").getByRole("radio", { name: "3 nights" }).check();
  await page.getByRole("dialog").getByText("Prices of the days around").click();
  await page.getByRole("dialog").getByText("Days of departure across").waitFor();
  await page.getByRole("dialog").getByRole("table").last().scrollIntoViewIfNeeded();
  await take("dates-around");
  await page.getByRole("dialog").getByRole("radio", { name: "One way" }).check();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Search", exact: true }).click();
  await page
    .getByRole("link", { name: /^Choose/ })
    .first()
    .click();
  await page.getByText(/^This price holds until/).waitFor();
  await take("offer");
  await page.getByRole("link", { name: "Back" }).click();
  await page.getByRole("link", { name: "Watch this trip" }).click();
  await page.getByRole("checkbox", { name: "it costs at most" }).check();
  await take("new-watch");
  await page.getByRole("link", { name: "Search", exact: true }).click();
  await page.getByRole("link", { name: /\(LON\) – Barcelona \(BCN\)/ }).click();
  await watchTrip(page, "45");
  await firstCheck(page).waitFor();
  await take("watch");
  await page.getByRole("link", { name: "All decisions" }).click();
  await take("why");
  await page.getByRole("link", { name: "Watches", exact: true }).click();
  await take("watches");
  await page.getByRole("link", { name: /^Alerts/ }).click();
  await take("alerts");
  await page.getByRole("article").getByRole("heading").getByRole("link").first().click();
  await take("alert");
  await page.getByRole("link", { name: person.firstName }).click();
  await take("account");
  await page.getByRole("main").getByRole("link", { name: "Messages", exact: true }).click();
  await take("messages");
  await page.getByRole("link", { name: person.firstName }).click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("link", { name: "Sign in" }).click();
  await take("sign-in");
  await page.getByRole("main").getByRole("link", { name: "Make an account" }).click();
  await take("sign-up");
  await close();
}

/** Takes what is seen at once on a screen, without scrolling. */
function picture(page: Page, kind: string) {
  return async (name: string) => {
    await settle(page);
    await page.screenshot({ path: resolve(folder, `${name}-${kind}.png`) });
  };
}
