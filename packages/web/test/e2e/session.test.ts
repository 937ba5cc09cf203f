import { sql } from "@travel-conductor/core/base/db";
import { expect, test } from "vitest";
import { posts as postsOf } from "../../src/words/en/posts.ts";
import { pluralOf } from "../../src/words/format.ts";
import { useProduct, withBrowser } from "./support/setup.ts";
import { mint, openTab, type Person, settle } from "./support/visitor.ts";
import { dayAhead, search, signIn, watchTrip } from "./support/walk.ts";

const posts = postsOf(pluralOf("en-GB"));

withBrowser("sessions", () => {
  const { visit, url } = useProduct();

  /** Ends all sessions of a person, as another device does. */
  const endElsewhere = async ({ email, password }: Person) => {
    const headers = { "content-type": "application/json" };
    const login = { method: "POST", headers, body: JSON.stringify({ email, password }) };
    const answer = await fetch(`${url()}/v1/auth/login`, login);
    const { session } = (await answer.json()) as { session: { token: string } };
    const ended = await fetch(`${url()}/v1/me/sessions`, {
      method: "DELETE",
      headers: { authorization: `Bearer ${session.token}` },
    });
    expect(ended.status).toBe(204);
  };

  test("one that ends in the middle costs nothing that was typed", async () => {
    const person = await mint(url());
    const { page, look, expectStatus, close } = await visit({ person });
    await search(page, dayAhead(60));
    await page.getByRole("link", { name: "Watch this trip" }).click();
    await page.getByRole("checkbox", { name: "it costs at most" }).check();
    await page.getByRole("textbox", { name: "Price" }).fill("123");
    await page.getByRole("checkbox", { name: "it is lower than in the last 90 days" }).check();
    await look("what was typed");
    expectStatus(401);
    await endElsewhere(person);
    await page.getByRole("button", { name: "Watch", exact: true }).click();
    await page.getByText("Sign in to save this watch. What you chose is kept.").waitFor();
    await expect.poll(() => page.getByRole("textbox", { name: "Price" }).inputValue()).toBe("123");
    await look("signed out in the middle");
    await page.getByRole("main").getByRole("link", { name: "Sign in" }).click();
    await look("sign in again");
    await signIn(page, person);
    await expect.poll(() => page.getByRole("textbox", { name: "Price" }).inputValue()).toBe("123");
    await expect
      .poll(() => page.getByRole("checkbox", { name: "it is lower than in the last 90 days" }).isChecked())
      .toBe(true);
    await page.getByRole("button", { name: "Watch", exact: true }).click();
    await page.waitForURL(/watches\/wch_/);
    await close();
  });

  test("one that was ended elsewhere asks to sign in, shows nothing of the person, and leads back", async () => {
    const person = await mint(url());
    const { page, look, expectStatus, close } = await visit({ person });
    await search(page, dayAhead(61));
    await watchTrip(page, "9000");
    expectStatus(401);
    await endElsewhere(person);
    await page.getByRole("link", { name: /^Alerts/ }).click();
    await page.getByText("You are signed out. Sign in to go on.").waitFor();
    await look("signed out");
    expect(await page.getByText(person.firstName, { exact: true }).count()).toBe(0);
    await page.getByRole("link", { name: "Watches", exact: true }).click();
    expect(await page.getByText("(LHR) – New York (JFK)").count()).toBe(0);
    await page.getByRole("main").getByRole("link", { name: "Sign in" }).click();
    await signIn(page, person);
    await page.getByRole("link", { name: /\(LHR\) – New York \(JFK\)/ }).waitFor();
    await look("back at the watches");
    await close();
  });

  test("who requires a second factor gives it where it is asked for, and stays there", async () => {
    const person = await mint(url());
    await sql`update users set email_verified = true where users.email = ${person.email}`;
    const { page, look, expectStatus, close } = await visit({ person });
    const browser = await page.context().newCDPSession(page);
    await browser.send("WebAuthn.enable");
    const options = { protocol: "ctap2", transport: "internal", hasResidentKey: true } as const;
    const verified = { hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true };
    await browser.send("WebAuthn.addVirtualAuthenticator", { options: { ...options, ...verified } });
    await page.goto(`${url()}/account/security`);
    await page.getByLabel("Name of the passkey").fill("This browser");
    await page.getByRole("button", { name: "Add a passkey" }).click();
    await page.getByRole("button", { name: "Require it" }).click();
    await page.getByText("Required", { exact: true }).waitFor();
    await look("a second factor is required");

    // As in a session that was opened by the password alone.
    await sql`
      update sessions set by_factor = false
       where sessions.user_id = (select users.id from users where users.email = ${person.email})`;
    expectStatus(403);
    await page.goto(`${url()}/trips`);
    await page.getByText("Your account asks for a passkey or a code here.").waitFor();
    await look("a second factor is asked for");
    await page.getByRole("button", { name: "Show that it is you" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "Use a passkey" }).waitFor();
    await look("the dialog for a second factor");
    await dialog.getByRole("button", { name: "Use a passkey" }).click();
    await page.getByText("Your account asks for a passkey or a code here.").waitFor({ state: "detached" });
    expect(new URL(page.url()).pathname).toBe("/trips");
    expect(await page.getByRole("alert").count()).toBe(0);
    await look("the trips");
    await close();
  });

  test("two tabs are one person: what one does, the other shows; signing out in one ends both", async () => {
    const person = await mint(url());
    const { page: first, context, look, expectStatus, close } = await visit({ person });
    const { page: second, look: lookAtSecond, expectStatus: expectOfSecond } = await openTab(context);
    await second.goto(url());
    await search(first, dayAhead(62));
    await watchTrip(first, "9000");
    await second.bringToFront();
    await second.getByRole("link", { name: "Watches", exact: true }).click();
    await second.getByRole("link", { name: /\(LHR\) – New York \(JFK\)/ }).waitFor();
    await lookAtSecond("the watch of the other tab");
    await first.bringToFront();
    await first.getByRole("link", { name: person.firstName }).click();
    await first.getByRole("button", { name: "Sign out" }).click();
    await first.getByRole("link", { name: "Sign in" }).waitFor();
    await look("signed out in the first tab");
    expectStatus(401);
    expectOfSecond(401);
    await second.bringToFront();
    await second.getByRole("link", { name: /^Alerts/ }).click();
    await second.getByText("You are signed out. Sign in to go on.").waitFor();
    expect(await second.getByRole("link", { name: person.firstName }).count()).toBe(0);
    await lookAtSecond("signed out in the second tab");
    await close();
  });

  test("one that ends in the middle leaves the forms of the account as they were, and a closed one its long text", async () => {
    const person = await mint(url());
    await sql`update users set email_verified = true where users.email = ${person.email}`;
    const { page, expectStatus, close } = await visit({ person });
    await page.goto(`${url()}/places/BCN`);
    const write = page.getByRole("button", { name: posts.firstTip });
    const tip = page.getByLabel(posts.form.tip, { exact: true });
    await write.click();
    await tip.fill("The night bus leaves every");
    await page.keyboard.press("Escape");
    await tip.waitFor({ state: "detached" });
    await write.click();
    await expect.poll(() => tip.inputValue()).toBe("The night bus leaves every");
    await page.keyboard.press("Escape");

    await page.getByRole("link", { name: person.firstName }).click();
    await page.getByRole("link", { name: "Profile" }).click();
    const name = page.getByLabel("First name");
    await name.fill("Adelaide");
    expectStatus(401);
    await endElsewhere(person);
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("main").getByRole("link", { name: "Sign in" }).click();
    await signIn(page, person);
    await expect.poll(() => name.inputValue()).toBe("Adelaide");
    // What was not saved on purpose is not shown as if it had been.
    await page.getByRole("link", { name: "Account" }).click();
    await page.getByRole("link", { name: "Profile" }).click();
    await expect.poll(() => name.inputValue()).toBe(person.firstName);
    await close();
  });

  test("what one person typed is gone for the next, whichever way the first one left", async () => {
    const [first, second] = [await mint(url()), await mint(url())];
    const { page, expectStatus, close } = await visit({ person: first });
    await search(page, dayAhead(63));
    await page.getByRole("link", { name: "Watch this trip" }).click();
    const address = page.url();
    const most = page.getByRole("checkbox", { name: "it costs at most" });
    await most.check();
    await page.evaluate(() => sessionStorage.setItem("booking", "{}"));
    await page.getByRole("link", { name: first.firstName }).click();
    await page.getByRole("link", { name: "Where you are signed in" }).click();
    await page.getByRole("button", { name: "Sign out everywhere" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Sign out everywhere" }).click();
    await page.getByRole("heading", { level: 1, name: "Sign in" }).waitFor();
    expect(await page.evaluate(() => ({ ...sessionStorage }))).toEqual({});
    while (page.url() !== address) await page.goBack();
    await most.waitFor();
    expect(await most.isChecked()).toBe(false);

    await most.check();
    await page.getByRole("main").getByRole("link", { name: "Sign in" }).click();
    await signIn(page, first);
    await most.waitFor();
    expect(await most.isChecked()).toBe(true);
    expectStatus(401);
    await endElsewhere(first);
    await page.getByRole("button", { name: "Watch", exact: true }).click();
    await page.getByRole("main").getByRole("link", { name: "Sign in" }).click();
    await signIn(page, second);
    await most.waitFor();
    expect(await most.isChecked()).toBe(false);
    await close();
  });

  test("without a connection what needs one cannot be pressed, and says why", async () => {
    const { page, context, taken, close } = await visit();
    await page.getByRole("link", { name: "Sign in" }).click();
    await page.getByLabel("E-mail").fill("ada@example.com");
    await page.getByRole("textbox", { name: "Password" }).fill("nine small green boats");
    await settle(page);
    taken();
    await context.setOffline(true);
    const button = page.getByRole("main").getByRole("button", { name: "Sign in", exact: true });
    await expect.poll(() => button.getAttribute("aria-disabled")).toBe("true");
    const reason = await button.getAttribute("aria-describedby");
    expect(await page.locator(`[id="${reason}"]`).textContent()).toBe("This needs a connection.");
    await button.press("Enter");
    await page.getByRole("textbox", { name: "Password" }).press("Enter");
    expect(taken()).toEqual([]);
    await context.setOffline(false);
    await expect.poll(() => button.getAttribute("aria-disabled")).toBeNull();
    await close();
  });

  test("back and forward lead through search, filter and offer as they were", async () => {
    const { page, look, taken, close } = await visit();
    const day = dayAhead(60);
    await search(page, day);
    const all = page.url();
    await page.getByText("Filters", { exact: true }).click();
    await settle(page);
    taken();
    await page.getByRole("checkbox", { name: /^direct/ }).check();
    await expect.poll(() => page.url()).toContain("stops=0");
    await settle(page);
    expect(taken(), "a filter asks for its offers alone").toEqual(["GET /v1/flights"]);
    expect(new URL(page.url()).searchParams.get("currency"), "that of the browser's region").toBe("GBP");
    await look("filters and what each leaves");
    const direct = page.url();
    await page
      .getByRole("link", { name: /^Choose/ })
      .first()
      .click();
    await page.getByRole("heading", { name: "Your flights" }).waitFor();
    await look("an offer");
    await page.goBack();
    expect(page.url()).toBe(direct);
    await page.getByRole("article").first().waitFor();
    await look("filtered results again");
    await page.goBack();
    await page.getByRole("heading", { name: "Know when to buy." }).waitFor();
    await page.goForward();
    await page.getByRole("article").first().waitFor();
    expect([all, direct]).toContain(page.url());
    await page.goto(direct);
    await page.getByRole("article").first().waitFor();
    await settle(page);
    expect(taken().slice(-2), "also where a page opens with filters").toEqual([
      "GET /v1/flights",
      "GET /v1/flights/insight",
    ]);
    await close();
  });
});
