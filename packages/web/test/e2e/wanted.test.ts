import { expect, test } from "vitest";
import { useProduct, withBrowser } from "./support/setup.ts";
import { mint } from "./support/visitor.ts";
import { choosePlace, dayAhead, search } from "./support/walk.ts";

withBrowser("a watch of more days and places", () => {
  const { visit, url } = useProduct();

  test("is made of a window of days and a second airport", async () => {
    const { page, look, close } = await visit({ person: await mint(url()) });
    await search(page, dayAhead(60));
    await page.getByRole("link", { name: "Watch this trip" }).click();
    await page.getByText("More days or places").click();
    await page.getByRole("radio", { name: "Any day in a window" }).check();
    await page.getByLabel("Leave from").fill(dayAhead(59));
    await page.getByLabel("Leave until").fill(dayAhead(61));
    await choosePlace(page, "Also from", ["Gatwick", "LGW"]);
    await page.getByRole("button", { name: /^Without London/ }).waitFor();
    await look("a watch of a window and two airports");
    await page.getByRole("button", { name: "Watch", exact: true }).click();
    await page.waitForURL(/watches\/wch_/);
    await page.getByText(/leaving .* to /).waitFor();
    const id = page.url().split("/").at(-1);
    const watch = await page.evaluate(async (of) => (await fetch(`/v1/watches/${of}`)).json(), id);
    expect(watch).toMatchObject({ fares: 6, departureFrom: dayAhead(59), departureTo: dayAhead(61) });
    expect(watch.origin).toHaveLength(2);
    await close();
  });
});
