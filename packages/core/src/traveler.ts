import { lazy } from "./base/lazy.ts";

export type { Opened, OpenedDocument } from "./traveler/row.ts";
export {
  AddDocument,
  Create,
  DocumentInfo,
  Info,
  ListQuery,
  lackedBy,
  mostDocuments,
  mostTravelers,
  Query,
  ReadZone,
  Update,
  Zoned,
} from "./traveler/schema.ts";

/** The verbs are loaded at their first call, so that the API starts without them. */
export const create = lazy(async () => (await import("./traveler/owned.ts")).create);
export const list = lazy(async () => (await import("./traveler/owned.ts")).list);
export const get = lazy(async () => (await import("./traveler/owned.ts")).get);
export const update = lazy(async () => (await import("./traveler/owned.ts")).update);
export const remove = lazy(async () => (await import("./traveler/owned.ts")).remove);
export const addDocument = lazy(async () => (await import("./traveler/document.ts")).addDocument);
export const removeDocument = lazy(async () => (await import("./traveler/document.ts")).removeDocument);
export const read = lazy(async () => (await import("./traveler/document.ts")).read);

/** The travelers of a booking, in clear: see `traveler/party.ts`, whose statement may go with others in one request. */
export const party = async () => import("./traveler/party.ts");
export const listFor = lazy(async () => (await import("./traveler/party.ts")).listFor);
