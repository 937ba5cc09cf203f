import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { client } from "../api/client.ts";
import { ask } from "../api/http.ts";
import { useSend } from "../data/account.ts";
import { Action } from "../ui/Button.tsx";
import { useFieldFault } from "../ui/faults.tsx";
import { Fault, Notice } from "../ui/Notice.tsx";
import { useTitle } from "../ui/title.ts";
import { useWords } from "../words/words.tsx";
import styles from "./Form.module.css";
import { useLink } from "./link.ts";
import { PasswordField } from "./PasswordField.tsx";

/** The token of the link that led here; empty where there is none. */
const useToken = () => useLink().get("token") ?? "";

/** Opening the page sends nothing, because programs that check mails open links, and some run pages: a button does. */
function Confirmation<Answer>({
  title,
  note,
  path,
  said,
  next: [href, text],
}: {
  title: string;
  note: string;
  path: string;
  said: (answer: Answer) => string;
  next: [href: string, text: string];
}) {
  const { account: words } = useWords();
  useTitle(title);
  const token = useToken();
  const confirm = useMutation({
    mutationFn: () => ask<Answer>(path, { method: "POST", body: { token } }),
    onSuccess: () => void client.invalidateQueries({ queryKey: ["me"] }),
  });
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        confirm.mutate();
      }}
    >
      <h1>{title}</h1>
      {!confirm.isSuccess && <p>{note}</p>}
      <div role="status">{confirm.isSuccess && <Notice tone="low">{said(confirm.data)}</Notice>}</div>
      {confirm.error && <Fault error={confirm.error} />}
      {!confirm.isSuccess && (
        <Action kind="main" type="submit" busy={confirm.isPending}>
          {words.confirm}
        </Action>
      )}
      <Link href={href}>{text}</Link>
    </form>
  );
}

export function Verify() {
  const { account: words, page } = useWords();
  return (
    <Confirmation<void>
      title={words.verify}
      note={words.verifyNote}
      path="/v1/auth/verify"
      said={() => words.verified}
      next={["/", page.home]}
    />
  );
}

export function EmailChange() {
  const { account: words } = useWords();
  return (
    <Confirmation<{ changed: boolean }>
      title={words.changeEmail}
      note={words.changeEmailNote}
      path="/v1/auth/email/confirm"
      said={({ changed }) => (changed ? words.emailChanged : words.emailHalf)}
      next={["/account", words.title]}
    />
  );
}

export function Reset() {
  const { account: words } = useWords();
  useTitle(words.reset);
  const token = useToken();
  const [password, setPassword] = useState("");
  const reset = useSend<{ token: string; password: string }>("/v1/auth/reset/confirm");
  const faultAt = useFieldFault(reset.error);
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
        error={faultAt("password")}
      />
      {reset.error && <Fault error={reset.error} />}
      <Action kind="main" type="submit" busy={reset.isPending}>
        {words.reset}
      </Action>
    </form>
  );
}
