import type { ReactNode } from "react";
import { Link, useLocation, useSearch } from "wouter";
import { type Me, useMe, useSignedIn } from "../data/me.ts";
import { useWords } from "../words/words.tsx";
import { Fault, Notice } from "./Notice.tsx";
import { Skeleton } from "./Show.tsx";

/** Shows its content to a person who is signed in; to others the way there and back. */
export function SignedIn({ children, note }: { children: ReactNode; note?: string }) {
  const { account, errors } = useWords();
  const isSignedIn = useSignedIn();
  const [path] = useLocation();
  const search = useSearch();
  if (isSignedIn) return children;
  const back = `?back=${encodeURIComponent(search === "" ? path : `${path}?${search}`)}`;
  return (
    <Notice>
      <p>{note ?? errors.session}</p>
      <p>
        <Link href={`/sign-in${back}`}>{account.signIn}</Link> · <Link href={`/sign-up${back}`}>{account.signUp}</Link>
      </p>
    </Notice>
  );
}

/** As `SignedIn`, for what needs all that is known of the person. */
export function WithMe({ children }: { children: (me: Me) => ReactNode }) {
  return (
    <SignedIn>
      <Asked>{children}</Asked>
    </SignedIn>
  );
}

function Asked({ children }: { children: (me: Me) => ReactNode }) {
  const { data: me, error, refetch } = useMe();
  if (me) return children(me);
  return error ? <Fault error={error} onRetry={() => void refetch()} /> : <Skeleton height={120} count={2} />;
}
