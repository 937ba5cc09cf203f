import { sql } from "@travel-conductor/core/base/db";
import { ada } from "@travel-conductor/local/testing/people";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { pay } from "../../src/words/en/pay.ts";
import { trips } from "../../src/words/en/trips.ts";
import { pluralOf } from "../../src/words/format.ts";
import { useProduct, withBrowser } from "./support/setup.ts";
import { mint } from "./support/visitor.ts";
import { dayAhead, english, search } from "./support/walk.ts";

const words = trips(pluralOf("en-GB"));
const { book } = words;
const cards = pay();
/** A day of departure that no other test of this file books. */
let days = 70;

withBrowser("bookings", () => {
  const { visit, url } = useProduct();

  /** A person with a proven address, and with a traveler whom airlines take. */
  async function buyer(width?: number) {
    const person = await mint(url());
    await sql`update users set email_verified = true where users.email = ${person.email}`;
    const visitor = await visit({ person, width });
    const call = (path: string, body: object) =>
      visitor.page.evaluate(
        async ([to, text]) => {
          const headers = { "content-type": "application/json" };
          const answer = await fetch(to!, { method: "POST", headers, body: text! });
          return (await answer.json()).id as string;
        },
        [path, JSON.stringify(body)],
      );
    const id = await call("/v1/travelers", ada);
    await call(`/v1/travelers/${id}/documents`, {
      type: "passport",
      number: "925123451",
      country: "GB",
      expiresOn: dayAhead(days + 90),
    });
    return visitor;
  }

  const goOn = (page: Page) => page.getByRole("button", { name: book.next }).click();

  /** From the first page to the step of payment, for the first traveler. */
  async function toPayment(page: Page): Promise<void> {
    await search(page, dayAhead(++days));
    await page.getByRole("article").first().getByRole("link").click();
    await page.getByRole("link", { name: english.offer.book }).click();
    await goOn(page);
    await page.getByRole("checkbox", { name: "Ada Ling" }).check();
    await page.getByText(book.runsOut.within_six_months!).waitFor();
    await goOn(page);
  }

  test("from an offer to a ticket, and back to the money", async () => {
    const { page, look, close } = await buyer();
    await toPayment(page);
    await look("the step of payment, without a card");
    await page.getByRole("link", { name: book.addCard }).click();
    await page.getByRole("button", { name: cards.enter }).click();
    await page.getByLabel("Card number").fill("4242 4242 4242 4242");
    await page.getByLabel("Expiry (MM/YY)").fill("12/34");
    await page.getByRole("button", { name: "Save card" }).click();
    // What was chosen before is still there, after another site and a page that was loaded anew.
    await page.getByRole("radio", { name: book.card("visa", "4242") }).waitFor();
    await goOn(page);
    const confirm = page.getByRole("button", { name: /^Book and pay/ });
    await expect.poll(() => confirm.isDisabled()).toBe(true);
    await page.getByRole("checkbox", { name: /^I accept the terms/ }).check();
    await look("the last look before the money");
    await confirm.click();
    await page.getByText(words.statuses.confirmed).first().waitFor();
    await page.getByText(words.payments.paid).waitFor();
    await look("a confirmed trip");

    await page.getByRole("button", { name: words.makeLink }).click();
    const link = String(await page.getByText(/\/shared\//).textContent());
    const stranger = await visit({ url: link });
    await stranger.page.getByText(/JFK/).first().waitFor();
    expect(await stranger.page.getByText("Ling").count()).toBe(0);
    await stranger.look("shared flights");
    await stranger.close();

    await page.getByRole("button", { name: words.cancel }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText(/^You get/).waitFor();
    await look("what a cancellation gives back");
    await dialog.getByRole("button", { name: words.cancelNow }).click();
    await page.getByText(words.notes.cancelled).waitFor();
    await page.getByRole("link", { name: /Trips/ }).first().click();
    await page.getByText(words.statuses.cancelled).waitFor();
    await look("the list of trips");
    await close();
  });

  test("seats are held without a card and paid later, with the bank asking", async () => {
    const { page, look, glance, close } = await buyer(320);
    await toPayment(page);
    await page.getByRole("checkbox", { name: book.hold }).check();
    await glance("the step of payment at 320 pixels");
    await goOn(page);
    await glance("the last look at 320 pixels");
    await page.getByRole("checkbox", { name: /^I accept the terms/ }).check();
    await page.getByRole("button", { name: book.goHold }).click();
    await page.getByText(words.notes.held).waitFor();
    await look("held seats at 320 pixels");
    await page.getByRole("link", { name: book.addCard }).click();
    await page.getByRole("button", { name: cards.enter }).click();
    await page.getByLabel("Card number").fill("4000 0027 6000 3184");
    await page.getByLabel("Expiry (MM/YY)").fill("12/34");
    await page.getByRole("button", { name: "Save card" }).click();
    await page.getByRole("button", { name: "Complete" }).click();
    await page.getByRole("button", { name: /^Pay / }).click();
    await page.getByRole("link", { name: words.confirmAtBank }).click();
    await page.getByRole("button", { name: "Complete" }).click();
    await page.getByText(words.payments.paid).waitFor();
    await page.getByRole("link", { name: /Trips/ }).first().click();
    await page.getByText(words.statuses.confirmed).waitFor();
    await glance("the list of trips at 320 pixels");
    await close();
  });
});
