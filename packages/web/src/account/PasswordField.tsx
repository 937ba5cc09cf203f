import { useState } from "react";
import { Button } from "../ui/Button.tsx";
import { Field } from "../ui/Field.tsx";
import { useWords } from "../words/words.tsx";

/** Nothing hinders a password manager: it may fill in, and paste. */
export function PasswordField({
  label,
  kind,
  value,
  onChange,
  error,
}: {
  label: string;
  kind: "current-password" | "new-password";
  value: string;
  onChange: (value: string) => void;
  error?: string | undefined;
}) {
  const { account: words } = useWords();
  const [isShown, setShown] = useState(false);
  return (
    <Field
      label={label}
      type={isShown ? "text" : "password"}
      autoComplete={kind}
      required
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      error={error}
      {...(kind === "new-password" ? { hint: words.passwordHint, minLength: 8 } : {})}
      end={
        <Button
          aria-pressed={isShown}
          aria-label={isShown ? words.hide : words.show}
          onClick={() => setShown(!isShown)}
        >
          {isShown ? "●●" : "abc"}
        </Button>
      }
    />
  );
}
