import type { ButtonHTMLAttributes, Ref } from "react";
import styles from "./Button.module.css";

type Kind = "main" | "plain" | "quiet" | "danger";

/** While `busy` it cannot be pressed again. */
export function Button({
  kind = "plain",
  busy = false,
  className = "",
  ...rest
}: ButtonHTMLAttributes<HTMLButtonElement> & { kind?: Kind; busy?: boolean; ref?: Ref<HTMLButtonElement> }) {
  return (
    <button
      type="button"
      {...rest}
      aria-disabled={busy || undefined}
      onClick={busy ? (event) => event.preventDefault() : rest.onClick}
      className={`${styles.button} ${styles[kind]} ${busy ? styles.busy : ""} ${className}`}
    />
  );
}
