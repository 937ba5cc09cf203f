import { useState } from "react";
import { Failed } from "../api/http.ts";
import { useEmailChange, usePasswordChange } from "../data/account.ts";
import { useFactors } from "../data/factors.ts";
import type { Me } from "../data/me.ts";
import { Action } from "../ui/Button.tsx";
import { useFaults } from "../ui/faults.tsx";
import { Fault, Notice } from "../ui/Notice.tsx";
import { Skeleton } from "../ui/Show.tsx";
import { useSettings } from "../words/settings.ts";
import { useWords } from "../words/words.tsx";
import { AppCodes } from "./AppCodes.tsx";
import { EmailField } from "./EmailField.tsx";
import styles from "./Form.module.css";
import { Frame } from "./Frame.tsx";
import { Passkeys } from "./Passkeys.tsx";
import { PasswordField } from "./PasswordField.tsx";
import { Required } from "./Required.tsx";

export function Security() {
  return (
    <Frame part="security">
      {(me) => (
        <>
          <Password email={me.email} />
          <Email me={me} />
          <Factors isProven={me.emailVerified} />
        </>
      )}
    </Frame>
  );
}

function Password({ email }: { email: string }) {
  const { account } = useWords();
  const { security: words } = useSettings();
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const change = usePasswordChange();
  const isWrong = change.error instanceof Failed && change.error.code === "user.credentials";
  const { form, faultAt, rest } = useFaults(change.error, ["current", "next"]);
  return (
    <section className={styles.card} aria-labelledby="password">
      <h2 id="password">{words.password}</h2>
      <form
        ref={form}
        onSubmit={(event) => {
          event.preventDefault();
          change.mutate(
            { current, next },
            {
              onSuccess: () => {
                setCurrent("");
                setNext("");
              },
            },
          );
        }}
      >
        {/* A password manager wants to know whose password this is. */}
        <input
          className="hidden"
          type="email"
          autoComplete="username"
          value={email}
          readOnly
          tabIndex={-1}
          aria-hidden
        />
        <PasswordField
          label={account.currentPassword}
          kind="current-password"
          value={current}
          onChange={setCurrent}
          error={isWrong ? words.wrongPassword : faultAt("current")}
        />
        <PasswordField
          label={account.newPassword}
          kind="new-password"
          value={next}
          onChange={setNext}
          error={faultAt("next")}
        />
        <p className={styles.note}>{words.passwordNote}</p>
        {!isWrong && rest}
        <div role="status">{change.isSuccess && <Notice tone="low">{words.passwordSet}</Notice>}</div>
        <div>
          <Action kind="main" type="submit" busy={change.isPending}>
            {account.changePassword}
          </Action>
        </div>
      </form>
    </section>
  );
}

function Email({ me }: { me: Me }) {
  const { account } = useWords();
  const { security: words } = useSettings();
  const [email, setEmail] = useState("");
  const change = useEmailChange();
  const { form, faultAt, rest } = useFaults(change.error, ["email"]);
  return (
    <section className={styles.card} aria-labelledby="email">
      <h2 id="email">{words.email}</h2>
      <p>{words.emailNow(me.email)}</p>
      <form
        ref={form}
        onSubmit={(event) => {
          event.preventDefault();
          change.mutate({ email }, { onSuccess: () => setEmail("") });
        }}
      >
        <EmailField label={words.newEmail} kind="email" value={email} onChange={setEmail} error={faultAt("email")} />
        {rest}
        <div role="status">{change.isSuccess && <Notice tone="low">{account.emailAsked}</Notice>}</div>
        <div>
          <Action type="submit" busy={change.isPending}>
            {words.emailAsk}
          </Action>
        </div>
      </form>
    </section>
  );
}

function Factors({ isProven }: { isProven: boolean }) {
  const factors = useFactors();
  if (factors.isPending) return <Skeleton height={160} count={2} />;
  if (!factors.data) return <Fault error={factors.error} onRetry={() => void factors.refetch()} />;
  return (
    <>
      <Passkeys items={factors.data.passkeys} isProven={isProven} />
      <AppCodes factors={factors.data} isProven={isProven} />
      <Required factors={factors.data} isProven={isProven} />
    </>
  );
}
