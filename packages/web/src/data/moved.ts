import { useQuery } from "@tanstack/react-query";
import type * as Core from "@travel-conductor/core/moved";
import type { InferOutput } from "valibot";
import { ask } from "../api/http.ts";
import { type Page, usePages } from "./pages.ts";

export type Mine = InferOutput<typeof Core.Mine>;
export type ImportRun = InferOutput<typeof Core.ImportRun>;

const path = "/v1/me/moved";

/** How much moved to the account, and whether something was lost. */
export const useMovedCounts = () =>
  useQuery({
    queryKey: ["moved", "counts"],
    queryFn: ({ signal }) => ask<Mine>(path, { query: { limit: 1 }, signal }),
  });

/** What was lost on the way, page by page. */
export const useMoved = () => usePages<Mine>(["moved", "lost"], path, { limit: 50 });

/** The importer's runs, for operators. */
export const useImports = () => usePages<Page<ImportRun>>(["operator", "imports"], "/v1/admin/imports", { limit: 25 });
