import { expect, test } from "vitest";
import { useProduct, withBrowser } from "./support/setup.ts";
import { settle } from "./support/visitor.ts";
import { chooseDay, choosePlace, dayAhead, heathrow, kennedy } from "./support/walk.ts";

withBrowser("a stranger with a phone", () => {
  const { visit } = useProduct();

  test("searches, makes an account, watches, and reads the first alert", async () => {
    const { page, taken, look, close } = await visit();
    await look("home");
    expect(taken(), "a stranger's home asks nothing").toEqual([]);

    await choosePlace(page, "From", heathrow);
    await choosePlace(page, "To", kennedy);
    await look("places are chosen");
    expect(taken(), "one request each").toEqual(["GET /v1/airports", "GET /v1/airports"]);
    await page.getByRole("button", { name: /^Dates/ }).click();
    const dialog = page.getByRole("dialog", { name: "When?" });
    await dialog.getByText(/days have a known price/).waitFor();
    await look("the calendar");
    await chooseDay(page, dayAhead(60));
    await settle(page);
    taken();

    await page.getByRole("button", { name: "Search", exact: true }).click();
    await page.getByRole("article").first().waitFor();
    await look("results");
    expect(taken()).toEqual(["GET /v1/flights", "GET /v1/flights/insight"]);

    await page.getByRole("link", { name: "Watch this trip" }).click();
    await look("a new watch of a stranger");
    await page.getByRole("main").getByRole("link", { name: "Make an account" }).click();
    await look("sign-up");
    await page.getByLabel("First name").fill("Ada");
    await page.getByLabel("E-mail").fill("stranger@example.com");
    await page.getByRole("textbox", { name: "Password" }).fill("nine small green boats");
    await page.getByRole("button", { name: "Make an account" }).click();

    await page.getByRole("checkbox", { name: "it costs at most" }).check();
    await page.getByRole("textbox", { name: "Price" }).fill("9000");
    await look("the rules of a new watch");
    taken();
    await page.getByRole("button", { name: "Watch", exact: true }).click();
    await page.getByText("Told you").first().waitFor({ timeout: 20_000 });
    await look("the watch after its first check");

    await page.getByRole("link", { name: /^Alerts/ }).click();
    await page.getByRole("article").waitFor();
    await look("alerts");
    await page.getByRole("button", { name: "Mark all as read" }).click();
    await expect.poll(() => page.getByRole("link", { name: /^Alerts/ }).textContent()).toBe("Alerts");
    await page.getByRole("link", { name: "Why" }).click();
    await page.getByText(/was already true/).waitFor();
    await look("why");

    taken();
    await page.getByRole("link", { name: "Watches", exact: true }).click();
    await page.getByRole("link", { name: /\(LHR\) – New York \(JFK\)/ }).waitFor();
    await look("watches");
    expect(taken()).toEqual(["GET /v1/watches"]);
    await close();
  });
});
