import type { Run } from "./move.ts";

/**
 * Where one day of `callsADay` is too short, spreads the first checks of the fares that came with this run over several
 * days. Each keeps a place of its own in that time, so that a run that is repeated changes nothing.
 */
export async function spreadChecks({ writer, at }: Run, callsADay: number | null): Promise<void> {
  if (!writer || callsADay === null) return;
  await writer.query(
    `with waiting as (
       select fares.id, ceil(count(*) over () / $2::float8) as days
         from fares
        where fares.created_at = $1::timestamptz
          and fares.checked_at is null
          and fares.due_at is not null
     )
     update fares
        set due_at = $1::timestamptz + waiting.days * interval '1 day'
                      * ((hashtext(fares.id)::bigint + 2147483648) / 4294967296.0)
       from waiting
      where fares.id = waiting.id
        and waiting.days > 1`,
    [at.toISOString(), Math.max(1, callsADay)],
  );
}
