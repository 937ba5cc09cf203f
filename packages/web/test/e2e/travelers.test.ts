import { sql } from "@travel-conductor/core/base/db";
import * as old from "@travel-conductor/core/test/moved";
import * as Watch from "@travel-conductor/core/watch";
import { expect, test } from "vitest";
import { moved as movedOf } from "../../src/words/en/moved.ts";
import { operator } from "../../src/words/en/operator.ts";
import { settings as settingsOf } from "../../src/words/en/settings.ts";
import { travelers as travelersOf } from "../../src/words/en/travelers.ts";
import { pluralOf } from "../../src/words/format.ts";
import { useProduct, withBrowser } from "./support/setup.ts";
import { mint } from "./support/visitor.ts";
import { dayAhead, signIn } from "./support/walk.ts";

const ada = { givenName: "Ada", familyName: "Ling", bornOn: "1990-05-04", gender: "f", title: "ms" };
const words = travelersOf();
const texts = movedOf(pluralOf("en-GB"));
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

/** Makes an account one that was moved in, with a watch, a booking and a traveler, and its owner an operator. */
async function moveIn(email: string) {
  const [user] = await sql`update users set is_operator = true where users.email = ${email} returning users.id`;
  const userId = String(user?.id);
  await old.mark("users", userId, ["phone.unclear"]);
  const journey = { origin: "STN", destination: "BGY", departureDate: dayAhead(60), rules: { target: "20.00" } };
  const { id } = await Watch.create(userId, { ...journey, currency: "GBP" }, new Date());
  await sql`
    update price_watches
       set is_active = false, paused_because = 'moved', departure_date = ${dayAhead(400)}, ends_at = null
     where price_watches.id = ${id}`;
  await old.mark("watches", id, ["day.unsold"]);
  await old.booking(userId, [dayAhead(30), dayAhead(37)], { why: ["reference.repeated"], isSealed: false });
  await sql`
    insert into import_runs (id, at, started_at, ended_at, files, counts, reasons)
    values ('one', now(), now(), now(), '{"travel_orchestrator.db"}',
            '{"users": {"read": 5, "imported": 4, "merged": 1}}', '{"users": {"phone.unclear": 1}}')`;
}

/** A traveler as it is answered who was moved in without a given name, a day of birth, and what airlines ask. */
const incomplete = {
  ...{ givenName: "", familyName: "Ling", bornOn: null, gender: null, title: null, email: null, phone: null },
  phoneAsGiven: "415-555-0199",
  address: { lines: ["12 Rue de l’Église"], city: "Paris", postal: "75001", country: "FR" },
  lacks: ["givenName", "bornOn", "gender", "title"],
  moved: { why: ["born.unclear"] },
};

const { security, proof } = settingsOf(pluralOf("en-GB"));

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

  test("who comes from the old site learns what moved and what was lost, and can go on with all of it", async () => {
    const person = await mint(url());
    await moveIn(person.email);
    const { page, look, glance, expectStatus, close } = await visit({ width: 360, height: 740 });
    await page.getByRole("link", { name: "Sign in" }).click();
    await page.getByRole("link", { name: "You had an account on the old site?" }).click();
    await page.getByRole("heading", { level: 1, name: texts.title }).waitFor();
    await look("the page for who comes from the old site");
    await page.getByRole("main").getByRole("link", { name: "Sign in" }).click();
    await signIn(page, person);
    await page.getByText("These moved here with your account: 1 watch and 1 booking.").waitFor();
    await page.getByText(`: ${texts.reasons["reference.repeated"]}`).waitFor();
    await look("what moved, and what was lost");

    await page.getByRole("link", { name: "Watches", exact: true }).click();
    await page.getByText(texts.someLost).waitFor();
    await look("a note that the account has moved");
    await page.getByRole("button", { name: texts.seen }).click();
    await page.getByText(`${texts.mark}: ${texts.reasons["day.unsold"]}`).waitFor();
    await page.getByRole("link", { name: /\(STN\) – / }).click();
    await page.getByText("Paused: its days are not sold yet.", { exact: false }).waitFor();
    expectStatus(409);
    await page.getByRole("button", { name: "Resume" }).click();
    await page.getByText("These days are not sold yet: resume this watch when they are.").waitFor();
    await look("a watch from the old site");

    await page.getByRole("link", { name: "Trips", exact: true }).click();
    await page.getByText(texts.mark, { exact: false }).waitFor();
    await glance("trips from the old site");
    await page.getByRole("article").getByRole("link").click();
    await page.getByText("The flights are not known here", { exact: false }).waitFor();
    await look("a trip from the old site");

    // What a test seals the product does not open: its answer about a traveler is changed once.
    const made = await page.request.post(`${url()}/v1/travelers`, { headers: { origin: url() }, data: ada });
    expect(made.status(), await made.text()).toBe(201);
    await page.route(
      /\/v1\/travelers\?/,
      async (route) => {
        const answer = await route.fetch();
        const { items, ...rest } = await answer.json();
        await route.fulfill({ response: answer, json: { ...rest, items: [{ ...items[0], ...incomplete }] } });
      },
      { times: 1 },
    );
    await page.goto(`${url()}/account/travelers`);
    await page.getByText("Airlines need more", { exact: false }).waitFor();
    await page.getByRole("button", { name: `${words.change}: Ling` }).click();
    const sheet = page.getByRole("dialog");
    await sheet.getByText(words.phoneGiven("415-555-0199")).waitFor();
    await sheet.getByLabel(words.fields.givenName).fill("Ada");
    await sheet.getByLabel(words.fields.bornOn).fill("1990-05-04");
    await look("a traveler from the old site");
    await sheet.getByLabel(words.fields.gender).selectOption("f");
    await sheet.getByLabel(words.fields.title).selectOption("ms");
    await sheet.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByRole("heading", { name: "Ada Ling" }).waitFor();
    expect(await page.getByText("Airlines need more", { exact: false }).count()).toBe(0);

    await page.goto(`${url()}/operator/imports`);
    await page.getByText("phone.unclear 1").waitFor();
    await look("the runs of the importer");
    await page.goto(`${url()}/operator`);
    await page.getByRole("row", { name: `${operator.state.names.bookings} 0` }).waitFor();
    await page.getByRole("row", { name: /^signup \d/ }).waitFor();
    await page.getByText(operator.deliveries.letters, { exact: true }).waitFor();
    await look("the state of the service");
    expect(await page.getByText(texts.notice).count()).toBe(0);
    await close();
  });

  test("a change for which the second factor lacks asks for it, and is made after it", async () => {
    const person = await mint(url());
    await sql`update users set email_verified = true where users.email = ${person.email}`;
    const { page, context, glance, expectStatus, close } = await visit({ person });
    const browser = await context.newCDPSession(page);
    await browser.send("WebAuthn.enable");
    const options = { protocol: "ctap2", transport: "internal", hasResidentKey: true } as const;
    const verified = { hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true };
    await browser.send("WebAuthn.addVirtualAuthenticator", { options: { ...options, ...verified } });
    await page.goto(`${url()}/account/security`);
    await page.getByLabel(security.passkeyName).fill("This browser");
    await page.getByRole("button", { name: security.addPasskey }).click();
    await page.getByRole("button", { name: security.require }).click();
    await page.getByText(security.requiredOn, { exact: true }).waitFor();
    await page.goto(`${url()}/account/travelers`);
    await page.getByText(words.none).waitFor();
    // As in a session that was opened by the password alone.
    await sql`
      update sessions set by_factor = false
       where sessions.user_id = (select users.id from users where users.email = ${person.email})`;
    await page.getByRole("button", { name: words.add }).first().click();
    const sheet = page.getByRole("dialog");
    await sheet.getByLabel(words.fields.givenName).fill("Ada");
    await sheet.getByLabel(words.fields.familyName).fill("Ling");
    await sheet.getByLabel(words.fields.bornOn).fill("1990-05-04");
    await sheet.getByLabel(words.fields.gender).selectOption("f");
    await sheet.getByLabel(words.fields.title).selectOption("ms");
    expectStatus(403);
    await sheet.getByRole("button", { name: words.add, exact: true }).click();
    await page.getByRole("button", { name: proof.usePasskey }).click();
    await page.getByRole("heading", { name: "Ada Ling" }).waitFor();
    await expect.poll(() => page.getByRole("heading", { name: "Ada Ling" }).count()).toBe(1);
    await glance("a traveler after the second factor");
    await close();
  });
});
