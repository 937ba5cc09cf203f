import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type * as Core from "@travel-conductor/core/channel";
import type { InferInput, InferOutput } from "valibot";
import { ask, Failed } from "../api/http.ts";
import { type Page, usePages } from "./pages.ts";

export type Channel = InferOutput<typeof Core.Info>;
export type Kind = Channel["kind"];
export type Topic = NonNullable<Channel["about"]>[number];
export type Made = InferOutput<typeof Core.Made>;
export type NewChannel = InferInput<typeof Core.Create>;
export type Try = InferOutput<typeof Core.Try>;

const path = "/v1/channels";

/** All of a person's channels, of which there are at most 20, oldest first. */
export function useChannels(enabled = true) {
  return useQuery({
    queryKey: ["channels"],
    enabled,
    queryFn: async ({ signal }) => (await ask<Page<Channel>>(path, { query: { limit: 25 }, signal })).items,
  });
}

export function useChannel(id: string) {
  return useQuery({
    queryKey: ["channels", id],
    queryFn: ({ signal }) => ask<Channel>(`${path}/${id}`, { signal }),
  });
}

/** The kinds of channels that the service can send to. */
export function useKinds() {
  return useQuery({
    queryKey: ["channel kinds"],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async ({ signal }) => (await ask<InferOutput<typeof Core.Kinds>>(`${path}/kinds`, { signal })).items,
  });
}

/** The key that a browser subscribes to push with; null where the service sends none. */
export function usePushKey(enabled: boolean) {
  return useQuery({
    queryKey: ["push key"],
    enabled,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async ({ signal }) => {
      try {
        return (await ask<InferOutput<typeof Core.PushKey>>(`${path}/push-key`, { signal })).publicKey;
      } catch (error) {
        if (error instanceof Failed && [404, 409].includes(error.problem?.status ?? 0)) return null;
        throw error;
      }
    },
  });
}

function useChannelChange<Input, Output>(change: (input: Input) => Promise<Output>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSettled: () => queries.invalidateQueries({ queryKey: ["channels"] }),
  });
}

/** When it is looked whether what was queued has been sent (ms). */
const looks = [1_500, 4_000, 10_000];

/** Queues messages, whose outcome is there in some seconds. */
function useSending<Input, Output>(send: (input: Input) => Promise<Output>) {
  const queries = useQueryClient();
  return useChannelChange(async (input: Input) => {
    const answer = await send(input);
    for (const wait of looks) setTimeout(() => void queries.invalidateQueries({ queryKey: ["channels"] }), wait);
    return answer;
  });
}

export const useAddChannel = () => useChannelChange((body: NewChannel) => ask<Made>(path, { method: "POST", body }));

export type ChannelChange = { name?: string | null; about?: Topic[] | null; status?: "on" | "paused" };

export const useChangeChannel = (id: string) =>
  useChannelChange((body: ChannelChange) => ask<Channel>(`${path}/${id}`, { method: "PATCH", body }));

/** Removes a channel; that of this browser's push is ended here, too. */
export const useRemoveChannel = (id: string) =>
  useChannelChange(async () => {
    await ask<void>(`${path}/${id}`, { method: "DELETE" });
    const { endPushOf } = await import("../offline/push.ts");
    await endPushOf(id);
  });

export const useTestChannel = (id: string) => useSending(() => ask<void>(`${path}/${id}/test`, { method: "POST" }));

export const useRotateChannel = (id: string) =>
  useChannelChange(() => ask<Made>(`${path}/${id}/rotate`, { method: "POST" }));

export const useTries = (id: string) =>
  usePages<Page<Try>>(["channels", id, "tries"], `${path}/${id}/tries`, { limit: 25 });

export type Span = { from: string; to: string };

/** Sends messages again: one, or all of a span, of which one request takes a hundred. */
export const useReplay = (id: string) =>
  useSending(async (body: { messageId: string } | Span) => {
    let replayed = 0;
    let cursor: string | null = null;
    do {
      const page: InferOutput<typeof Core.Replayed> = await ask(`${path}/${id}/replay`, {
        method: "POST",
        body: cursor === null ? body : { ...body, cursor },
      });
      replayed += page.replayed;
      cursor = page.nextCursor;
    } while (cursor !== null);
    return { replayed };
  });
