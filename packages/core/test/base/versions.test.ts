import { createHmac } from "node:crypto";
import { stripe } from "@travel-conductor/local/testing";
import { afterEach, describe, expect, test, vi } from "vitest";
import { versionsOf } from "../../src/base/versions.ts";

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
