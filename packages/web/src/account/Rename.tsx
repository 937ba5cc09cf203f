import { useState } from "react";
import { useChangeChannel } from "../data/channels.ts";
import { useRenamePasskey } from "../data/factors.ts";
import { useRenameKey } from "../data/keys.ts";
import { Action } from "../ui/Button.tsx";
import { Field } from "../ui/Field.tsx";
import { useFaults } from "../ui/faults.tsx";
import { Sheet } from "../ui/Sheet.tsx";
import { useSettings } from "../words/settings.ts";
import { useWords } from "../words/words.tsx";
import styles from "./Form.module.css";

type Props = { id: string; name: string; onClose: () => void };

export const RenameKey = ({ id, ...rest }: Props) => <Rename {...rest} rename={useRenameKey(id)} />;
export const RenamePasskey = ({ id, ...rest }: Props) => <Rename {...rest} rename={useRenamePasskey(id)} />;

/** A channel needs no name: an empty one is removed. */
export function RenameChannel({ id, ...rest }: Props) {
  const change = useChangeChannel(id);
  const mutate: Renaming["mutate"] = (name, then) => change.mutate({ name: name.trim() || null }, then);
  return <Rename {...rest} most={60} required={false} rename={{ ...change, mutate }} />;
}

type Renaming = {
  mutate: (name: string, then: { onSuccess: () => void }) => void;
  isPending: boolean;
  error: Error | null;
};

function Rename({
  name,
  rename,
  onClose,
  most = 100,
  required = true,
}: {
  name: string;
  rename: Renaming;
  onClose: () => void;
  most?: number;
  required?: boolean;
}) {
  const words = useWords();
  const settings = useSettings();
  const [typed, setTyped] = useState(name);
  const { form, faultAt, rest } = useFaults(rename.error, ["name"]);
  return (
    <Sheet small title={settings.rename} onClose={onClose}>
      <form
        ref={form}
        className={styles.fields}
        onSubmit={(event) => {
          event.preventDefault();
          rename.mutate(typed, { onSuccess: onClose });
        }}
      >
        <Field
          label={settings.keys.name}
          required={required}
          maxLength={most}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          error={faultAt("name")}
        />
        {rest}
        <Action kind="main" type="submit" busy={rename.isPending}>
          {words.save}
        </Action>
      </form>
    </Sheet>
  );
}
