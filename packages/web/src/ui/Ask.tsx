import type { ReactNode } from "react";
import { useWords } from "../words/words.tsx";
import { Action, Button } from "./Button.tsx";
import { FaultOf } from "./faults.tsx";
import { Sheet } from "./Sheet.tsx";

/** Asks before something that cannot be undone; `go` names what the button does. */
export function Ask({
  title,
  go,
  busy,
  error,
  disabled = false,
  onGo,
  onClose,
  children,
}: {
  title: string;
  go: string;
  busy: boolean;
  error: unknown;
  disabled?: boolean;
  onGo: () => void;
  onClose: () => void;
  children?: ReactNode;
}) {
  const words = useWords();
  return (
    <Sheet
      small
      title={title}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Action kind="danger" disabled={disabled} busy={busy} onClick={onGo}>
            {go}
          </Action>
        </>
      }
    >
      {children}
      <FaultOf error={error} />
    </Sheet>
  );
}
