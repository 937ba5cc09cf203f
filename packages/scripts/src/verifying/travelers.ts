import * as Vault from "@travel-conductor/core/base/vault";
import { idOf, jsonOf, madeAt, momentOf } from "./cell.ts";
import { compare, type Expected, type Found } from "./compare.ts";
import type { Context } from "./context.ts";
import { rowsOf } from "./latest.ts";
import type { OldRow } from "./old.ts";
import { ownersOf } from "./owner.ts";
import { personOf, sealedLike } from "./person.ts";
import { utc } from "./users.ts";

/** Compares the travelers with the passenger profiles, their sealed values opened. */
export function verifyTravelers(context: Context): Promise<void> {
  return compare(context, { table: "travelers", read: (ids) => read(context, ids) }, expected(context));
}

function* expected(context: Context): Generator<Expected> {
  const { ofUser } = ownersOf(context);
  for (const row of rowsOf(context, "passenger_profiles", "updated_at", "created_at")) {
    const id = idOf(row("id"));
    const owner = ofUser(row("user_id"));
    if (id !== null && owner !== "gone" && owner.state !== "unproven")
      yield { id, row: travelerRow(id, row, owner.id) };
  }
}

function travelerRow(id: string, row: OldRow, owner: string | null): Expected["row"] {
  const made = madeAt(id, row("created_at"));
  const isMoment = (value: unknown) => typeof value === "string";
  const fields = {
    ...{ firstName: row("first_name"), lastName: row("last_name"), bornOn: row("date_of_birth") },
    ...{ gender: row("gender"), email: row("email"), phone: row("phone") },
  };
  return {
    user_id: owner,
    created_at: made ?? isMoment,
    updated_at: momentOf(row("updated_at")) ?? made ?? isMoment,
    sealed: sealedLike({ ...personOf(fields, jsonOf(row("address"))), ...notAsked }),
  };
}

/** What the old application did not ask a traveler for. */
const notAsked = { title: null, loyalty: [], knownTravelerNumber: null, redressNumber: null };

async function read({ here, newest }: Context, ids: string[]): Promise<Map<string, Found>> {
  const { rows } = await here.query(
    `select id, user_id, sealed, ${utc("created_at")}, ${utc("updated_at")} from travelers where id = any ($1)`,
    [ids],
  );
  const sealed = rows.map((row) => ({ id: String(row.id), owner: String(row.user_id), sealed: String(row.sealed) }));
  const opened = await Vault.openAll("travelers", sealed);
  return new Map(
    rows.map((row, index) => {
      const isTouched = String(row.updated_at) > newest;
      const isChanged = (column: string) =>
        isTouched && (column === "updated_at" || (column === "sealed" && opened[index] !== undefined));
      return [String(row.id), { row: { ...row, sealed: opened[index] }, isChanged }];
    }),
  );
}
