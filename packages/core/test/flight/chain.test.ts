import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import { chain } from "../../src/flight/chain.ts";
import type { Answer } from "../../src/flight.ts";
import {
  at,
  criteria,
  failure,
  name,
  neverAnswers,
  noResults,
  offer,
  ok,
  type ScriptedAnswer,
  scriptedProvider,
} from "../support/chain.ts";

const numbers = (offers: { slices: { segments: { flightNumber: string }[] }[] }[]) =>
  offers.map(({ slices }) => slices[0]?.segments[0]?.flightNumber);

test("the first answer is enough, also an empty one", async () => {
  for (const says of [undefined, noResults]) {
    const [first, second] = [scriptedProvider(says), scriptedProvider()];
    const answer = await chain([first, second]).search(criteria, at);
    expect(answer.providers).toEqual([{ name: first.name, status: says ? "no_results" : "ok" }]);
    expect(second.search).not.toHaveBeenCalled();
  }
});

test("the next is asked when one fails, throws, is limited, answers in another currency, or does not answer in time", async () => {
  const thrown = () => Promise.reject(new Error("broken"));
  const limited = { status: "rate_limited", offers: [] } as const;
  const foreign = ok(offer("x", "1", 5000, { currency: "EUR" }));
  for (const says of [failure, limited, thrown, foreign, neverAnswers(), neverAnswers(false)] as ScriptedAnswer[]) {
    const [first, second] = [scriptedProvider(says), scriptedProvider()];
    const answer = await chain([first, second], { patience: 40 }).search(criteria, at);
    expect(answer.status).toBe("ok");
    expect(answer.offers[0]?.provider).toBe(second.name);
    expect(answer.providers).toEqual([
      {
        name: first.name,
        status: says === limited ? "rate_limited" : says === foreign ? "skipped" : "provider_error",
      },
      { name: second.name, status: "ok" },
    ]);
  }
});

test("a provider that answers after the next was asked is still heard", async () => {
  const slow = scriptedProvider(async () => {
    await wait(80);
    return ok(offer("slow", "1", 4000));
  });
  const other = scriptedProvider(neverAnswers());
  const answer = await chain([slow, other], { patience: 30 }).search(criteria, at);
  expect(other.search).toHaveBeenCalledTimes(1);
  expect(answer).toMatchObject({ status: "ok", offers: [{ total: 4000 }] });
});

test("a provider that its caller gave too little time has not failed; one that had its time has", async () => {
  const slow = scriptedProvider(neverAnswers());
  const calls = async (withinMs: number, patience: number) => {
    const one = chain([slow], { patience });
    for (let tries = 0; tries < 8; tries++) await one.search(criteria, at, { withinMs });
    slow.search.mockClear();
    await one.search(criteria, at, { withinMs });
    return slow.search.mock.calls.length;
  };
  expect(await calls(10, 60_000)).toBe(1);
  expect(await calls(10, 5)).toBe(0);
});

test("a provider without the currency is skipped, and says so", async () => {
  const [first, second] = [scriptedProvider(undefined, { currencies: new Set(["EUR"]) }), scriptedProvider()];
  const both = chain([first, second]);
  const { status, providers } = await both.search(criteria, at);
  expect({ status, providers }).toEqual({
    status: "ok",
    providers: [
      { name: first.name, status: "skipped" },
      { name: second.name, status: "ok" },
    ],
  });
  expect(first.search).not.toHaveBeenCalled();
  expect(both.currencies).toBeUndefined();
  const alone = chain([first]);
  expect(alone.currencies).toEqual(new Set(["EUR"]));
  expect(await alone.search(criteria, at)).toMatchObject({
    status: "provider_error",
    providers: [{ status: "skipped" }],
  });
});

test("without any answer the status is rate_limited if one was limited and none failed, else provider_error", async () => {
  const rate = (resetsAt: string) => ({ limit: 60, remaining: 0, resetsAt });
  const limited: Answer = { status: "rate_limited", offers: [], rate: rate("2026-11-16T00:01:00.000Z") };
  const sooner: Answer = { ...limited, rate: rate("2026-11-16T00:00:30.000Z") };
  const asked = async (...says: ScriptedAnswer[]) => {
    const [one, ...more] = says.map((each) => scriptedProvider(each));
    return chain([one!, ...more]).search(criteria, at);
  };
  expect(await asked(limited, sooner)).toMatchObject({ status: "rate_limited", rate: sooner.rate });
  expect(await asked(limited, failure)).toMatchObject({ status: "provider_error" });
  expect(await asked(failure, limited)).toMatchObject({ status: "provider_error" });
});

test("a call ends with its signal, even if the provider ignores it", async () => {
  for (const mode of ["failover", "hedge", "merge"] as const) {
    const [first, second] = [scriptedProvider(neverAnswers(false)), scriptedProvider(neverAnswers(false))];
    const signal = AbortSignal.timeout(50);
    const answer = await chain([first, second], { mode, patience: 10_000, hedgeAfter: 10 }).search(criteria, at, {
      signal,
    });
    expect(answer.status).toBe("provider_error");
    const over = chain([scriptedProvider()], { mode }).search(criteria, at, { signal });
    expect((await over).status).toBe("provider_error");
  }
});

test("hedged: a slow provider gets a second one beside it, and the first with offers answers", async () => {
  const [slow, quick] = [scriptedProvider(neverAnswers()), scriptedProvider()];
  const hedged = chain([slow, quick], { mode: "hedge", hedgeAfter: 20 });
  const answer = await hedged.search(criteria, at);
  expect(answer.offers[0]?.provider).toBe(quick.name);
  expect(answer.providers).toEqual([{ name: quick.name, status: "ok" }]);
  expect(slow.search.mock.calls[0]?.[2]?.signal?.aborted).toBe(true);
});

test("hedged: after a quick answer, also an empty one, no second is asked; a failure brings the next at once", async () => {
  for (const says of [undefined, noResults]) {
    const [first, second] = [scriptedProvider(says), scriptedProvider()];
    await chain([first, second], { mode: "hedge", hedgeAfter: 60_000 }).search(criteria, at);
    expect(second.search).not.toHaveBeenCalled();
  }
  const [failed, second] = [scriptedProvider(failure), scriptedProvider()];
  const answer = await chain([failed, second], { mode: "hedge", hedgeAfter: 60_000 }).search(criteria, at);
  expect(answer).toMatchObject({ status: "ok", providers: [{ status: "provider_error" }, { status: "ok" }] });
});

test("hedged: in a background call no second one is asked beside a slow one", async () => {
  const [slow, other] = [
    scriptedProvider(() => new Promise((answer) => setTimeout(answer, 60, noResults))),
    scriptedProvider(),
  ];
  const hedged = chain([slow, other], { mode: "hedge", hedgeAfter: 10 });
  expect((await hedged.search(criteria, at, { purpose: "background" })).status).toBe("no_results");
  expect(other.search).not.toHaveBeenCalled();
});

test("merged: the same flights from two providers are one offer, at the lower price, and all are cheapest first", async () => {
  const [one, other] = [scriptedProvider(), scriptedProvider()];
  one.says = ok(offer(one.name, "1", 5000), offer(one.name, "2", 7000), offer(one.name, "3", 9000));
  const flexible = { conditions: { refund: { allowed: true, penalty: null }, change: null } };
  other.says = ok(offer(other.name, "2", 6000), offer(other.name, "2", 8000, flexible), offer(other.name, "1", 5100));
  const answer = await chain([one, other], { mode: "merge" }).search(criteria, at);
  expect(answer.status).toBe("ok");
  expect(answer.offers.map(({ total }) => total)).toEqual([5000, 6000, 8000, 9000]);
  expect(numbers(answer.offers)).toEqual(["1", "2", "2", "3"]);
  expect(answer.offers.map(({ provider }) => provider)).toEqual([one.name, other.name, other.name, one.name]);
});

test("merged: with a failure the answer is partial, and empty ones beside it are no answer", async () => {
  const merged = (...says: (ScriptedAnswer | undefined)[]) => {
    const [one, ...more] = says.map((each) => scriptedProvider(each));
    return chain([one!, ...more], { mode: "merge" }).search(criteria, at);
  };
  expect(await merged(undefined, failure)).toMatchObject({ status: "partial", providers: [{ status: "ok" }, {}] });
  expect(await merged(undefined, noResults)).toMatchObject({ status: "ok" });
  expect(await merged(noResults, noResults)).toMatchObject({ status: "no_results" });
  expect(await merged(noResults, failure)).toMatchObject({ status: "provider_error" });
});

test("an offer is confirmed by the provider that sold it, and by no other", async () => {
  const [first, second] = [scriptedProvider(), scriptedProvider()];
  const both = chain([first, second]);
  const sold = { provider: second.name, reference: "1" };
  expect(await both.confirm(criteria, sold, at)).toMatchObject({ status: "ok", offer: { provider: second.name } });
  expect(first.confirm).not.toHaveBeenCalled();
  expect(await both.confirm(criteria, { provider: name(), reference: "1" }, at)).toEqual({ status: "gone" });
});
