import type { ReactNode } from "react";
import { Link, useLocation, useSearch } from "wouter";
import { useMe } from "../data/me.ts";
import { useWords } from "../words/words.tsx";
import { Fault, Notice } from "./Notice.tsx";
import { Skeleton } from "./Show.tsx";

/** Shows its content to a person who is signed in; to others the way there and back. */
export function SignedIn({ children, note }: { children: ReactNode; note?: string }) {
  const { account, errors } = useWords();
  const { data: me, isPending, error, refetch } = useMe();
  const [path] = useLocation();
  const search = useSearch();
  if (isPending) return <Skeleton height={120} count={2} />;
  if (me) return children;
  if (error) return <Fault error={error} onRetry={() => void refetch()} />;
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
