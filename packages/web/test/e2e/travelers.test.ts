import { expect, test } from "vitest";
import { travelers as travelersOf } from "../../src/words/en/travelers.ts";
import { useProduct, withBrowser } from "./support/setup.ts";
import { mint } from "./support/visitor.ts";
import { dayAhead } from "./support/walk.ts";

const words = travelersOf();
const zone = "P<D<<MUSTERMANN<<ERIKA<<<<<<<<<<<<<<<<<<<<<<\nC01X00T478D<<6408125F2702283<<<<<<<<<<<<<<<4";

/** All that the page keeps in the browser, as text. */
async function stored(): Promise<string> {
  const texts = [JSON.stringify(localStorage), JSON.stringify(sessionStorage)];
  const done = <T>(request: IDBRequest<T>) =>
    new Promise<T>((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  for (const { name = "" } of await indexedDB.databases()) {
    const opened = await done(indexedDB.open(name));
    for (const table of opened.objectStoreNames)
      texts.push(JSON.stringify(await done(opened.transaction(table).objectStore(table).getAll())));
    opened.close();
  }
  return texts.join("\n");
}

withBrowser("travelers", () => {
  const { visit, url } = useProduct();

  test("a traveler is added with documents, changed, warned of and removed; nothing of it stays in the browser", async () => {
    const { page, look, expectStatus, close } = await visit({ person: await mint(url()) });
    await page.getByRole("link", { name: "Ada" }).click();
    await page.getByRole("main").getByRole("link", { name: "Travelers", exact: true }).click();
    await page.getByText(words.none).waitFor();
    await look("no travelers");

    await page.getByRole("button", { name: words.add }).click();
    const sheet = page.getByRole("dialog");
    await sheet.getByLabel(words.fields.givenName).fill("Erika");
    await sheet.getByLabel(words.fields.familyName).fill("Mustermann 2");
    await sheet.getByLabel(words.fields.bornOn).fill("1964-08-12");
    await sheet.getByLabel(words.fields.phone).fill("+1 555 123 4567");
    await sheet.getByRole("button", { name: words.loyalty.add }).click();
    await sheet.getByLabel(words.loyalty.airline).fill("lh");
    await sheet.getByLabel(words.loyalty.number, { exact: true }).fill("992001234567890");
    expectStatus(422);
    await sheet.getByRole("button", { name: words.add }).click();
    await sheet.getByText("Letters, spaces, hyphens and apostrophes only.").waitFor();
    await look("a fault at a name");
    await sheet.getByLabel(words.fields.familyName).fill("Mustermann");
    await sheet.getByRole("button", { name: words.add }).click();
    await sheet.getByText("There is no such number in that country.").waitFor();
    await sheet.getByLabel(words.fields.phone).fill("+44 20 7946 0000");
    await sheet.getByRole("button", { name: words.add }).click();
    await page.getByRole("heading", { name: "Erika Mustermann" }).waitFor();
    await page.getByText("LH …7890").waitFor();
    await look("a traveler");

    await page.getByRole("button", { name: `${words.documents.add}: Erika Mustermann` }).click();
    await sheet.getByLabel(words.documents.lines).fill(zone.replace("C01X", "C02X"));
    await sheet.getByRole("button", { name: words.documents.read }).click();
    await sheet.locator("textarea[aria-invalid]").waitFor();
    await sheet.getByLabel(words.documents.lines).fill(zone);
    await sheet.getByRole("button", { name: words.documents.read }).click();
    await sheet.getByText(words.documents.found).waitFor();
    await look("what the lines of a passport say");
    await sheet.getByRole("button", { name: words.documents.addThis }).click();
    await page.getByText("ends in T47 · Germany", { exact: false }).waitFor();
    await page.getByText(words.documents.runsOut.within_six_months).waitFor();

    await page.getByRole("button", { name: `${words.documents.add}: Erika Mustermann` }).click();
    await sheet.getByRole("button", { name: words.documents.byHand }).click();
    await sheet.getByLabel(words.documents.type).selectOption("visa");
    await sheet.getByLabel(words.documents.number).fill("L898 8901");
    await sheet.getByLabel(words.documents.country).selectOption("US");
    await sheet.getByLabel(words.documents.expiresOn).fill(dayAhead(900));
    await look("a document typed in");
    await sheet.getByRole("button", { name: words.documents.add }).click();
    await page.getByText("ends in 901", { exact: false }).waitFor();
    await look("a traveler with two documents");

    await page.getByRole("button", { name: `${words.change}: Erika Mustermann` }).click();
    await sheet.getByText(words.fields.kept("7890")).waitFor();
    await sheet.getByLabel(words.fields.title).selectOption("dr");
    await look("a change");
    await sheet.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByText(`${words.titles.dr} · `).waitFor();
    await page.getByText("LH …7890").waitFor();

    await expect.poll(() => page.evaluate(stored), { timeout: 20_000 }).toContain('"emailVerified"');
    expect(await page.evaluate(stored)).not.toContain("Mustermann");

    await page.getByRole("button", { name: `${words.remove}: Visa`, exact: false }).click();
    await page.getByRole("dialog").getByRole("button", { name: words.remove, exact: true }).click();
    await expect.poll(() => page.getByText("ends in 901", { exact: false }).count()).toBe(0);
    await page.getByRole("button", { name: `${words.remove}: Erika Mustermann` }).click();
    await look("what goes with a traveler");
    await page.getByRole("dialog").getByRole("button", { name: words.remove, exact: true }).click();
    await page.getByText(words.none).waitFor();
    await close();
  });
});
