import { useState } from "react";
import { Link, useLocation, useSearch } from "wouter";
import { useSignIn } from "../data/account.ts";
import { Action } from "../ui/Button.tsx";
import { Field } from "../ui/Field.tsx";
import { useFaults } from "../ui/faults.tsx";
import { useTitle } from "../ui/title.ts";
import { useWords } from "../words/words.tsx";
import { backOf } from "./back.ts";
import styles from "./Form.module.css";
import { PasswordField } from "./PasswordField.tsx";

export function SignUp() {
  const { account: words } = useWords();
  useTitle(words.signUp);
  const [, go] = useLocation();
  const search = useSearch();
  const [entry, setEntry] = useState({ email: "", password: "", firstName: "", lastName: "" });
  const signUp = useSignIn("/v1/auth/signup");
  const { form, faultAt, rest } = useFaults(signUp.error, ["email", "password", "firstName", "lastName"]);
  const input = (name: "email" | "firstName" | "lastName") => ({
    value: entry[name],
    onChange: (event: { currentTarget: HTMLInputElement }) => setEntry({ ...entry, [name]: event.currentTarget.value }),
    error: faultAt(name),
  });
  return (
    <form
      ref={form}
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        const { lastName, ...rest } = entry;
        signUp.mutate(lastName.trim() === "" ? rest : entry, {
          onSuccess: () => go(backOf(search), { replace: true }),
        });
      }}
    >
      <h1>{words.signUp}</h1>
      <Field label={words.firstName} autoComplete="given-name" required {...input("firstName")} />
      <Field label={words.lastName} autoComplete="family-name" {...input("lastName")} />
      <Field label={words.email} type="email" autoComplete="username" required {...input("email")} />
      <PasswordField
        label={words.password}
        kind="new-password"
        value={entry.password}
        onChange={(password) => setEntry({ ...entry, password })}
        error={faultAt("password")}
      />
      {rest}
      <Action kind="main" type="submit" busy={signUp.isPending}>
        {words.signUp}
      </Action>
      <p>
        {words.haveAccount} <Link href={`/sign-in${search && `?${search}`}`}>{words.signIn}</Link>
      </p>
    </form>
  );
}
