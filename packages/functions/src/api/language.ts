import type { Context } from "hono";

/** The query with the language that the browser prefers, ISO 639-1, where it names none. */
export function withLanguage<Q extends { language?: string | undefined }>(c: Context, query: Q): Q {
  const first = c.req.header("accept-language")?.match(/^\s*([a-z]{2})(?![a-z])/i)?.[1];
  return query.language === undefined && first !== undefined ? { ...query, language: first.toLowerCase() } : query;
}
