import { lazy, Suspense } from "react";
import { useLocation } from "wouter";
import { isSignedIn } from "../data/me.ts";
import type { Names } from "../data/names.ts";
import { prepareWatch, useOverview, useWatch, type Watch } from "../data/watches.ts";
import { useFirst } from "../ui/first.ts";
import { Fault } from "../ui/Notice.tsx";
import { Skeleton } from "../ui/Show.tsx";
import { SignedIn } from "../ui/SignedIn.tsx";
import { useTitle } from "../ui/title.ts";
import { routeOf } from "./subject.ts";
import { WatchMenu } from "./WatchMenu.tsx";
import { Details, Past, WatchFrame } from "./WatchView.tsx";

/** What is below the first screen of a phone. */
const Below = lazy(async () => ({ default: (await import("./Below.tsx")).Below }));

/** Asks for what the page shows, where it is opened first; a stranger is asked to sign in. */
export async function prepare({ id = "" }: { id?: string | undefined }): Promise<void> {
  if (isSignedIn()) await prepareWatch(id);
}

export function WatchPage({ params: { id = "" } }: { params: { id?: string } }) {
  return (
    <WatchFrame>
      <SignedIn>
        <Loaded key={id} id={id} />
      </SignedIn>
    </WatchFrame>
  );
}

function Loaded({ id }: { id: string }) {
  const { data: watch, error, isPending, refetch } = useWatch(id);
  if (isPending) return <Skeleton height={160} count={3} />;
  if (error && !watch) return <Fault error={error} onRetry={() => void refetch()} />;
  return watch ? <Shown watch={watch} /> : null;
}

function Shown({ watch }: { watch: Watch & Names }) {
  const [, go] = useLocation();
  useTitle(routeOf(watch, watch));
  const { data, error, isPending, refetch } = useOverview(watch.id);
  const isFirst = useFirst(isPending);
  const past = isPending ? (
    <Skeleton height={260} />
  ) : data ? (
    <Past watch={watch} overview={data} go={go} />
  ) : (
    <Fault error={error} onRetry={() => void refetch()} />
  );
  return (
    <>
      <Details watch={watch} menu={<WatchMenu watch={watch} />} past={past} />
      {!isFirst && (
        <Suspense fallback={<Skeleton height={160} count={3} />}>
          <Below watch={watch} />
        </Suspense>
      )}
    </>
  );
}
