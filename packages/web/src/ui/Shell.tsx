import { lazy, type ReactNode, Suspense, useEffect, useState } from "react";
import { Link, useLocation } from "wouter";
import { keptName, useMe, useSignedIn } from "../data/me.ts";
import { useWaiting } from "../data/proof.ts";
import { useUnread } from "../data/unread.ts";
import { useWords } from "../words/words.tsx";
import { Button } from "./Button.tsx";
import { Caught } from "./Caught.tsx";
import { Footer } from "./Footer.tsx";
import { Icon, type IconName } from "./Icon.tsx";
import { MovedNote } from "./Moved.tsx";
import { NewVersion } from "./NewVersion.tsx";
import { Notice } from "./Notice.tsx";
import { Offline } from "./Offline.tsx";
import styles from "./Shell.module.css";

const FindBox = lazy(async () => ({ default: (await import("../find/FindBox.tsx")).FindBox }));
const ProofDialog = lazy(async () => ({ default: (await import("../account/ProofDialog.tsx")).ProofDialog }));

/** The frame of every screen: on a phone the tabs are at the bottom, else on top. */
export function Shell({ children }: { children: ReactNode }) {
  const words = useWords();
  const name = useName();
  const moved = useMe(false).data?.moved;
  const isAsked = useWaiting() !== null;
  const [path] = useLocation();
  return (
    <>
      <a className={styles.skip} href="#content">
        {words.skip}
      </a>
      <header className={styles.head}>
        <Link href="/" className={styles.brand}>
          <Icon name="logo" />
          <span>{words.name}</span>
        </Link>
        <Tabs />
        <Finder />
        <Link href={name === null ? "/sign-in" : "/account"} className={styles.account} dir="auto">
          {name ?? words.account.signIn}
        </Link>
      </header>
      <Offline />
      <NewVersion />
      <main id="content" className={styles.main} tabIndex={-1}>
        <Caught of={path} fallback={<Broken />}>
          {moved && <MovedNote of={moved} />}
          {children}
        </Caught>
      </main>
      <Footer />
      {isAsked && (
        <Caught of="proof" fallback={null}>
          <Suspense>
            <ProofDialog />
          </Suspense>
        </Caught>
      )}
    </>
  );
}

/** Stands for a screen whose files did not come. The browser asks for them again with the page alone. */
function Broken() {
  const { errors, newer } = useWords();
  return (
    <div role="alert">
      <Notice tone="high">
        <p>{errors.part}</p>
        <Button onClick={() => location.reload()}>{newer.load}</Button>
      </Notice>
    </div>
  );
}

/** The search over everything: the field, or where there is no room a link to the page that has it. */
function Finder() {
  const { find } = useWords();
  const [path] = useLocation();
  const [hasRoom, setRoom] = useState(false);
  useEffect(() => {
    const wide = matchMedia("(min-width: 60rem)");
    const tell = () => setRoom(wide.matches);
    tell();
    wide.addEventListener("change", tell);
    return () => wide.removeEventListener("change", tell);
  }, []);
  const link = (
    <Link href="/find" className={styles.finder} aria-label={find}>
      <Icon name="search" />
    </Link>
  );
  return (
    <div className={styles.find}>
      {path !== "/find" &&
        (hasRoom ? (
          <Caught of="find" fallback={link}>
            <Suspense fallback={link}>
              <FindBox />
            </Suspense>
          </Caught>
        ) : (
          link
        ))}
    </div>
  );
}

/**
 * The name of the person who is signed in. Null for a stranger, and until the page is no longer as it was drawn for
 * all.
 */
function useName(): string | null {
  const isSignedIn = useSignedIn();
  const [isDrawn, setDrawn] = useState(false);
  useEffect(() => setDrawn(true), []);
  const kept = isDrawn ? keptName() : null;
  const { data: me } = useMe(isDrawn && isSignedIn && kept === null);
  return isDrawn && isSignedIn ? (me?.firstName ?? kept) : null;
}

function Tabs() {
  const { tabs, unread } = useWords();
  const count = useUnread();
  return (
    <nav className={styles.tabs} aria-label={tabs.search}>
      <Tab href="/" icon="search" text={tabs.search} />
      <Tab href="/watches" icon="watch" text={tabs.watches} />
      <Tab
        href="/alerts"
        icon="bell"
        text={tabs.alerts}
        badge={count > 0 ? { count, text: unread(count) } : undefined}
      />
      <Tab href="/trips" icon="trip" text={tabs.trips} />
    </nav>
  );
}

function Tab({
  href,
  icon,
  text,
  badge,
}: {
  href: string;
  icon: IconName;
  text: string;
  badge?: { count: number; text: string } | undefined;
}) {
  const [path] = useLocation();
  const isHere =
    href === "/" ? path === "/" || path.startsWith("/search") || path.startsWith("/offers") : path.startsWith(href);
  return (
    <Link href={href} className={styles.tab} aria-current={isHere ? "page" : undefined}>
      <Icon name={icon} />
      <span>{text}</span>
      {badge && (
        <span className={styles.badge}>
          <span aria-hidden="true">{badge.count > 99 ? "99+" : badge.count}</span>
          <span className="hidden">{badge.text}</span>
        </span>
      )}
    </Link>
  );
}
