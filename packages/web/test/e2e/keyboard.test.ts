import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { useProduct, withBrowser } from "./support/setup.ts";
import { mint } from "./support/visitor.ts";
import { firstCheck, tabTo } from "./support/walk.ts";

/** The option that Enter takes. */
const chosen = async (page: Page) => (await page.locator("[role=option][aria-selected=true]").textContent()) ?? "";

withBrowser("a person with a keyboard alone", () => {
  const { visit, url } = useProduct();

  test("searches, watches, reads the alert and deletes the watch", async () => {
    const { page, look, close } = await visit({ width: 1280, height: 900, person: await mint(url()) });
    const keyboard = page.keyboard;
    await keyboard.press("Tab");
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe("Skip to the content");
    await look("the way to the content");
    await keyboard.press("Enter");
    await tabTo(page, page.getByRole("combobox", { name: "From" }));
    await keyboard.type("heathr", { delay: 25 });
    await page.getByRole("option", { name: "LHR" }).waitFor();
    await look("places to choose from");
    await keyboard.press("Enter");
    await tabTo(page, page.getByRole("combobox", { name: "To" }));
    await keyboard.type("new yo", { delay: 25 });
    await page.getByRole("option", { name: "JFK" }).waitFor();
    for (let n = 0; n < 9 && !(await chosen(page)).includes("JFK"); n++) await keyboard.press("ArrowDown");
    await keyboard.press("Enter");
    await tabTo(page, page.getByRole("button", { name: /^Dates/ }));
    await keyboard.press("Enter");
    await page.getByRole("dialog", { name: "When?" }).getByRole("grid").first().waitFor();
    await tabTo(page, page.locator("table button[tabindex='0']"));
    await keyboard.press("PageDown");
    await keyboard.press("PageDown");
    await keyboard.press("Enter");
    await tabTo(page, page.getByRole("button", { name: "Done" }));
    await keyboard.press("Enter");
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toMatch(/^Dates: /);
    await tabTo(page, page.getByRole("button", { name: "Search", exact: true }));
    await keyboard.press("Enter");
    await page.getByRole("article").first().waitFor();
    await look("results");

    await tabTo(page, page.getByRole("link", { name: "Watch this trip" }));
    await keyboard.press("Enter");
    await tabTo(page, page.getByRole("checkbox", { name: "it costs at most" }));
    await keyboard.press("Space");
    await tabTo(page, page.getByRole("textbox", { name: "Price" }));
    await keyboard.press("ControlOrMeta+A");
    await keyboard.type("9000");
    await tabTo(page, page.getByRole("button", { name: "Watch", exact: true }));
    await keyboard.press("Enter");
    await firstCheck(page).waitFor({ timeout: 30_000 });

    await tabTo(page, page.getByRole("button", { name: "Delete" }));
    await keyboard.press("Enter");
    await page.getByRole("dialog", { name: "Delete this watch?" }).waitFor();
    await look("the question before deleting");
    await keyboard.press("Escape");
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe("Delete");

    await tabTo(page, page.getByRole("link", { name: /^Alerts/ }));
    await keyboard.press("Enter");
    await page.getByRole("article").waitFor();
    await tabTo(page, page.getByRole("link", { name: "Open the watch" }));
    await keyboard.press("Enter");
    await tabTo(page, page.getByRole("button", { name: "Delete" }));
    await keyboard.press("Enter");
    await tabTo(page, page.getByRole("dialog").getByRole("button", { name: "Delete" }));
    await keyboard.press("Enter");
    await page.getByText("Nothing is watched yet.").waitFor();
    await look("no watch any more");
    await close();
  });

  test("the focus stays in the content when what a dialog removed is gone with the dialog's button", async () => {
    const { page, close } = await visit({ person: await mint(url()) });
    await page.goto(`${url()}/account/channels`);
    await page.getByRole("button", { name: /^Remove/ }).click();
    const remove = page.getByRole("dialog").getByRole("button", { name: "Remove" });
    await remove.click();
    await remove.waitFor({ state: "detached" });
    await page.getByRole("button", { name: /^Remove/ }).waitFor({ state: "detached" });
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe("content");
    await close();
  });

  test("a new screen begins at its top, with the focus at its heading; the way back leads to where one was", async () => {
    const { page, close } = await visit();
    const state = () =>
      page.evaluate(() => ({ at: Math.round(scrollY), focus: document.activeElement?.textContent ?? "" }));
    await page.getByRole("link", { name: "Privacy" }).click();
    await expect.poll(state).toEqual({ at: 0, focus: "Privacy" });
    const terms = page.getByRole("link", { name: "Terms" });
    await terms.scrollIntoViewIfNeeded();
    const { at } = await state();
    expect(at).toBeGreaterThan(0);
    await terms.click();
    await page.getByRole("heading", { level: 1, name: "Terms" }).waitFor();
    await expect.poll(state).toEqual({ at: 0, focus: "Terms" });
    await page.goBack();
    await expect.poll(state).toEqual({ at, focus: "Privacy" });
    // A field that asks for the focus has it.
    await page.getByRole("link", { name: "Find", exact: true }).click();
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute("name"))).toBe("q");
    await close();
  });
});
