import { useUpdatePreferences } from "../data/account.ts";
import { useUnsaved } from "../data/unsaved.ts";
import { useFaults } from "../ui/faults.tsx";

/** What the `name`d form of preferences holds until it is saved; `names` are its fields, in the order of the screen. */
export function useDraft<Draft extends object>(name: string, begin: () => Draft, names: string[]) {
  const { draft, change: setDraft } = useUnsaved<Draft>(name, begin);
  const update = useUpdatePreferences();
  const set = (part: Partial<Draft>) => {
    update.reset();
    setDraft({ ...draft, ...part });
  };
  return { draft, set, update, ...useFaults(update.error, names) };
}
