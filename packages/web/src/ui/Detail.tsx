import type { ReactNode } from "react";
import { Link } from "wouter";
import styles from "./Detail.module.css";
import { SignedIn } from "./SignedIn.tsx";

type Props = { back: string; title: string; heading?: string; children: ReactNode };

/**
 * The page of one thing, for a person who is signed in. `back` leads to what it belongs to, named `title`; a `heading` that
 * is known without asking stands there for others too.
 */
export function Detail({ back, title, heading, children }: Props) {
  return (
    <div className={styles.page}>
      <Link href={back} className={styles.back}>
        ‹ {title}
      </Link>
      {heading && <h1>{heading}</h1>}
      <SignedIn>{children}</SignedIn>
    </div>
  );
}
