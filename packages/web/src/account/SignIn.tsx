import { useState } from "react";
import { Link, useLocation, useSearch } from "wouter";
import { Failed } from "../api/http.ts";
import { useSignIn } from "../data/me.ts";
import { Button } from "../ui/Button.tsx";
import { Field } from "../ui/Field.tsx";
import { Fault } from "../ui/Notice.tsx";
import { useTitle } from "../ui/title.ts";
import { useWords } from "../words/words.tsx";
import { backOf } from "./back.ts";
import styles from "./Form.module.css";
import { PasswordField } from "./PasswordField.tsx";

export function SignIn() {
  const { account: words } = useWords();
  useTitle(words.signIn);
  const [, go] = useLocation();
  const search = useSearch();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const signIn = useSignIn("/v1/auth/login");
  const fault = (name: string) => (signIn.error instanceof Failed ? signIn.error.fieldFault(name) : undefined);
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        signIn.mutate({ email, password }, { onSuccess: () => go(backOf(search), { replace: true }) });
      }}
    >
      <h1>{words.signIn}</h1>
      <Field
        label={words.email}
        type="email"
        autoComplete="username"
        required
        value={email}
        onChange={(event) => setEmail(event.currentTarget.value)}
        error={fault("email")}
      />
      <PasswordField
        label={words.password}
        kind="current-password"
        value={password}
        onChange={setPassword}
        error={fault("password")}
      />
      {signIn.error && <Fault error={signIn.error} />}
      <Button kind="main" type="submit" busy={signIn.isPending}>
        {words.signIn}
      </Button>
      <p>
        <Link href="/forgot">{words.forgot}</Link>
      </p>
      <p>
        {words.noAccount} <Link href={`/sign-up${search && `?${search}`}`}>{words.signUp}</Link>
      </p>
    </form>
  );
}
