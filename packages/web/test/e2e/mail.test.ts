import { readFileSync } from "node:fs";
import * as Delivery from "@travel-conductor/core/delivery";
import { mailbox } from "@travel-conductor/local/testing";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { useProduct, withBrowser } from "./support/setup.ts";
import { mint, openTab, type Person } from "./support/visitor.ts";
import { signIn } from "./support/walk.ts";

withBrowser("a link of a mail", () => {
  const { visit, url } = useProduct();

  /** The path of the first link to this page in the person's mails, which this process or the product has sent. */
  async function linkTo(page: string, { email }: Person): Promise<string> {
    const find = async () => {
      await Delivery.deliver(new Date());
      const here = mailbox.filter(({ to }) => to.includes(email)).map(({ text }) => text);
      const list = await (await fetch(`${url()}/outbox`)).text();
      const rows = list.split("<tr>").filter((row) => row.includes(email));
      const ids = rows.map((row) => /\/outbox\/([^"]+)/.exec(row)?.[1]);
      const there = await Promise.all(ids.map(async (id) => (await fetch(`${url()}/outbox/${id}`)).text()));
      const [found] = [...here, ...there]
        .flatMap((text) => text.match(/https?:[^\s"<]+#token=[^\s"<]+/g) ?? [])
        .filter((link) => new URL(link).pathname.startsWith(page));
      return found && new URL(found).pathname + new URL(found).hash;
    };
    await expect.poll(find, { timeout: 90_000, interval: 1_000 }).toBeTruthy();
    return (await find())!;
  }

  const post = (path: string, headers: Record<string, string>, body?: object) =>
    fetch(url() + path, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body ?? {}),
    });

  test("confirms an address by a button, not by being opened, and works once", async () => {
    const person = await mint(url());
    const link = await linkTo("/verify", person);
    const { page, look, taken, expectStatus, close } = await visit();
    await page.goto(url() + link);
    await look("the link of a new address");
    expect(new URL(page.url()).hash).toBe("");
    expect(taken(), "a program that opens links changes nothing").toEqual([]);
    await page.getByRole("button", { name: "Confirm" }).click();
    await page.getByText("Your address is confirmed.").waitFor();
    await look("a confirmed address");
    expect(taken()).toEqual(["POST /v1/auth/verify"]);
    expectStatus(422);
    const { page: again, expectStatus: expectAgain } = await openTab(page.context());
    expectAgain(422);
    await again.goto(url() + link);
    await again.getByRole("button", { name: "Confirm" }).click();
    await again.getByText("This link is used up or too old.").waitFor();
    await close();
  });

  test("to an export asks to sign in, leads back with its token, and saves the files", async () => {
    const person = await mint(url());
    const { session } = (await (await post("/v1/auth/login", {}, signInOf(person))).json()) as {
      session: { token: string };
    };
    const bearer = { authorization: `Bearer ${session.token}` };
    expect((await post("/v1/auth/reauthenticate", bearer, { password: person.password })).status).toBe(204);
    expect((await post("/v1/me/export", bearer)).status).toBe(202);
    const link = await linkTo("/account/export/", person);
    const { page, look, close } = await visit();
    await page.goto(url() + link);
    await page.getByText("Your data goes only to a browser that is signed in").waitFor();
    await look("the link to an export, signed out");
    await page.getByRole("main").getByRole("link", { name: "Sign in" }).click();
    await signIn(page, person);
    await page.getByRole("button", { name: "Save as JSON" }).waitFor();
    await look("the link to an export");
    const json = await saved(page, "Save as JSON");
    expect(json.name).toMatch(/^exp_\w+\.json$/);
    expect(JSON.parse(json.content.toString())).toMatchObject({ part: 1, parts: 1 });
    const zip = await saved(page, "Save for a spreadsheet (ZIP of CSV files)");
    expect(zip.name).toMatch(/^exp_\w+\.csv\.zip$/);
    expect(zip.content.subarray(0, 2).toString()).toBe("PK");
    await look("a saved export");
    await close();
  });

  const signInOf = ({ email, password }: Person) => ({ email, password });

  async function saved(page: Page, name: string) {
    const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name }).click()]);
    return { name: file.suggestedFilename(), content: readFileSync(await file.path()) };
  }
});
