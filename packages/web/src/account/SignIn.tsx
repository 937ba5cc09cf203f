import { useState } from "react";
import { Link, useLocation, useSearch } from "wouter";
import { hasPasskeys } from "../api/passkey.ts";
import { useSignIn, useSignInByPasskey } from "../data/account.ts";
import { Action } from "../ui/Button.tsx";
import { FaultOf, useFaults } from "../ui/faults.tsx";
import { useTitle } from "../ui/title.ts";
import { useWords } from "../words/words.tsx";
import { backOf } from "./back.ts";
import { EmailField } from "./EmailField.tsx";
import styles from "./Form.module.css";
import { PasswordField } from "./PasswordField.tsx";
import { SecondStep } from "./SecondStep.tsx";

export function SignIn() {
  const { account: words } = useWords();
  useTitle(words.signIn);
  const [, go] = useLocation();
  const search = useSearch();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const signIn = useSignIn("/v1/auth/login");
  const byPasskey = useSignInByPasskey();
  const [ticket, setTicket] = useState<string | null>(null);
  const { form, faultAt, rest } = useFaults(signIn.error, ["email", "password"]);
  const goBack = () => go(backOf(search), { replace: true });
  if (ticket !== null) return <SecondStep ticket={ticket} onSignedIn={goBack} onAgain={() => setTicket(null)} />;
  return (
    <form
      ref={form}
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        signIn.mutate(
          { email, password },
          {
            onSuccess: (answer) => {
              if ("ticket" in answer) setTicket(answer.ticket);
              else goBack();
            },
          },
        );
      }}
    >
      <h1>{words.signIn}</h1>
      <EmailField label={words.email} value={email} onChange={setEmail} error={faultAt("email")} />
      <PasswordField
        label={words.password}
        kind="current-password"
        value={password}
        onChange={setPassword}
        error={faultAt("password")}
      />
      {rest}
      <Action kind="main" type="submit" busy={signIn.isPending}>
        {words.signIn}
      </Action>
      {hasPasskeys() && (
        <Action busy={byPasskey.isPending} onClick={() => byPasskey.mutate(undefined, { onSuccess: goBack })}>
          {words.byPasskey}
        </Action>
      )}
      <FaultOf error={byPasskey.error} />
      <p>
        <Link href="/forgot">{words.forgot}</Link>
      </p>
      <p>
        <Link href="/moved">{words.fromOldSite}</Link>
      </p>
      <p>
        {words.noAccount} <Link href={`/sign-up${search && `?${search}`}`}>{words.signUp}</Link>
      </p>
    </form>
  );
}
