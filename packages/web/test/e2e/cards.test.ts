import { sql } from "@travel-conductor/core/base/db";
import { expect, test } from "vitest";
import { pay } from "../../src/words/en/pay.ts";
import { useProduct, withBrowser } from "./support/setup.ts";
import { mint } from "./support/visitor.ts";

const words = pay();

withBrowser("cards", () => {
  const { visit, url } = useProduct();

  /** A person whose address is proven. */
  const proven = async () => {
    const person = await mint(url());
    await sql`update users set email_verified = true where users.email = ${person.email}`;
    return person;
  };

  test("a card is added with 3-D Secure, made the default, said to have expired, and removed", async () => {
    const person = await proven();
    const { page, look, expectStatus, close } = await visit({ person });
    await page.getByRole("link", { name: "Ada" }).click();
    await page.getByRole("main").getByRole("link", { name: words.title, exact: true }).click();
    await page.getByText(words.none).waitFor();
    await look("no cards");

    /** Types a card into the page that plays Stripe's part. */
    const enter = async (number: string, expiry = "12/34") => {
      await page.getByRole("link", { name: words.add }).click();
      await page.getByRole("button", { name: words.enter }).click();
      await page.getByLabel("Card number").fill(number);
      await page.getByLabel("Expiry (MM/YY)").fill(expiry);
      expect(new URL(page.url()).origin).not.toBe(url());
      await page.getByRole("button", { name: "Save card" }).click();
    };
    await page.getByRole("link", { name: words.add }).click();
    await page.getByText(words.stripe).waitFor();
    await look("before a card is entered");
    await page.getByRole("link", { name: "Back" }).click();
    await page.getByText(words.none).waitFor();

    await enter("4242 4242 4242 4242");
    await page.getByText(words.name("visa", "4242")).waitFor();
    await enter("4000 0025 0000 3155");
    await page.getByRole("button", { name: "Fail" }).click();
    expectStatus(409);
    await page.getByText("Your bank did not take this card").waitFor();
    await look("a card that was refused");
    await page.goto(`${url()}/account/payment-methods`);
    await enter("4000 0025 0000 3155");
    await page.getByRole("button", { name: "Complete" }).click();
    const second = words.name("visa", "3155");
    await page.getByRole("button", { name: `${words.makeDefault}: ${second}` }).click();
    await expect.poll(() => page.getByRole("button", { name: `${words.makeDefault}: ${second}` }).count()).toBe(0);
    await sql`update payment_methods set expires_year = 2026, expires_month = 1 where last_four = '4242'`;
    await page.reload();
    await page.getByText(words.expiredNote).waitFor();
    await look("one card that has expired");

    await page.getByRole("button", { name: `Remove: ${words.name("visa", "4242")}` }).click();
    await page.getByText(words.removeNote).waitFor();
    await look("what a removal does");
    await page.getByRole("dialog").getByRole("button", { name: "Remove", exact: true }).click();
    await expect.poll(() => page.getByText(words.name("visa", "4242")).count()).toBe(0);
    await close();
  });

  test("the pages of payment alone may load Stripe's script, and they are not kept without a connection", async () => {
    const policy = async (path: string) => (await fetch(url() + path)).headers.get("content-security-policy") ?? "";
    expect(await policy("/pay/card")).toContain("https://js.stripe.com");
    for (const path of ["/", "/account/payment-methods", "/watches", "/paying"])
      expect(await policy(path)).not.toContain("stripe");
    const person = await proven();
    const { page, close } = await visit({ person });
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await page.goto(`${url()}/account/payment-methods`);
    const loads = () => page.evaluate(() => performance.timeOrigin);
    const before = await loads();
    const answered = page.waitForResponse((response) => new URL(response.url()).pathname === "/pay/card");
    await page.getByRole("link", { name: words.add }).click();
    const answer = await answered;
    expect([answer.fromServiceWorker(), await answer.headerValue("content-security-policy")]).toEqual([
      false,
      await policy("/pay/card"),
    ]);
    // Back to the other pages the browser loads anew, so that they have their own policy.
    await page.getByRole("link", { name: "Back" }).click();
    await page.waitForURL(`${url()}/account/payment-methods`);
    expect(await loads()).toBeGreaterThan(before);
    await close();
  });
});
