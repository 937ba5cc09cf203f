import { Field } from "../ui/Field.tsx";

/** `kind` tells a password manager whether this is the name of the account, or another address. */
export function EmailField({
  label,
  kind = "username",
  value,
  onChange,
  error,
}: {
  label: string;
  kind?: "username" | "email";
  value: string;
  onChange: (value: string) => void;
  error?: string | undefined;
}) {
  return (
    <Field
      label={label}
      type="email"
      autoComplete={kind}
      required
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      error={error}
    />
  );
}
