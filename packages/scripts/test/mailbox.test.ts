import { randomBytes } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { domainToASCII } from "node:url";
import { emailKey } from "@travel-conductor/core/base/mailbox";
import { direct } from "@travel-conductor/local/testing";
import { Client } from "pg";
import { expect, test } from "vitest";

const migrations = new URL("../../core/migrations/", import.meta.url);
const mailbox = "0027_mailbox.sql";

test("keys that were stored in a domain's ASCII form become those of today, and no account loses its own", async () => {
  const name = `before_${randomBytes(6).toString("hex")}`;
  const admin = new Client({ connectionString: direct.postgres });
  await admin.connect();
  await admin.query(`create database ${name}`).finally(() => admin.end());
  const client = new Client({ connectionString: new URL(`/${name}`, direct.postgres).href });
  await client.connect();
  const run = async (file: string) => client.query(await readFile(new URL(file, migrations), "utf8"));
  try {
    for (const file of (await readdir(migrations)).sort()) if (file < mailbox) await run(file);
    const domains = [
      ...[
        "bücher.example",
        "例子.公益",
        "straße.example",
        "한국.한국",
        "مثال.إختبار",
        "пример.рф",
        "mail.köln.example",
      ],
      ...[
        "παράδειγμα.δοκιμή",
        "ü.example",
        "münchen-ost.example",
        "日本語ドメイン名例.jp",
        "παραδειγμα.ελ",
        "plain.example",
      ],
    ].map(domainToASCII);
    const keys = [...domains.map((domain) => `ann@${domain}`), "ann@xn--broken-.xn--99zz", "bea@xn--bcher-kva.example"];
    for (const [n, key] of [...keys, "bea@bücher.example", "xn--bcher-kva@plain.example"].entries())
      await client.query(
        `insert into users (id, email, email_key, password_hash, first_name, last_name)
         values ($1, $2, $2, 'x', 'Robin', 'Example')`,
        [`usr_${n}`, key],
      );
    await client.query(`
      insert into verification_tokens (id, user_id, purpose, email, email_key, expires_at)
      select repeat('a', 64), users.id, 'verify', users.email, users.email_key, now()
        from users
       where users.id = 'usr_0'`);
    await run(mailbox);
    const { rows } = await client.query("select email, email_key as key from users order by substr(id, 5)::int");
    const unchanged = ["ann@xn--broken-.xn--99zz", "bea@xn--bcher-kva.example"];
    expect(rows).toHaveLength(keys.length + 2);
    for (const { email, key } of rows)
      expect([email, key]).toEqual([email, unchanged.includes(email) ? email : emailKey(email)]);
    const { rows: links } = await client.query("select email_key as key from verification_tokens");
    expect(links).toEqual([{ key: "ann@bücher.example" }]);
  } finally {
    await client.end();
  }
});
