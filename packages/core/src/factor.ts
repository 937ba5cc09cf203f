import { type Fragment, sql, utc } from "./base/db.ts";
import { lazy } from "./base/lazy.ts";
import type { Info, Passkey } from "./factor/schema.ts";

export {
  AddOptions,
  AddPasskey,
  Change,
  Code,
  Confirm,
  Info,
  Passkey,
  RecoveryCodes,
  Rename,
  Setup,
  UseOptions,
  UsePasskey,
} from "./factor/schema.ts";

const app = () => import("./factor/app.ts");
const code = () => import("./factor/code.ts");
const passkey = () => import("./factor/passkey.ts");
const assertion = () => import("./factor/assertion.ts");

export const setUpApp = lazy(async () => (await app()).setUpApp);
export const confirmApp = lazy(async () => (await app()).confirmApp);
export const removeApp = lazy(async () => (await app()).removeApp);
export const renewCodes = lazy(async () => (await app()).renewCodes);
export const checkCode = lazy(async () => (await code()).check);
export const rejectTaken = lazy(async () => (await code()).rejectTaken);
export const optionsToAdd = lazy(async () => (await passkey()).optionsToAdd);
export const addPasskey = lazy(async () => (await passkey()).addPasskey);
export const renamePasskey = lazy(async () => (await passkey()).renamePasskey);
export const removePasskey = lazy(async () => (await passkey()).removePasskey);
export const optionsToSignIn = lazy(async () => (await assertion()).optionsToSignIn);
export const optionsToReauthenticate = lazy(async () => (await assertion()).optionsToReauthenticate);
export const checkPasskey = lazy(async () => (await assertion()).checkPasskey);
export const rejectReplay = lazy(async () => (await assertion()).rejectReplay);
export const setRequired = lazy(async () => (await import("./factor/required.ts")).setRequired);
export const reseal = lazy(async () => (await import("./factor/reseal.ts")).reseal);
export const reauthenticate = lazy(async () => (await assertion()).reauthenticate);

/** Lists what an account has beside its password. One request. */
export async function get(userId: string): Promise<Info> {
  const [row] = await sql`
    select (
             select coalesce(
                      json_agg(
                        json_build_object(
                          'id', passkeys.id, 'name', passkeys.name, 'backedUp', passkeys.backed_up,
                          'createdAt', ${utc(sql`passkeys.created_at`)}, 'lastUsedAt', ${utc(sql`passkeys.last_used_at`)})
                        order by passkeys.id desc),
                      '[]')
               from passkeys
              where passkeys.user_id = ${userId}) as passkeys,
           (
             select ${utc(sql`totp_secrets.confirmed_at`)}
               from totp_secrets
              where totp_secrets.user_id = ${userId}) as since,
           (
             select count(*)::int
               from recovery_codes
              where recovery_codes.user_id = ${userId}
                and recovery_codes.uses = 0) as codes,
           exists (select from users where users.id = ${userId} and users.factor_required) as required`;
  const { passkeys, since, codes, required } = row as Row;
  return { passkeys, totp: since === null ? null : { since }, recoveryCodes: codes, required };
}

type Row = { passkeys: Passkey[]; since: string | null; codes: number; required: boolean };

/** The condition that the codes of an app are switched on for the user of this column. */
export function asksForCode(userId: Fragment): Fragment {
  return sql`
    exists (select from totp_secrets where totp_secrets.user_id = ${userId} and totp_secrets.confirmed_at is not null)`;
}
