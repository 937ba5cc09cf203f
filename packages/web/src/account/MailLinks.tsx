import { useMutation } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { Link } from "wouter";
import { client } from "../api/client.ts";
import { ask, Failed } from "../api/http.ts";
import { useSend } from "../data/me.ts";
import { Button } from "../ui/Button.tsx";
import { Fault, Notice } from "../ui/Notice.tsx";
import { useTitle } from "../ui/title.ts";
import { useWords } from "../words/words.tsx";
import styles from "./Form.module.css";
import { PasswordField } from "./PasswordField.tsx";

/** The pages that links in mails open. The token stands behind `#`, which no server sees; it leaves the address at once. */
function useToken(): string {
  const [token] = useState(() => new URLSearchParams(location.hash.slice(1)).get("token") ?? "");
  useEffect(() => {
    if (location.hash !== "") history.replaceState(null, "", location.pathname);
  }, []);
  return token;
}

/** Sends the token once, as the page opens. */
function useConfirmed<Answer>(path: string) {
  const token = useToken();
  const confirm = useMutation({ mutationFn: () => ask<Answer>(path, { method: "POST", body: { token } }) });
  const sent = useRef(false);
  useEffect(() => {
    if (sent.current) return;
    sent.current = true;
    confirm.mutate(undefined, { onSuccess: () => void client.invalidateQueries({ queryKey: ["me"] }) });
  });
  return confirm;
}

export function Verify() {
  const words = useWords();
  useTitle(words.account.email);
  const confirm = useConfirmed<void>("/v1/auth/verify");
  return (
    <div className={styles.form}>
      <h1>{words.account.email}</h1>
      <div role="status">
        {confirm.isPending && <p>{words.account.verifying}</p>}
        {confirm.isSuccess && <Notice tone="low">{words.account.verified}</Notice>}
      </div>
      {confirm.error && <Fault error={confirm.error} />}
      <Link href="/">{words.page.home}</Link>
    </div>
  );
}

export function EmailChange() {
  const words = useWords();
  useTitle(words.account.changeEmail);
  const confirm = useConfirmed<{ changed: boolean }>("/v1/auth/email/confirm");
  return (
    <div className={styles.form}>
      <h1>{words.account.changeEmail}</h1>
      <div role="status">
        {confirm.isPending && <p>{words.account.verifying}</p>}
        {confirm.data && (
          <Notice tone="low">{confirm.data.changed ? words.account.emailChanged : words.account.emailHalf}</Notice>
        )}
      </div>
      {confirm.error && <Fault error={confirm.error} />}
      <Link href="/account">{words.account.title}</Link>
    </div>
  );
}

export function Reset() {
  const { account: words } = useWords();
  useTitle(words.reset);
  const token = useToken();
  const [password, setPassword] = useState("");
  const reset = useSend<{ token: string; password: string }>("/v1/auth/reset/confirm");
  if (reset.isSuccess)
    return (
      <div className={styles.form}>
        <div role="status">
          <Notice tone="low">{words.resetDone}</Notice>
        </div>
        <Link href="/sign-in">{words.signIn}</Link>
      </div>
    );
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        reset.mutate({ token, password });
      }}
    >
      <h1>{words.reset}</h1>
      <PasswordField
        label={words.newPassword}
        kind="new-password"
        value={password}
        onChange={setPassword}
        error={reset.error instanceof Failed ? reset.error.fieldFault("password") : undefined}
      />
      {reset.error && <Fault error={reset.error} />}
      <Button kind="main" type="submit" busy={reset.isPending}>
        {words.reset}
      </Button>
    </form>
  );
}
