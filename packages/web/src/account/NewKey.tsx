import { useState } from "react";
import { type Made, type Scope, useMakeKey } from "../data/keys.ts";
import { Action } from "../ui/Button.tsx";
import { Check, Field, Select } from "../ui/Field.tsx";
import { useFaults } from "../ui/faults.tsx";
import { Sheet } from "../ui/Sheet.tsx";
import { useSettings } from "../words/settings.ts";
import styles from "./Form.module.css";

const scopes: Scope[] = ["read", "watch", "export"];
const lengths = [7, 30, 90, 180, 365];

export function NewKey({ onMade, onClose }: { onMade: (key: Made) => void; onClose: () => void }) {
  const { keys: words } = useSettings();
  const [name, setName] = useState("");
  const [chosen, setChosen] = useState<Scope[]>(["read"]);
  const [days, setDays] = useState("90");
  const make = useMakeKey();
  const { form, faultAt, rest } = useFaults(make.error, ["name", "scopes", "expiresInDays"]);
  const scopeFault = chosen.length === 0 ? words.noScope : faultAt("scopes");
  return (
    <Sheet small title={words.make} onClose={onClose}>
      <form
        ref={form}
        className={styles.fields}
        onSubmit={(event) => {
          event.preventDefault();
          if (chosen.length === 0) return;
          make.mutate({ name, scopes: chosen, expiresInDays: Number(days) }, { onSuccess: onMade });
        }}
      >
        <Field
          label={words.name}
          hint={words.nameHint}
          required
          maxLength={100}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={faultAt("name")}
        />
        <fieldset aria-describedby={scopeFault && "scope-fault"}>
          <legend className={styles.legend}>{words.scopes}</legend>
          {scopes.map((scope) => (
            <Check
              key={scope}
              label={words.scope[scope]}
              checked={chosen.includes(scope)}
              onChange={(isOn) => setChosen(scopes.filter((each) => (each === scope ? isOn : chosen.includes(each))))}
            />
          ))}
          {scopeFault && (
            <p id="scope-fault" className={styles.fault} role="alert">
              {scopeFault}
            </p>
          )}
        </fieldset>
        <Select
          label={words.ends}
          value={days}
          options={lengths.map((length) => [String(length), words.days(length)])}
          onChange={setDays}
        />
        {rest}
        <Action kind="main" type="submit" busy={make.isPending}>
          {words.make}
        </Action>
      </form>
    </Sheet>
  );
}
