import { useState } from "react";
import { useSend } from "../data/account.ts";
import { Action } from "../ui/Button.tsx";
import { Fault, Notice } from "../ui/Notice.tsx";
import { useTitle } from "../ui/title.ts";
import { useWords } from "../words/words.tsx";
import { EmailField } from "./EmailField.tsx";
import styles from "./Form.module.css";

export function Forgot() {
  const { account: words } = useWords();
  useTitle(words.reset);
  const [email, setEmail] = useState("");
  const send = useSend<{ email: string }>("/v1/auth/reset");
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        send.mutate({ email });
      }}
    >
      <h1>{words.reset}</h1>
      <EmailField label={words.email} value={email} onChange={setEmail} />
      {send.error && <Fault error={send.error} />}
      <div role="status">{send.isSuccess && <Notice tone="low">{words.resetSent}</Notice>}</div>
      <Action kind="main" type="submit" busy={send.isPending}>
        {words.resetAsk}
      </Action>
    </form>
  );
}
