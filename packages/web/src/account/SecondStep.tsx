import { useEffect, useRef, useState } from "react";
import { Failed } from "../api/http.ts";
import { useSignInByCode } from "../data/account.ts";
import { Action, Button } from "../ui/Button.tsx";
import { Field } from "../ui/Field.tsx";
import { useFaults } from "../ui/faults.tsx";
import { useFaultText } from "../ui/Notice.tsx";
import { useTitle } from "../ui/title.ts";
import { useWords } from "../words/words.tsx";
import styles from "./Form.module.css";

/** Asks for a code where the account wants one after the password. A ticket that is too old begins from the start. */
export function SecondStep({
  ticket,
  onSignedIn,
  onAgain,
}: {
  ticket: string;
  onSignedIn: () => void;
  onAgain: () => void;
}) {
  const { account: words } = useWords();
  useTitle(words.secondStep);
  const textOf = useFaultText();
  const [code, setCode] = useState("");
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  const signIn = useSignInByCode();
  const isWrong = signIn.error instanceof Failed && signIn.error.code === "factor.code";
  const { form, faultAt, rest } = useFaults(signIn.error, ["code"]);
  return (
    <form
      ref={form}
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        signIn.mutate({ ticket, code }, { onSuccess: onSignedIn });
      }}
    >
      <h1>{words.secondStep}</h1>
      <p>{words.secondStepNote}</p>
      <Field
        ref={field}
        label={words.code}
        autoComplete="one-time-code"
        autoCapitalize="none"
        spellCheck={false}
        required
        value={code}
        onChange={(event) => setCode(event.currentTarget.value)}
        error={isWrong ? textOf(signIn.error) : faultAt("code")}
      />
      {!isWrong && rest}
      <Action kind="main" type="submit" busy={signIn.isPending}>
        {words.signIn}
      </Action>
      <Button kind="quiet" onClick={onAgain}>
        {words.again}
      </Button>
    </form>
  );
}
