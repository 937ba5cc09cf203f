import { sql } from "@travel-conductor/core/base/db";
import { ada } from "@travel-conductor/local/testing/people";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { pay } from "../../src/words/en/pay.ts";
import { trips } from "../../src/words/en/trips.ts";
import { pluralOf } from "../../src/words/format.ts";
import { useProduct, withBrowser } from "./support/setup.ts";
import { mint, settle } from "./support/visitor.ts";
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

  const idIn = (url: string) => url.split("/").at(-1)!;

  /** Terms that allow a change for nothing, as dearer fares have them. */
  async function makeChangeable(url: string): Promise<void> {
    await sql`
      update simulated_orders
         set change = '{"allowed":true,"penalty":null}'
       where simulated_orders.metadata ->> 'booking' = ${idIn(url)}`;
    await sql`update bookings set seller_actions = '{change,cancel}' where bookings.id = ${idIn(url)}`;
  }

  /** The airline flies the same flights by another aeroplane. */
  async function disrupt(url: string): Promise<void> {
    await sql`
      update bookings
         set airline_changes = jsonb_build_array(
               jsonb_build_object('id', 'aic_1', 'at', '2026-11-01T00:00:00Z', 'actions', '["accept"]'::jsonb,
                                  'removed', flight_data -> 'slices', 'added', flight_data -> 'slices', 'taken', null,
                                  'accepting', false))
       where bookings.id = ${idIn(url)}`;
  }

  const goOn = (page: Page) => page.getByRole("button", { name: book.next }).click();

  /** From the first page to the step of payment, for the first traveler. */
  async function toPayment(page: Page): Promise<void> {
    await search(page, dayAhead(++days));
    // A list that is read anew may replace what is just clicked.
    await settle(page);
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
    expect(await stranger.page.getByText(/\bLing\b/).count()).toBe(0);
    await stranger.look("shared flights");
    await stranger.close();

    await makeChangeable(page.url());
    await page.reload();
    await page.getByRole("button", { name: words.change.start }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel(words.change.departure).fill(dayAhead(days + 2));
    await dialog.getByRole("button", { name: words.change.ask }).click();
    await dialog.getByRole("radio").first().check();
    await dialog.getByRole("heading", { name: words.change.after }).waitFor();
    await look("what a change costs, before and after");
    await dialog.getByRole("button", { name: /^Change / }).click();
    await page.getByText(words.events.changed!).waitFor({ state: "attached" });
    await page.getByText(words.statuses.confirmed).first().waitFor();

    await disrupt(page.url());
    await page.reload();
    await page.getByRole("heading", { name: words.airline.title }).waitFor();
    await look("what the airline changed");
    await page.getByRole("button", { name: words.airline.accept }).click();
    // The simulated airline has changed nothing, and says so.
    await page.getByText(words.events.not_accepted!).waitFor({ state: "attached" });
    expect(await page.getByRole("heading", { name: words.airline.title }).count()).toBe(0);

    await page.getByRole("button", { name: words.cancel }).click();
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
