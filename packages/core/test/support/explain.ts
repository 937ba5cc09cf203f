import { Fragment } from "../../src/base/db.ts";
import { interceptRequests } from "./network.ts";

export type SentStatement = { query: string; params: unknown[] };

/** A statement that was sent, to send again after `before`. */
export function toFragment({ query, params }: SentStatement, before = ""): Fragment {
  const values = [...query.matchAll(/\$(\d+)/g)].map(([, number]) => params[Number(number) - 1]);
  return new Fragment((before + query).split(/\$\d+/), values);
}

/** The SQL of each request to Postgres that `work` makes. */
export async function statementsOf(work: () => Promise<unknown>): Promise<SentStatement[][]> {
  const requests: SentStatement[][] = [];
  const note = (service: string, body: string) => {
    if (service !== "postgres") return;
    const asked = JSON.parse(body) as SentStatement | { queries: SentStatement[] };
    requests.push("queries" in asked ? asked.queries : [asked]);
  };
  await interceptRequests(note, work);
  return requests;
}

type Plan = { "Node Type": string; "Relation Name"?: string; "Actual Rows"?: number; "Actual Loops"?: number } & {
  Plans?: Plan[];
};

/** Every scan of a table in the plan, with the number of rows it returned. */
export async function scans(statement: SentStatement): Promise<{ how: string; of: string; rows: number }[]> {
  const rows = await toFragment(statement, "explain (analyze, format json) ");
  const flat = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(flat)];
  const [{ "QUERY PLAN": plans }] = rows as [{ "QUERY PLAN": [{ Plan: Plan }] }];
  return flat(plans[0].Plan).flatMap((node) => {
    const of = node["Relation Name"];
    return of ? [{ how: node["Node Type"], of, rows: (node["Actual Rows"] ?? 0) * (node["Actual Loops"] ?? 0) }] : [];
  });
}
