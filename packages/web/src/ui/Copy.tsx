import { useState } from "react";
import { useSettings } from "../words/settings.ts";
import { Button } from "./Button.tsx";
import styles from "./Copy.module.css";

/** A text that is shown once: with a button that copies it, and marked at one click for those who copy by hand. */
export function Copy({ text, label, children }: { text: string; label: string; children?: string }) {
  const words = useSettings();
  const [result, setResult] = useState<"" | "copied" | "copyFailed">("");
  const copy = async () => {
    const copied = await navigator.clipboard?.writeText(text).then(
      () => true,
      () => false,
    );
    setResult(copied ? "copied" : "copyFailed");
  };
  return (
    <fieldset className={styles.copy} aria-label={label}>
      <pre className={styles.text}>{children ?? text}</pre>
      <Button onClick={() => void copy()}>{words.copy}</Button>
      <span role="status">{result !== "" && words[result]}</span>
    </fieldset>
  );
}
