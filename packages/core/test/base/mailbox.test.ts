import fc from "fast-check";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { emailKey, isAddress } from "../../src/base/mailbox.ts";
import { Email } from "../../src/user/field.ts";

const long = (count: number, letter = "a") => letter.repeat(count);
/** A domain of exactly `length` characters, in labels of at most 63. */
const domainOf = (length: number) => {
  const labels: string[] = [];
  for (let left = length - 4; left > 0; left -= 64) labels.push(long(Math.min(63, left)));
  return `${labels.join(".")}.com`.slice(-length);
};

/**
 * Addresses as public collections give them: RFC 3696 (section 3, with its errata), RFC 5321 and 5322, RFC 6531, the
 * test cases of isemail, the examples on Wikipedia's page on e-mail addresses, and the HTML standard.
 */
const taken = [
  ...["ann@example.com", "first.last@iana.org", "a@iana.org", "1234567890@iana.org", "test@sub.do.com", "x@x.au"],
  ...["test@iana.co-uk", "test@c--n.com", "test@nominet.org.uk", "test@about.museum", "test@e.com", "123@iana.org"],
  ...["simple@example.com", "very.common@example.com", "x@example.com", "example-indeed@strange-example.com"],
  ...["long.email-address-with-hyphens@and.subdomains.example.com", "user.name+tag+sorting@example.com"],
  ...["user%example.com@example.org", "user-@example.org", "mailhost!username@example.org", "_______@example.com"],
  ...["customer/department=shipping@example.com", "$A12345@example.com", "!def!xyz%abc@example.com"],
  ...["_somename@example.com", "!#$%&`*+/=?^'{|}~-_@iana.org", "test/test@test.com", "admin@mailserver1.example"],
  ...["jos\u00e9@example.com", "Pel\u00e9@example.com", "\u7528\u6237@\u4f8b\u5b50.\u5e7f\u544a"],
  ...[
    "\u0434\u0438\u043c\u0430@\u043f\u0440\u0438\u043c\u0435\u0440.\u0440\u0444",
    "test@xn--hxajbheg2az3al.xn--jxalpdlp",
  ],
  ...[
    "\u0905\u091c\u092f@\u0921\u093e\u091f\u093e.\u092d\u093e\u0930\u0924",
    "ann@stra\u00dfe.example",
    "ann@b\u00fccher.example",
  ],
  ...[`${long(64)}@iana.org`, `ann@${long(63)}.com`, `a@${long(63)}.${long(63)}.${long(63)}.${long(57)}.co`],
  ...[`a@${domainOf(252)}`, `${long(64)}@${domainOf(189)}`, `${"\u00e9".repeat(32)}@example.com`],
];

const refused = {
  "dots in the wrong place": [
    ...[".test@iana.org", "test.@iana.org", "test..iana.org", "te..st@iana.org", "a..b@example.com", ".@iana.org"],
    ...["test@.iana.org", "test@iana..com", "test@iana.org.", "test@.", "ann@.com", "ann@a..com", "...@example.com"],
    ...["i.like.underscores@but_they_are_not_allowed_in_this_part", "ann\uff0e\uff0ea@example.com"],
  ],
  "a part that is too long": [
    ...[`${long(65)}@iana.org`, `${"\u00e9".repeat(33)}@example.com`, `ann@${long(64)}.com`, `a@${domainOf(253)}`],
    ...[`ann@${domainOf(254)}`, `${long(64)}@${domainOf(190)}`, `ann@${"\u00fc".repeat(60)}.example`],
    ...[`ann@${Array.from({ length: 128 }, () => "a").join(".")}.com`, `ann@${long(300)}.com`, long(400)],
    ...[`ann@${"\ufdfa.".repeat(30)}com`, `${"\ufdfa".repeat(10)}@example.com`],
  ],
  "a domain that no mail goes to": [
    ...["test@iana", "admin@mailserver1", "test@-iana.org", "test@iana-.com", "test@c-.com", "test@iana.org-"],
    ...[
      "test@[127.0.0.1]",
      "test@[IPv6:::1]",
      "test@127.0.0.1",
      "test@123.123.123.123",
      "test@iana.123",
      "test@255.255",
    ],
    ...[
      "test@iana/icann.org",
      "test@foo\\bar.com",
      "ann@exa_mple.com",
      "ann@xn--.com",
      "ann@iana.xn--",
      "ann@xn--a.com",
    ],
    ...["ann@example.com:25", "ann@exam ple.com", "ann@example,com", "ann@\u200b.com", "ann@ex\u00adample.com"],
  ],
  "no address, or one that only a mail program writes": [
    ...["", "test", "@", "test@", "@iana.org", "test@test@iana.org", "A@b@c@example.com", "abc.example.com"],
    ...['"test"@iana.org', '"john..doe"@example.org', '" "@example.org', '"much.more unusual"@example.com'],
    ...['a"b(c)d,e:f;g<h>i[j\\k]l@example.com', 'just"not"right@example.com', "(comment)test@iana.org"],
    ...["test@iana.org(comment)", "test(comment)@iana.org", "Ann <ann@example.com>", "<ann@example.com>"],
    ...[
      "te st@iana.org",
      "test@ iana.org",
      "test @iana.org",
      "test\u0000@iana.org",
      "test@iana.org\n.x",
      "te\u0007st@iana.org",
    ],
    ...["ann\uff20example.com", "a,b@example.com", "a;b@example.com", "mailto:ann@example.com", "te\u202est@iana.org"],
  ],
};

test.each(taken)("%j is an address", (email) => {
  expect(isAddress(email)).toBe(true);
  expect(v.is(Email, email)).toBe(true);
});

describe.each(Object.entries(refused))("an address with %s is refused:", (_, emails) => {
  test.each(emails)("%j", (email) => {
    expect(v.is(Email, email)).toBe(false);
  });
});

/** Pairs that one mailbox has, and pairs of two mailboxes. */
const pairs: [one: string, other: string, same: boolean][] = [
  ["Ann@Example.COM", "ann@example.com", true],
  [" ann@example.com ", "ann@example.com", true],
  ["jos\u00e9@example.com", "JOSE\u0301@example.com", true],
  ["\uff41nn@example.com", "ann@example.com", true],
  ["\ufb01@example.com", "fi@example.com", true],
  ["\u212a@example.com", "k@example.com", true],
  ["ann@b\u00fccher.example", "ann@xn--bcher-kva.example", true],
  ["ann@B\u00dcCHER.example", "ann@XN--BCHER-KVA.EXAMPLE", true],
  ["ann@\u4f8b\u5b50.\u516c\u76ca", "ann@xn--fsqu00a.xn--55qw42g", true],
  ["ann@stra\u00dfe.example", "ann@xn--strae-oqa.example", true],
  ["ann@stra\u00dfe.example", "ann@strasse.example", false],
  ["ann+travel@example.com", "ann@example.com", false],
  ["a.nn@example.com", "ann@example.com", false],
  ["ann@mail.example.com", "ann@example.com", false],
  ["jose@example.com", "jos\u00e9@example.com", false],
  ["ann@gmail.com", "ann@googlemail.com", false],
  ["\u0430nn@example.com", "ann@example.com", false],
  ["xn--bcher-kva@example.com", "b\u00fccher@example.com", false],
];

test.each(pairs)("%s and %s: the same mailbox, %s", (one, other, same) => {
  expect(emailKey(one) === emailKey(other)).toBe(same);
});

test("the key of an address is an address with the same key, and text that is none keeps its words", () => {
  for (const email of taken) {
    expect(isAddress(emailKey(email)), email).toBe(true);
    expect(emailKey(emailKey(email))).toBe(emailKey(email));
  }
  expect(emailKey("my password @example.com/home")).toBe("my password @example.com/home");
  const domain = fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), domain, fc.domain(), (local, odd, plain) => {
      for (const email of [`${local}@${odd}.com`, `${local}@${plain}`, `${local}@xn--${odd}.com`])
        expect(emailKey(emailKey(email))).toBe(emailKey(email));
    }),
  );
});
