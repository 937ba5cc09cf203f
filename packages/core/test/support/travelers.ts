import { planted } from "@travel-conductor/local/testing/canaries";
import { erika as base } from "@travel-conductor/local/testing/people";
import * as Traveler from "../../src/traveler.ts";

export const now = new Date("2026-11-26T08:00:00Z");

export const erika = (more: object = {}) => ({
  ...base,
  ...more,
});

export const passport = (more: object = {}) => ({
  type: "passport",
  number: planted.document,
  country: "DE",
  expiresOn: "2032-02-28",
  ...more,
});

export const traveler = (userId: string, more: object = {}) => Traveler.create(userId, erika(more), now);

/** The pointers of the faults of a refusal: of a `Problem`, or of the schema. */
export async function faults(work: Promise<unknown>): Promise<string[]> {
  const error = await work.then(
    () => undefined,
    (error) => error,
  );
  const issues = error?.issues?.map(({ path = [] }: { path?: { key: unknown }[] }) =>
    path.map(({ key }) => `/${key}`).join(""),
  );
  return issues ?? error?.errors?.map(({ pointer }: { pointer: string }) => pointer) ?? [];
}
