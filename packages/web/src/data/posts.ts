import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type * as Moderation from "@travel-conductor/core/moderation";
import type * as Post from "@travel-conductor/core/post";
import type * as Review from "@travel-conductor/core/review";
import type * as Tip from "@travel-conductor/core/tip";
import type { InferInput, InferOutput } from "valibot";
import { ask } from "../api/http.ts";
import { type Page, usePages } from "./pages.ts";

export type TipInfo = InferOutput<typeof Post.TipInfo>;
export type ReviewInfo = InferOutput<typeof Post.ReviewInfo>;
export type Mine = InferOutput<typeof Post.Mine>;
export type Rating = InferOutput<typeof Post.Rating>;
export type NewTip = InferInput<typeof Tip.Create>;
export type NewReview = InferInput<typeof Review.Create>;
export type Queued = InferOutput<typeof Moderation.Queued>;
export type Written = InferOutput<typeof Post.Written>;
type Useful = InferOutput<typeof Post.Useful>;
type Versions = InferOutput<typeof Post.Versions>;
export type Report = InferInput<typeof Post.Report>;
export type Decide = InferInput<typeof Moderation.Decide>;

export type Kind = "tip" | "review";
const paths = { tip: "tips", review: "reviews" } as const;
const pathOf = (kind: Kind, id: string) => `/v1/${paths[kind]}/${id}`;

/** What of a list is shown; an empty text is no choice. */
export type Choice = { sort: "useful" | "newest"; language: string; kind?: string; purpose?: string };

const asked = (choice: Choice) =>
  Object.fromEntries(Object.entries({ ...choice, limit: 10 }).filter(([, value]) => value !== ""));

export const useTips = (code: string, choice: Choice) =>
  usePages<Page<TipInfo>>(["posts", "tip", code, choice], `/v1/places/${code}/tips`, asked(choice), { keepsOld: 3 });

export const useReviews = (code: string, choice: Choice) =>
  usePages<Page<ReviewInfo> & { rating: Rating }>(
    ["posts", "review", code, choice],
    `/v1/places/${code}/reviews`,
    asked(choice),
    { keepsOld: 3 },
  );

export const useMyPosts = () => usePages<Page<Mine>>(["posts", "mine"], "/v1/me/posts", { limit: 25 });

export const useVersions = (kind: Kind, id: string) =>
  useQuery({
    queryKey: ["posts", "versions", id],
    queryFn: ({ signal }) => ask<Versions>(`${pathOf(kind, id)}/versions`, { signal }),
  });

function usePostChange<Input, Output>(change: (input: Input) => Promise<Output>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: () => queries.invalidateQueries({ queryKey: ["posts"] }),
  });
}

type Body = { tip: NewTip; review: NewReview };

/** Writes a text about a place; `key` makes that one however often it is sent. */
export const useWrite = <K extends Kind>(kind: K, code: string) =>
  usePostChange(({ key, body }: { key: string; body: Body[K] }) =>
    ask<Written>(`/v1/places/${code}/${paths[kind]}`, { method: "POST", body, key }),
  );

export const useChangePost = <K extends Kind>(kind: K, id: string) =>
  usePostChange((body: Body[K]) => ask<Written>(pathOf(kind, id), { method: "PATCH", body }));

export const useRemovePost = (kind: Kind, id: string) =>
  usePostChange(() => ask<void>(pathOf(kind, id), { method: "DELETE" }));

export const useAppeal = (kind: Kind, id: string) =>
  usePostChange((text: string) => ask<Mine>(`${pathOf(kind, id)}/appeal`, { method: "POST", body: { text } }));

/** The list stays as it is: what was voted for does not move away below the finger. */
export const useVote = (kind: Kind, id: string) =>
  useMutation({
    mutationFn: (wanted: boolean) => ask<Useful>(`${pathOf(kind, id)}/useful`, { method: wanted ? "POST" : "DELETE" }),
  });

export const useReport = (kind: Kind, id: string) =>
  useMutation({
    mutationFn: (body: Report) => ask<void>(`${pathOf(kind, id)}/reports`, { method: "POST", body }),
  });

export const useQueue = (state: string) =>
  usePages<Page<Queued>>(["operator", "posts", state], "/v1/admin/posts", { state, limit: 10 });

export function useDecide(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: Decide) => ask<void>(`/v1/admin/posts/${id}/decisions`, { method: "POST", body }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["operator", "posts"] }),
  });
}
