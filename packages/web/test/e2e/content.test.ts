import { sql } from "@travel-conductor/core/base/db";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { find as findOf } from "../../src/words/en/find.ts";
import { places as placesOf } from "../../src/words/en/places.ts";
import { posts as postsOf } from "../../src/words/en/posts.ts";
import { pluralOf } from "../../src/words/format.ts";
import { useProduct, withBrowser } from "./support/setup.ts";
import { mint, type Person, settle } from "./support/visitor.ts";

const plural = pluralOf("en-GB");
const [find, places, posts] = [findOf(plural), placesOf(plural), postsOf(plural)];
const { editor } = places;
const tip = "The night bus to the centre leaves every twenty minutes from the lower floor.";
const review =
  "Two days are enough for the old town, and the hills behind it are worth a third one. It rained once, and the museums are open until late.";

/** A person whose address is proven, and who is an operator if so asked. */
async function proven(url: string, isOperator = false): Promise<Person> {
  const person = await mint(url);
  await sql`update users set email_verified = true, is_operator = ${isOperator} where users.email = ${person.email}`;
  return person;
}

/** The text of an operator's queue or of one's own list that has these words. */
const withText = (page: Page, text: string) => page.getByRole("article").filter({ hasText: text });

async function decide(page: Page, text: string, decision: "publish" | "hide"): Promise<void> {
  const one = withText(page, text);
  await one.getByLabel(posts.queue.reason).fill("It keeps to the rules of tips and reviews.");
  await one.getByRole("button", { name: posts.queue[decision] }).click();
  await one.waitFor({ state: "detached" });
}

withBrowser("places and what people write about them", () => {
  const { visit, url } = useProduct();

  test("a tip and a review are written, published, found, reported, hidden and restored", async () => {
    const operator = await visit({ person: await proven(url(), true), width: 1280 });
    const writer = await visit({ person: await proven(url()) });
    const reader = await visit({ person: await proven(url()), dark: true });

    await writer.page.goto(`${url()}/places/BCN`);
    await writer.page.getByRole("heading", { level: 1, name: "Barcelona (BCN)" }).waitFor();
    await settle(writer.page);
    await writer.look("place");
    await writer.page.getByRole("button", { name: posts.firstTip }).click();
    await writer.page
      .getByLabel(posts.form.tip, { exact: true })
      .fill("www.example.com has the best buses to the centre.");
    writer.expectStatus(422);
    await writer.page.getByRole("button", { name: posts.form.publish }).click();
    await writer.page.getByText(posts.faults.link!({})).waitFor();
    await writer.page.getByLabel(posts.form.tip, { exact: true }).fill(tip);
    await writer.page.getByRole("button", { name: posts.form.publish }).click();
    await writer.page.getByText(posts.form.waits).first().waitFor();
    await writer.page.getByRole("button", { name: posts.firstReview }).click();
    await writer.page.getByLabel(posts.ratings[3]!).check();
    await writer.page.getByLabel(posts.form.title, { exact: true }).fill("A city to walk in");
    await writer.page.getByLabel(posts.form.review, { exact: true }).fill(review);
    await writer.glance("review");
    await writer.page.getByRole("button", { name: posts.form.publish }).click();
    await writer.page.getByText(posts.form.waits).nth(1).waitFor();

    await operator.page.goto(`${url()}/operator/posts`);
    await decide(operator.page, tip, "publish");
    await decide(operator.page, review, "publish");

    // Numbers are chosen: a field that always holds one cannot be emptied on a phone.
    await reader.page.goto(`${url()}/places/BCN?from=LON`);
    await reader.page.getByRole("combobox", { name: places.costs.adults }).selectOption("3");
    await expect.poll(() => reader.page.url()).toContain("adults=3");
    await reader.page.goto(`${url()}/places/BCN/people`);
    await reader.page.getByText(tip).waitFor();
    await reader.page.getByText(review).waitFor();
    await reader.look("people");
    await reader.page.getByRole("button", { name: posts.useful }).first().click();
    await reader.page.getByText(posts.usefulCount(1, "1")).waitFor();
    const tips = reader.page.getByRole("region", { name: posts.tips });
    await tips.getByRole("button", { name: posts.report }).click();
    await reader.page.getByLabel(posts.reason).selectOption("false");
    await reader.page.getByRole("button", { name: posts.sendReport }).click();
    await reader.page.getByText(posts.reported).waitFor();

    await operator.page.goto(`${url()}/operator/posts?state=reported`);
    await withText(operator.page, tip).waitFor();
    await operator.look("queue");
    await decide(operator.page, tip, "hide");
    await reader.page.reload();
    await reader.page.getByText(posts.noTips).waitFor();

    await writer.page.goto(`${url()}/account/posts`);
    const hidden = writer.page.getByRole("listitem").filter({ hasText: tip });
    await hidden.getByText(posts.mine.states.hidden).waitFor();
    await writer.look("my posts");
    await hidden.getByRole("button", { name: posts.mine.appeal }).click();
    await writer.page.getByLabel(posts.mine.appealText).fill("The bus was there last week.");
    await writer.page.getByRole("button", { name: posts.mine.appealSend }).click();
    await hidden.getByText(/You asked for a second decision/).waitFor();
    await operator.page.goto(`${url()}/operator/posts?state=appealed`);
    await decide(operator.page, tip, "publish");
    await reader.page.reload();
    await reader.page.getByText(tip).waitFor();

    for (const each of [operator, writer, reader]) await each.close();
  });

  test("an operator writes a section, which is found by its words from the head of each screen", async () => {
    const { page, look, close } = await visit({ person: await proven(url(), true), width: 1280 });
    await page.goto(`${url()}/operator/guides/LIS`);
    await page.getByLabel(editor.section).selectOption("getting_in");
    await page.getByLabel(editor.heading).fill("From the airport to the river");
    await page
      .getByLabel(editor.text)
      .fill("The **red line** of the metro.\n\n- every ten minutes\n- <b>not</b> at night");
    await page.getByRole("button", { name: editor.preview }).click();
    await page.getByRole("region", { name: editor.preview }).getByText("red line").waitFor();
    await look("editor");
    await page.getByRole("button", { name: editor.begin }).click();
    // What was typed after that is not published, so it has to be saved; on another screen it is not lost either.
    const heading = page.getByLabel(editor.heading);
    const publish = page.getByRole("button", { name: editor.publish });
    await publish.waitFor();
    await heading.fill("From the airport to the sea");
    await page.getByText(editor.saveFirst).waitFor();
    expect(await publish.isDisabled()).toBe(true);
    await page.getByRole("link", { name: "Trips", exact: true }).click();
    await page.getByRole("heading", { level: 1, name: "Trips" }).waitFor();
    await page.goBack();
    await page.getByRole("button", { name: editor.change }).click();
    await expect.poll(() => heading.inputValue()).toBe("From the airport to the sea");
    await heading.fill("From the airport to the river");
    await publish.click();
    await page.getByText(editor.states.published, { exact: true }).waitFor();
    await page.goto(`${url()}/places/LIS`);
    await page.getByRole("heading", { name: "From the airport to the river" }).waitFor();
    await page.getByRole("listitem").filter({ hasText: "not at night" }).waitFor();

    const box = page.getByRole("combobox", { name: find.label });
    const option = page.getByRole("listbox").getByRole("option");
    await box.fill("metro lisbon");
    await option.filter({ hasText: "From the airport to the river" }).waitFor();
    await look("found");
    await box.fill("");
    await option.first().waitFor({ state: "detached" });
    await box.fill("lisbo");
    await option.filter({ hasText: "Lisbon" }).first().waitFor();
    await page.keyboard.press("ArrowDown");
    await page.getByRole("listbox").getByRole("option", { selected: true }).waitFor();
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/places\/LIS|destination=LIS/);
    await close();
  });

  test("the page of a place is whole without scripts", async () => {
    const { page, close } = await visit({ width: 390 });
    const plain = await page.context().browser()!.newContext({ javaScriptEnabled: false });
    const reader = await plain.newPage();
    await reader.goto(`${url()}/places/BCN`);
    await expect.poll(() => reader.getByRole("heading", { level: 1 }).textContent()).toBe("Barcelona (BCN)");
    await expect.poll(() => reader.getByText("Euro (EUR)").isVisible()).toBe(true);
    await plain.close();
    await close();
  });
});
