import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("../../core/migrations", import.meta.url));

/** Migrations up to this number ran before these rules. */
const last = 53;

/** Tables that grow with people, prices or searches: a lock that lasts as long as a scan of one is noticed. */
export const large = new Set([
  ...["account_events", "alert_deliveries", "alert_rules", "alerts", "basket_fares", "booking_events", "bookings"],
  ...["channel_tries", "channels", "fares", "flight_cache", "idempotency_keys", "mailbox_letters", "messages"],
  ...["price_observations", "price_watches", "route_changes", "route_days", "route_lows", "search_analytics"],
  ...["sessions", "users", "verification_tokens", "watch_changes", "watch_fares"],
]);

type Rule = { is: RegExp; says: string; of?: "large" | "existing"; unless?: RegExp; contract?: true };

const rules: Rule[] = [
  {
    is: /^alter table .*\bdrop column\b|^drop (table|view|materialized view|type|function|sequence|trigger)\b/,
    says: "drops what the code before may still use",
    contract: true,
  },
  {
    is: /^alter (table|view|type|index|function) .*\brename\b/,
    says: "renames what the code before uses",
    contract: true,
  },
  {
    is: /^alter table .*\balter( column)? \w+( set data)? type\b/,
    says: "changes a type, which may rewrite the table",
    contract: true,
  },
  {
    is: /^alter table .*\bset not null\b/,
    says: "requires a value that the code before may not write",
    contract: true,
  },
  {
    is: /^alter table .*\balter( column)? \w+ drop default\b/,
    says: "takes a default that the code before relies on",
    contract: true,
  },
  {
    is: /\badd( column)?(?! constraint\b)(?: if not exists)? \w+ (?:(?!,\s*(?:add|alter|drop)\b).)*\bnot null\b/,
    unless: /\bdefault\b|\bgenerated\b/,
    says: "adds a column with `not null` and no default, which the code before does not write",
    of: "existing",
    contract: true,
  },
  {
    is: /\badd( column)? .*\bdefault \(?(gen_random_uuid|random|clock_timestamp|timeofday|nextval)\(|\bgenerated always as \(.*\) stored/,
    says: "adds a column whose value differs by row, which rewrites the table",
    of: "large",
  },
  {
    is: /^alter table .*\badd constraint \w+ (check|foreign key)\b/,
    unless: /\bnot valid\b/,
    says: "reads the whole table while it is locked: add it `not valid`, and validate it in a migration of its own",
    of: "large",
  },
  {
    is: /^alter table .*\badd (constraint \w+ )?(unique|primary key) ?\(/,
    says: "makes an index while the table is locked: create it concurrently, then add it `using index`",
    of: "large",
  },
  {
    is: /^create (unique )?index (?!concurrently\b)/,
    says: "locks the table against writes while the index is made: create it concurrently",
    of: "large",
  },
  { is: /^drop index (?!concurrently\b)/, says: "locks the table: drop the index concurrently" },
  { is: /^(lock table|vacuum full|cluster|reindex (?!.*concurrently\b))/, says: "locks a table for long" },
  { is: /^set (session |local )?(lock|statement)_timeout\b/, says: "sets a time-out, which `npm run migrate` does" },
];

/**
 * Returns what in a migration would stop or disturb the code that runs before and during the deploy. A line `-- contract:
 * since <release> …` allows what takes something away: it names the release from which on no code uses it, by its date.
 */
export function faultsOf(name: string, text: string): string[] {
  if (Number(/^\d+/.exec(name)?.[0]) <= last) return [];
  const statements = statementsOf(text);
  const made = new Set(statements.flatMap((one) => /^create table (?:if not exists )?(\w+)/.exec(one)?.[1] ?? []));
  const contract = /^-- contract: since \d{4}-\d{2}-\d{2}\b.{10,}$/m.test(text);
  const faults = statements.flatMap((statement) => {
    const table = (/^alter table (?:if exists )?(?:only )?(\w+)/.exec(statement) ??
      /^create (?:unique )?index\b.*? on (?:only )?(\w+)/.exec(statement))?.[1];
    return rules
      .filter(({ is, unless }) => is.test(statement) && !unless?.test(statement))
      .filter(({ of }) => of !== "large" || (table !== undefined && large.has(table)))
      .filter(() => table === undefined || !made.has(table))
      .filter((rule) => !(rule.contract && contract))
      .map(({ says }) => `${says}: ${statement.slice(0, 90)}`);
  });
  const apart = /^-- no transaction$/m.test(text);
  const concurrent = statements.filter((one) => /^(create|drop)\b.*\bindex concurrently\b/.test(one));
  if (concurrent.length > 0 && !apart) faults.push("needs a line `-- no transaction`, as indexes made concurrently do");
  if (apart && concurrent.length < statements.length)
    faults.push("has no transaction, and does more than make indexes");
  if (/_finish\.sql$/.test(name) && !contract) faults.push("needs a line `-- contract: since <release> …`");
  return faults;
}

/** The statements in lower case, on one line each, without comments and texts. */
function statementsOf(text: string): string[] {
  return text
    .replace(/--.*$/gm, "")
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/\$(\w*)\$[\s\S]*?\$\1\$/g, "''")
    .replace(/'(?:[^']|'')*'/g, "''")
    .split(";")
    .map((statement) => statement.replace(/\s+/g, " ").trim().toLowerCase())
    .filter((statement) => statement !== "");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const name of (await readdir(folder)).sort()) {
    for (const fault of faultsOf(name, await readFile(`${folder}/${name}`, "utf8"))) {
      console.error(`packages/core/migrations/${name} ${fault}`);
      process.exitCode = 1;
    }
  }
}
