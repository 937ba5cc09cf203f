import * as argon2 from "@node-rs/argon2";
import { counted } from "@travel-conductor/local/testing";
import fc from "fast-check";
import * as v from "valibot";
import { expect, test, vi } from "vitest";
import { sql } from "../src/base/db.ts";
import type { Problem } from "../src/base/error.ts";
import { newId } from "../src/base/id.ts";
import { emailKey } from "../src/base/mailbox.ts";
import { hash, verify } from "../src/user/password.ts";
import * as User from "../src/user.ts";
import * as a from "./support/factory.ts";

vi.mock("@node-rs/argon2", { spy: true });

const now = new Date();
const taken = { kind: "conflict", code: "user.email_taken" };
const credentials = { kind: "auth", code: "user.credentials" };

/** The fields at fault, or none when the input is accepted. */
function faults(schema: v.GenericSchema, input: unknown): string[] {
  const { issues = [] } = v.safeParse(schema, input);
  return issues.map((issue) => v.getDotPath(issue) ?? "");
}

test("a new account has the given fields, and nothing secret", async () => {
  const input = a.signup({ firstName: " 志明 ", lastName: "Ólafsdóttir-O’Neill", phone: "+442079460000" });
  const { user: made } = await User.create(input, now);
  expect(made).toEqual({
    id: expect.stringMatching(/^usr_[0-9a-z]{26}$/),
    email: input.email,
    emailVerified: false,
    firstName: "志明",
    lastName: "Ólafsdóttir-O’Neill",
    phone: "+442079460000",
    phoneAsGiven: null,
    moved: null,
    preferredAirlines: [],
    unknownAirlines: [],
    preferredAirports: [],
    seatPreference: "aisle",
    mealPreference: "standard",
    homeAirport: null,
    currency: null,
    language: null,
    timeZone: null,
    quietHours: { from: "22:00", to: "07:00" },
    messagesADay: 3,
    digestAt: "08:00",
    messagesPausedUntil: null,
    isOperator: false,
    createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
  });
  expect(v.parse(v.strictObject(User.Info.entries), made)).toEqual(made);
  expect(await User.get(made.id)).toEqual(made);
});

test("a person with one name signs up with it, and may take a last name and give it up", async () => {
  for (const lastName of ["", "  "]) {
    const { user } = await User.create(a.signup({ firstName: "Suharto", lastName }), now);
    expect(user).toMatchObject({ firstName: "Suharto", lastName: "" });
  }
  const { lastName, ...named } = a.signup({ firstName: "Björk" });
  const { user } = await User.create(named, now);
  expect(await User.get(user.id)).toMatchObject({ firstName: "Björk", lastName: "" });
  expect(await User.update(user.id, { lastName: "Guðmundsdóttir" })).toMatchObject({ lastName: "Guðmundsdóttir" });
  expect(await User.update(user.id, { lastName: "" })).toMatchObject({ firstName: "Björk", lastName: "" });
  expect(lastName).toBe("Example");
});

test("an unknown user is missing", async () => {
  for (const userId of [newId("usr"), "", "' or true --"])
    await expect(User.get(userId)).rejects.toMatchObject({ kind: "missing", code: "user.missing" });
});

test("a password is kept as argon2id at its cost, with a salt of its own", async () => {
  await Promise.all([a.user(), a.user()]);
  const rows = await sql`select users.password_hash as "hash" from users order by users.created_at desc limit 2`;
  for (const { hash } of rows) expect(hash).toMatch(/^\$argon2id\$v=19\$m=47104,t=1,p=1\$/);
  expect(rows[0]?.hash).not.toBe(rows[1]?.hash);
});

test("one mailbox is one account, in any case and Unicode form", async () => {
  const mark = newId("usr");
  const alike = [
    [`${mark}@example.com`, `  ${mark.toUpperCase()}@EXAMPLE.com `],
    [`jos\u00e9.${mark}@example.com`, `JOSE\u0301.${mark}@example.com`],
    [`\uff41nn.${mark}@example.com`, `ann.${mark}@example.com`],
    [`\u212a.${mark}@example.com`, `k.${mark}@example.com`],
    [`J\u030c.${mark}@example.com`, `\u01f0.${mark}@example.com`],
    [`ann.${mark}@b\u00fccher.example`, `ann.${mark}@BU\u0308CHER.EXAMPLE`],
    [`bea.${mark}@b\u00fccher.example`, `bea.${mark}@xn--bcher-kva.example`],
    [`cid.${mark}@XN--BCHER-KVA.example`, `cid.${mark}@b\u00fccher.example`],
  ] as const;
  for (const [first, second] of alike) {
    const { user } = await User.create(a.signup({ email: first }), now);
    await expect(User.create(a.signup({ email: second }), now)).rejects.toMatchObject(taken);
    expect((await a.login({ email: second, password: a.password }, now)).user.id).toBe(user.id);
  }
});

test("an address has one key, also when it is computed again", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      expect(emailKey(emailKey(text))).toBe(emailKey(text));
      expect(emailKey(text.normalize("NFD"))).toBe(emailKey(text));
    }),
  );
  const unstable = Array.from({ length: 0x110000 }, (_, point) => emailKey(String.fromCodePoint(point)));
  expect(unstable.filter((key) => emailKey(key) !== key)).toEqual([]);
});

test("of many concurrent sign-ups with one address one succeeds", async () => {
  const { email } = a.signup();
  const tries = Array.from({ length: 6 }, (_, n) =>
    User.create(a.signup({ email: n % 2 ? email : email.toUpperCase() }), now),
  );
  const results = await Promise.allSettled(tries);
  expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  for (const result of results) if (result.status === "rejected") expect(result.reason).toMatchObject(taken);
  expect(await sql`select from users where users.email_key = ${email}`).toHaveLength(1);
});

test("the right password signs in, and no other does", async () => {
  const { email } = a.signup();
  const userId = await a.user({ email });
  expect((await a.login({ email, password: a.password }, now)).user.id).toBe(userId);
  for (const password of [`${a.password} `, a.password.toUpperCase(), a.password.slice(0, -1), "x", "é".repeat(256)])
    await expect(a.login({ email, password }, now)).rejects.toMatchObject(credentials);
});

test("a known, an unknown and an impossible address give the same answer at the same cost", async () => {
  const known = a.signup();
  await User.create(known, now);
  const failures: Problem[] = [];
  for (const email of [known.email, a.signup().email, "no address"]) {
    vi.mocked(argon2.verify).mockClear();
    const fail = () => a.login({ email, password: "wrong password" }, now).catch((fault) => failures.push(fault));
    expect(await counted(fail)).toEqual({ postgres: 2, redis: 0 });
    expect(argon2.verify).toHaveBeenCalledOnce();
    const [stored] = vi.mocked(argon2.verify).mock.lastCall ?? [];
    expect(stored).toMatch(/^\$argon2id\$v=19\$m=47104,t=1,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
  }
  expect(failures).toHaveLength(3);
  expect(new Set(failures.map(({ kind, code, message }) => `${kind} ${code} ${message}`)).size).toBe(1);
});

test("a password is the same from every keyboard", async () => {
  expect(await verify(await hash("cafe\u0301 \ufb01"), "caf\u00e9 fi")).toBe(true);
});

test("hashing leaves the event loop free", async () => {
  for (const work of [() => hash(a.password), () => verify(undefined, a.password)]) {
    let turned = false;
    setImmediate(() => {
      turned = true;
    });
    await work();
    expect(turned).toBe(true);
  }
});

const hostile = ["\0", "a\0b", "\ud800", "\udfff x", "a\nb", "\u202egnp.exe", "\u2066x", "a\u2028b"];

const refused = {
  email: [
    ...["", "ann", "@example.com", "ann@", "ann@example", "a@b@example.com", "ann @example.com", "ann@-a.com"],
    ...["ann@a..com", "ann@.com", "ann@127.0.0.1", "<ann@example.com>", "ann\uff20@example.com", "a,b@example.com"],
    ...[`${"a".repeat(65)}@example.com`, `ann@${"a".repeat(64)}.com`, `ann@${"\ufdfa.".repeat(30)}com`],
    ...[null, 1, ["ann@example.com"], { toString: "x" }, ...hostile.map((text) => `ann${text}@example.com`)],
  ],
  password: ["", "1234567", "𝒜".repeat(7), "x".repeat(257), 12345678, null, ...hostile.map((text) => text.padEnd(9))],
  firstName: ["", "   ", "123", "\u200d", "x".repeat(101), null, 7, {}, ...hostile.map((text) => `Ann${text}`)],
  lastName: ["!", "123", null, "𝒜".repeat(101), false, ...hostile.map((text) => `Ann${text}`)],
  phone: [
    "",
    "442079460000",
    "+0442079460000",
    "+44 20 7946",
    "+44",
    `+${"1".repeat(16)}`,
    "+٤٤٢٠٧٩٤٦٠",
    44,
    "+1234567\n",
  ],
};

test.each(Object.entries(refused))("an impossible %s is refused by its name", async (field, values) => {
  for (const value of values) {
    expect(faults(User.Create, { ...a.signup(), [field]: value })).toContain(field);
    await expect(User.create({ ...a.signup(), [field]: value }, now)).rejects.toBeInstanceOf(v.ValiError);
  }
});

test("names and passwords may have their full length, in any script", async () => {
  const input = a.signup({ firstName: "𠮷".repeat(100), lastName: "می‌خواهم", password: "𝒜".repeat(256) });
  const { user } = await User.create(input, now);
  expect(await User.get(user.id)).toMatchObject({ firstName: input.firstName, lastName: input.lastName });
  const login = await a.login({ email: input.email, password: input.password }, now);
  expect(login.user.id).toBe(user.id);
});

test("all fields at fault are named", () => {
  expect(faults(User.Create, {})).toEqual(["email", "password", "firstName"]);
  expect(faults(User.Login, {})).toEqual(["email", "password"]);
});

test("fields that cannot be set are refused and change nothing", async () => {
  const columns = ["id", "emailVerified", "email_verified", "passwordHash", "password_hash", "createdAt", "legacyId"];
  for (const column of columns) expect(faults(User.Create, { ...a.signup(), [column]: "x" })).toEqual([column]);
  const input = JSON.stringify(a.signup()).replace("{", '{"__proto__":{"phone":"+442079460000","emailVerified":true},');
  await expect(User.create(JSON.parse(input), now)).rejects.toBeInstanceOf(v.ValiError);
});

test("an input that is no object is refused", async () => {
  for (const input of [undefined, null, 1, "x", [], [a.signup()], new Map()]) {
    await expect(User.create(input, now)).rejects.toBeInstanceOf(v.ValiError);
    await expect(a.login(input, now)).rejects.toBeInstanceOf(v.ValiError);
  }
});

test("Postgres accepts whatever the schemas accept, and never sees what they refuse", async () => {
  const text = fc.string({ unit: "binary", maxLength: 12 });
  const name = fc.oneof(text, fc.string({ unit: "grapheme", minLength: 1 }));
  const input = fc.record({
    email: fc.oneof(
      text,
      fc.emailAddress(),
      fc.string({ unit: "grapheme" }).map((local) => `${local}@example.com`),
    ),
    password: fc.oneof(text, fc.string({ unit: "grapheme", minLength: 8 })),
    firstName: name,
    lastName: name,
  });
  await fc.assert(
    fc.asyncProperty(input, async (fields) => {
      const made = await User.create(fields, now).catch((error) => error);
      if (faults(User.Create, fields).length > 0) expect(made).toBeInstanceOf(v.ValiError);
      else if (made instanceof Error) expect(made).toMatchObject(taken);
      else expect(await User.get(made.user.id)).toEqual(made.user);
      const login = await a.login({ email: fields.email, password: fields.firstName }, now).catch((e) => e);
      if (!(login instanceof v.ValiError)) expect(login).toMatchObject(credentials);
    }),
    { numRuns: 20 },
  );
}, 180_000);

test.each(["2026-02-30", "2026-13-01", "1999-01-01", "tomorrow"])("messages cannot be paused until %s", async (day) => {
  const { user } = await User.create(a.signup(), now);
  await expect(User.updatePreferences(user.id, { messagesPausedUntil: day })).rejects.toBeInstanceOf(v.ValiError);
});

test("messages are paused until a day, and no longer by null", async () => {
  const { user } = await User.create(a.signup(), now);
  const set = async (day: string | null) =>
    (await User.updatePreferences(user.id, { messagesPausedUntil: day })).messagesPausedUntil;
  expect(await set("2028-02-29")).toBe("2028-02-29");
  expect(await set(null)).toBeNull();
});
