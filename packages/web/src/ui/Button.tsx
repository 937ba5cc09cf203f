import { type ButtonHTMLAttributes, type Ref, useId } from "react";
import { useWords } from "../words/words.tsx";
import styles from "./Button.module.css";
import { useConnected } from "./online.ts";

type Kind = "main" | "plain" | "quiet" | "danger";
type Props = ButtonHTMLAttributes<HTMLButtonElement> & { kind?: Kind; busy?: boolean; ref?: Ref<HTMLButtonElement> };

/** While `busy` it cannot be pressed again. */
export function Button({ kind = "plain", busy = false, className = "", ...rest }: Props) {
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

/** A button for what needs the API: without a connection it cannot be pressed, and says why. */
export function Action({ busy = false, kind = "plain", ...rest }: Props) {
  const { errors } = useWords();
  const isConnected = useConnected();
  const id = useId();
  return (
    <>
      <Button
        {...rest}
        kind={kind}
        busy={busy || !isConnected}
        {...(isConnected ? {} : { title: errors.needsConnection, "aria-describedby": id })}
      />
      {!isConnected && (
        <span id={id} className={kind === "main" ? styles.reason : "hidden"}>
          {errors.needsConnection}
        </span>
      )}
    </>
  );
}
