import { lazy } from "./base/lazy.ts";

export { Change, Draft, Preview, Previewed, Publish, Version } from "./destination/draft.schema.ts";
export {
  Costs,
  Facts,
  Guide,
  Holiday,
  Language,
  List,
  languages,
  Part,
  Query,
  Section,
  sections,
} from "./destination/schema.ts";

/** The verbs are loaded at their first call, so that the API starts without them. */
export const get = lazy(async () => (await import("./destination/guide.ts")).get);
export const find = lazy(async () => (await import("./destination/guide.ts")).find);
export const list = lazy(async () => (await import("./destination/listed.ts")).list);
export const all = lazy(async () => (await import("./destination/listed.ts")).all);
export const versions = lazy(async () => (await import("./destination/prose.ts")).versions);
export const preview = lazy(async () => (await import("./destination/prose.ts")).preview);
export const write = lazy(async () => (await import("./destination/prose.ts")).write);
export const change = lazy(async () => (await import("./destination/prose.ts")).change);
export const publish = lazy(async () => (await import("./destination/prose.ts")).publish);
export const withdraw = lazy(async () => (await import("./destination/prose.ts")).withdraw);
export const discard = lazy(async () => (await import("./destination/prose.ts")).discard);
