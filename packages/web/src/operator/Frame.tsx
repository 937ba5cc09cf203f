import type { ReactNode } from "react";
import { Link } from "wouter";
import { Failed } from "../api/http.ts";
import { Empty, Fault } from "../ui/Notice.tsx";
import { Skeleton } from "../ui/Show.tsx";
import { WithMe } from "../ui/SignedIn.tsx";
import { useTitle } from "../ui/title.ts";
import { useSettings } from "../words/settings.ts";
import styles from "./Operator.module.css";

const parts = [
  ...(["state", "providers", "bookings", "deliveries", "conversion"] as const),
  ...(["searches", "guides", "posts", "imports"] as const),
];
type Part = (typeof parts)[number];

const addressOf = (part: Part) => (part === "state" ? "/operator" : `/operator/${part}`);

/** A page for operators; the API checks that the person is one, and others are told so without a request. */
export function Frame({ part, children }: { part: Part; children: ReactNode }) {
  const { operator: words } = useSettings();
  useTitle(words.parts[part]);
  return (
    <div className={styles.page}>
      <h1>{words.title}</h1>
      <WithMe>
        {(me) =>
          me.isOperator ? (
            <>
              <nav className={styles.nav} aria-label={words.nav}>
                {parts.map((each) => (
                  <Link
                    key={each}
                    href={addressOf(each)}
                    className={styles.link}
                    aria-current={each === part ? "page" : undefined}
                  >
                    {words.parts[each]}
                  </Link>
                ))}
              </nav>
              {children}
            </>
          ) : (
            <Empty title={words.denied} />
          )
        }
      </WithMe>
    </div>
  );
}

type Asked<T> = { data: T | undefined; error: Error | null; refetch: () => unknown };

/** What a part shows: room while it loads, what went wrong, or the answer. */
export function Answer<T>({ of: asked, children }: { of: Asked<T>; children: (data: T) => ReactNode }) {
  const { operator: words } = useSettings();
  if (asked.data !== undefined) return children(asked.data);
  if (!asked.error) return <Skeleton height={64} count={4} />;
  if (asked.error instanceof Failed && asked.error.code === "operator.required") return <Empty title={words.denied} />;
  return <Fault error={asked.error} onRetry={() => void asked.refetch()} />;
}
