import type { ReactNode } from "react";
import { Link } from "wouter";
import { useSend } from "../data/account.ts";
import type { Me } from "../data/me.ts";
import { Action } from "../ui/Button.tsx";
import { FaultOf } from "../ui/faults.tsx";
import { Icon } from "../ui/Icon.tsx";
import { Notice } from "../ui/Notice.tsx";
import { WithMe } from "../ui/SignedIn.tsx";
import { useTitle } from "../ui/title.ts";
import { type Settings, useSettings } from "../words/settings.ts";
import { useWords } from "../words/words.tsx";
import styles from "./Frame.module.css";

type Part = Exclude<keyof Settings["parts"], "operator">;
const parts: Part[] = [
  "profile",
  "preferences",
  "travelers",
  "posts",
  "channels",
  "payment-methods",
  "security",
  "sessions",
  "keys",
  "data",
];

/** A part of the account, or without one its start; on a wide screen the other parts stand beside it. */
export function Frame({ part, children }: { part?: Part; children: (me: Me) => ReactNode }) {
  const { account } = useWords();
  const settings = useSettings();
  const title = part ? settings.parts[part] : account.title;
  useTitle(title);
  return (
    <div className={`${styles.frame} ${part ? styles.part : ""}`}>
      <header className={styles.head}>
        {part && (
          <Link href="/account" className={styles.back}>
            ‹ {account.title}
          </Link>
        )}
        <h1>{title}</h1>
      </header>
      <WithMe>
        {(me) => (
          <div className={styles.body}>
            <nav className={styles.nav} aria-label={settings.nav}>
              <ul>
                {parts.map((each) => (
                  <Entry key={each} href={`/account/${each}`} isHere={each === part}>
                    {settings.parts[each]}
                  </Entry>
                ))}
                {me.isOperator && <Entry href="/operator">{settings.parts.operator}</Entry>}
              </ul>
            </nav>
            <div className={styles.content}>
              {!me.emailVerified && <Unverified email={me.email} />}
              {children(me)}
            </div>
          </div>
        )}
      </WithMe>
    </div>
  );
}

function Entry({ href, isHere = false, children }: { href: string; isHere?: boolean; children: ReactNode }) {
  return (
    <li>
      <Link href={href} className={styles.link} aria-current={isHere ? "page" : undefined}>
        {children}
        <Icon name="next" size={18} />
      </Link>
    </li>
  );
}

function Unverified({ email }: { email: string }) {
  const { account: words } = useWords();
  const resend = useSend<{ email: string }>("/v1/auth/verify/resend");
  return (
    <Notice tone="typical">
      <p>{words.notVerified}</p>
      {!resend.isSuccess && (
        <Action busy={resend.isPending} onClick={() => resend.mutate({ email })}>
          {words.resend}
        </Action>
      )}
      <div role="status">{resend.isSuccess && words.resent}</div>
      <FaultOf error={resend.error} />
    </Notice>
  );
}
