import { useEffect, useRef } from "react";
import { Failed } from "../api/http.ts";
import { Dismissed } from "../api/passkey.ts";
import { useWords } from "../words/words.tsx";
import { Fault } from "./Notice.tsx";

/**
 * The faults of a form: each at its field, and the focus in the first. What belongs to no field of `names` is shown by
 * `rest`. A person who closed a dialog of the browser knows that, and is told nothing.
 */
export function useFaults(error: unknown, names: string[]) {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (error) form.current?.querySelector<HTMLElement>("[aria-invalid='true']")?.focus();
  }, [error]);
  const faultAt = useFieldFault(error);
  const isAtFields = names.some((name) => faultAt(name) !== undefined);
  return { form, faultAt, rest: error && !isAtFields ? <FaultOf error={error} /> : null };
}

/** What is wrong with a field, in the reader's language where its code is known. */
export function useFieldFault(error: unknown): (name: string) => string | undefined {
  const { errors } = useWords();
  return (name) => {
    const fault = error instanceof Failed ? error.fieldFault(name) : undefined;
    return fault && (errors.faults[fault.code ?? ""]?.(fault.values ?? {}) ?? fault.detail);
  };
}

/** What went wrong, unless the person closed the browser's own dialog. */
export function FaultOf({ error }: { error: unknown }) {
  return !error || error instanceof Dismissed ? null : <Fault error={error} />;
}
