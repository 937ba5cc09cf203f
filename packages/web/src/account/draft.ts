import { useState } from "react";
import { useUpdatePreferences } from "../data/account.ts";
import { useFaults } from "../ui/faults.tsx";

/** What a form of preferences holds until it is saved; `names` are its fields, in the order of the screen. */
export function useDraft<Draft extends object>(begin: () => Draft, names: string[]) {
  const [draft, setDraft] = useState<Draft>(begin);
  const update = useUpdatePreferences();
  const set = (change: Partial<Draft>) => {
    update.reset();
    setDraft({ ...draft, ...change });
  };
  return { draft, set, update, ...useFaults(update.error, names) };
}
