import { createHmac } from "node:crypto";
import { stripe } from "@travel-conductor/local/testing";
import { afterEach, describe, expect, test, vi } from "vitest";
import { sql } from "../../src/base/db.ts";
import { newId } from "../../src/base/id.ts";
import { versionsOf } from "../../src/base/versions.ts";
import * as a from "../support/factory.ts";

const [old, fresh] = ["o".repeat(32), "n".repeat(32)] as const;
/** The values of a secret while it is rotated, in order. */
const [before, announced, rotated, after] = [old, `${old}\n${fresh}`, `${fresh}\n${old}`, fresh];

afterEach(() => vi.unstubAllEnvs());

/** A module as a process with this value of the secret loads it. */
function load<T>(name: string, value: string, module: () => Promise<T>): Promise<T> {
  vi.resetModules();
  vi.stubEnv(name, value);
  return module();
}

/** What a process makes with the first version of a secret, and whether another process accepts it. */
type Use = {
  name: string;
  make: (value: string) => Promise<string>;
  takes: (value: string, made: string) => Promise<boolean>;
};

const real = new Date("2026-11-26T12:00:00Z");
const hmac = (secret: string, text: string) => createHmac("sha256", secret).update(text).digest("hex");
const criteria = {
  origin: "STN",
  destination: "BGY",
  departureDate: "2027-03-01",
  returnDate: null,
  adults: 1,
  childAges: [],
  infants: 0,
  cabin: "economy",
  maxStops: null,
  currency: "GBP",
} as const;
const slice = { destination: "BGY", segments: [{ origin: "STN", carrier: "FR", flightNumber: "1" }] };
const offer = {
  provider: "simulator",
  reference: "one",
  total: 100,
  slices: [slice],
  conditions: { refund: null, change: null },
  bags: { carryOn: 0, checked: 0 },
};

const offers = () => import("../../src/flight/offerid.ts");
const links = () => import("../../src/link/sign.ts");
const factors = () => import("../../src/factor/seal.ts");
const openings = () => import("../../src/channel/opening.ts");
const uses: Use[] = [
  {
    name: "MESSAGE_SECRET",
    make: async (value) =>
      (await load("MESSAGE_SECRET", value, links)).signLink({
        purpose: "keep",
        userId: "usr_1",
        watchId: null,
        until: real.getTime() / 1000 + 60,
      }),
    takes: async (value, made) => (await load("MESSAGE_SECRET", value, links)).readLink(made, real) !== undefined,
  },
  {
    name: "MESSAGE_SECRET",
    make: async (value) => (await load("MESSAGE_SECRET", value, openings)).sealOpening("chn_1", { chatId: "7" }),
    takes: async (value, made) =>
      (await load("MESSAGE_SECRET", value, openings)).openOpening("chn_1", made) !== undefined,
  },
  {
    name: "FACTOR_SECRET",
    make: async (value) => (await load("FACTOR_SECRET", value, factors)).seal(Buffer.from("seed"), "usr_1"),
    takes: async (value, made) => {
      const { unseal } = await load("FACTOR_SECRET", value, factors);
      return isDone(() => unseal(made, "usr_1"));
    },
  },
  {
    name: "OFFER_SECRET",
    make: async (value) =>
      (await load("OFFER_SECRET", value, offers)).toOfferId(
        ...([criteria, offer] as unknown as Parameters<Awaited<ReturnType<typeof offers>>["toOfferId"]>),
      ),
    takes: async (value, made) => {
      const { parseOfferId } = await load("OFFER_SECRET", value, offers);
      return isDone(() => parseOfferId(made));
    },
  },
  {
    name: "DUFFEL_WEBHOOK_SECRET",
    make: async (value) => `t=1,v1=${hmac(versionsOf(value)[0]!, "1.{}")}`,
    takes: async (value, made) => {
      const { signed } = await import("../../src/flight/duffel/webhook.ts");
      return signed(value, made, Buffer.from("{}"));
    },
  },
  {
    name: "TELEGRAM_SECRET",
    make: async (value) => versionsOf(value)[0]!,
    takes: async (value, made) => {
      const { telegram } = await load("TELEGRAM_SECRET", value, () => import("../../src/channel/telegram.ts"));
      return telegram(made, () => ({ update_id: 1 })).then(
        () => true,
        () => false,
      );
    },
  },
  {
    name: "STRIPE_WEBHOOK_SECRET",
    make: async (value) => {
      const told = { id: `evt_${hmac(value, "id")}`, type: "customer.updated", object: { id: "cus_1" } };
      return JSON.stringify(stripe.post(told as never, undefined, `whsec_${versionsOf(value)[0]}`));
    },
    takes: async (value, made) => {
      const secrets = versionsOf(value).map((version) => `whsec_${version}`);
      const { receive } = await load(
        "STRIPE_WEBHOOK_SECRET",
        secrets.join("\n"),
        () => import("../../src/payment/event.ts"),
      );
      const { header, body } = JSON.parse(made);
      return receive(header, Buffer.from(body), async () => undefined).then(
        () => true,
        () => false,
      );
    },
  },
];

function isDone(work: () => unknown): boolean {
  try {
    work();
    return true;
  } catch {
    return false;
  }
}

describe.each(uses)("while $name is rotated", ({ make, takes }) => {
  test("what any process made is accepted by all others, and what the old one made no more at the end", async () => {
    const ofOld = await make(before);
    const ofFresh = await make(rotated);
    const accepted = async (made: string) => {
      const answers = [];
      for (const value of [before, announced, rotated, after]) answers.push(await takes(value, made));
      return answers;
    };
    expect(await accepted(ofOld)).toEqual([true, true, true, false]);
    // Nobody signs with the new version before every process accepts it.
    expect(await accepted(ofFresh)).toEqual([false, true, true, true]);
    expect(await takes(before, await make(announced))).toBe(true);
  });
});

describe("what lies sealed with an old version", () => {
  test("is sealed anew for apps, beside changes of their owners, and opens without it", async () => {
    const [one, two] = [await a.user(), await a.user()];
    const { seal } = await load("FACTOR_SECRET", before, factors);
    for (const userId of [one, two])
      await sql`insert into totp_secrets (user_id, secret) values (${userId}, ${seal(Buffer.from(userId), userId)})`;
    const { reseal } = await load("FACTOR_SECRET", rotated, () => import("../../src/factor.ts"));
    const [first, second] = await Promise.all([reseal(), reseal()]);
    expect(first.renewed + second.renewed).toBe(2);
    expect(await reseal()).toEqual({ renewed: 0, left: 0, unreadable: 0 });
    const { unseal } = await load("FACTOR_SECRET", after, factors);
    const held = async (userId: string) =>
      String(
        (await sql`select totp_secrets.secret from totp_secrets where totp_secrets.user_id = ${userId}`)[0]?.secret,
      );
    for (const userId of [one, two]) expect(unseal(await held(userId), userId).toString()).toBe(userId);
    const foreign = await load("FACTOR_SECRET", "x".repeat(32), () => import("../../src/factor.ts"));
    expect(await foreign.reseal()).toEqual({ renewed: 0, left: 0, unreadable: 2 });
  });

  test("is sealed anew for channels, whose chats are still found, but for webhooks whose receivers hold its secret", async () => {
    const userId = await a.proven();
    const door = () => import("../../src/channel.ts");
    const old = await load("MESSAGE_SECRET", before, openings);
    const { keysOf } = await import("../../src/channel/telegram.ts");
    const [chat, hook] = [newId("chn"), newId("chn")];
    await sql`
      insert into channels (id, user_id, kind, sealed, chat_key)
      values (${chat}, ${userId}, 'telegram', ${old.sealOpening(chat, { chatId: "7" })}, ${keysOf("7")[0]}),
             (${hook}, ${userId}, 'webhook', ${old.sealOpening(hook, { url: "https://one.example.com" })}, null)`;
    const both = await load("MESSAGE_SECRET", rotated, door);
    expect(await both.reseal()).toEqual({ renewed: 1, left: 1, unreadable: 0 });
    await both.rotate(userId, hook);
    expect(await both.reseal()).toEqual({ renewed: 0, left: 0, unreadable: 0 });

    const fresh = await load("MESSAGE_SECRET", after, openings);
    const rows = await sql`
      select channels.id, channels.sealed, channels.chat_key as key
        from channels
       where channels.user_id = ${userId}
         and channels.sealed is not null
       order by channels.kind`;
    const opened = rows.map(({ id, sealed }) => fresh.openOpening(String(id), String(sealed)));
    expect(opened).toEqual([{ chatId: "7" }, { url: "https://one.example.com" }]);
    expect(rows[0]?.key).toBe((await import("../../src/channel/telegram.ts")).keysOf("7")[0]);
  });
});

test("versions are lines, those in the variable before last; none is empty", () => {
  expect(versionsOf("a b\nc\n", "d")).toEqual(["a b", "c", "d"]);
  expect(versionsOf(undefined)).toEqual([]);
  expect(versionsOf("")).toEqual([]);
});

test.each([
  ["OFFER_SECRET", `${old}\nshort`],
  ["TELEGRAM_SECRET", `${old}\n${"!".repeat(40)}`],
  ["STRIPE_WEBHOOK_SECRET", "whsec_1\nsecret"],
  ["FACTOR_SECRET", "\nunder 32"],
])("a version of %s that is none keeps the product from starting, and is not shown", async (name, value) => {
  const fault = await load(name, value, () => import("../../src/base/env.ts")).catch((error: Error) => error.message);
  expect(fault).toContain(`${name}: must`);
  expect(fault).not.toContain(value.split("\n")[1]);
});
