import { type InputHTMLAttributes, type LiHTMLAttributes, useEffect, useId, useRef, useState } from "react";

type Told<Item> = {
  items: Item[];
  /** The text that the items are proposed for; null while they are on their way. */
  answered: string | null;
  itemToString: (item: Item | null) => string;
  /** Whether an item is what this text means: only then the first one is marked without the arrows. */
  isMeant: (item: Item, text: string) => boolean;
  /** A person has typed, pasted or erased. */
  onType: (text: string) => void;
  onSelect: (item: Item) => void;
  /** The field was left, and nothing was taken. */
  onLeave: () => void;
  onOpenChange: (isOpen: boolean) => void;
};

/**
 * A text field with a list of proposals, after the pattern "combobox with list autocomplete" of the ARIA authoring
 * practices: the focus stays in the field, the arrows move the mark, Enter and Tab take what is marked, Escape closes
 * the list and a second time empties the field. Before the arrows move, the first item is marked if it is what was typed
 * (`isMeant`); else none is, and Enter marks it. Where they come before the proposals, they act on these. The field's text is the browser's own, so that no keystroke is lost
 * while a screen is drawn, nor what was typed before the script came.
 */
export function useCombobox<Item>(told: Told<Item>) {
  const { items, answered, itemToString, isMeant, onType, onSelect, onLeave, onOpenChange } = told;
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLUListElement>(null);
  const [isOpen, setOpen] = useState(false);
  /** The item that the arrows or a pointer marked; null before. */
  const [marked, setMarked] = useState<number | null>(null);
  /** What was typed and is neither taken nor left; a screen that is drawn may be older. */
  const typed = useRef("");
  const isWaiting = () => typed.current.trim() !== "" && typed.current !== answered;
  /** Enter or Tab came before the proposals. */
  const isDue = useRef(false);
  /** Text that was typed before this script came: nothing but the person replaces it, as what is being typed. */
  const isEarly = useRef(false);
  const [first] = items;
  const meant = first !== undefined && isMeant(first, answered ?? "") ? 0 : -1;
  const shown = marked === null ? meant : Math.min(marked, items.length - 1);
  const itemId = (index: number) => `${id}-${index}`;

  const open = (next: boolean) => {
    if (!next) typed.current = "";
    if (next === isOpen) return;
    setOpen(next);
    setMarked(null);
    onOpenChange(next);
  };
  const setInputValue = (text: string) => {
    const field = input.current;
    if (!field || isEarly.current || typed.current !== "" || field.value === text) return;
    // A browser drops the selection with the text: what is typed next would be added instead of replacing it.
    const isSelected = document.activeElement === field && field.selectionEnd !== field.selectionStart;
    field.value = text;
    if (isSelected) field.select();
  };
  const type = (text: string) => {
    isDue.current = false;
    typed.current = text;
    setMarked(null);
    open(true);
    onType(text);
  };
  const take = (item: Item | undefined) => {
    isEarly.current = false;
    isDue.current = false;
    typed.current = "";
    if (item !== undefined) {
      setInputValue(itemToString(item));
      onSelect(item);
    }
    open(false);
  };

  useEffect(() => {
    const field = input.current;
    if (!field || field.value === "" || document.activeElement !== field) return;
    isEarly.current = true;
    type(field.value);
  }, []);
  useEffect(() => {
    if (isOpen) list.current?.children[shown]?.scrollIntoView({ block: "nearest" });
  }, [isOpen, shown]);

  useEffect(() => {
    if (!isDue.current || isWaiting()) return;
    isDue.current = false;
    if (document.activeElement === input.current) takeMarked();
    else leave();
  }, [answered, first]);

  const move = (by: number) => {
    if (!isOpen) open(true);
    else if (items.length > 0) setMarked((Math.max(shown, by > 0 ? -1 : 0) + by + items.length) % items.length);
  };
  const takeMarked = () => {
    if (isWaiting()) isDue.current = true;
    else if (shown >= 0) take(items[shown]);
    else if (items.length > 0) setMarked(0);
  };
  const leave = () => {
    const item = isOpen ? items[shown] : undefined;
    take(item);
    if (!item) onLeave();
  };
  const keys: Record<string, () => void> = {
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
    Enter: takeMarked,
    Escape: () => {
      if (isOpen) open(false);
      else if (input.current?.value) {
        input.current.value = "";
        typed.current = "";
        onType("");
      }
    },
  };

  return {
    isOpen,
    highlightedIndex: isOpen ? shown : -1,
    setInputValue,
    getLabelProps: () => ({ id: `${id}-label`, htmlFor: `${id}-input` }),
    getMenuProps: () => ({ ref: list, id: `${id}-list`, role: "listbox", "aria-labelledby": `${id}-label` }),
    getInputProps: ({ onFocus }: Pick<InputHTMLAttributes<HTMLInputElement>, "onFocus">) => ({
      ref: input,
      id: `${id}-input`,
      role: "combobox",
      "aria-autocomplete": "list" as const,
      "aria-controls": `${id}-list`,
      "aria-expanded": isOpen,
      "aria-activedescendant": isOpen && shown >= 0 ? itemId(shown) : undefined,
      onFocus,
      onInput: (event: { currentTarget: HTMLInputElement }) => type(event.currentTarget.value),
      onClick: () => open(!isOpen),
      onKeyDown: (event: { key: string; altKey: boolean; preventDefault: () => void }) => {
        const act = event.altKey ? undefined : keys[event.key];
        // Where there is nothing to take, Enter sends the form.
        const sends = event.key === "Enter" && !isWaiting() && !(isOpen && items.length > 0);
        if (!act || sends) return;
        if (event.key !== "Escape" || isOpen) event.preventDefault();
        act();
      },
      onBlur: () => {
        isEarly.current = false;
        if (isWaiting()) isDue.current = true;
        else leave();
      },
    }),
    getItemProps: ({ item, index }: { item: Item; index: number }): LiHTMLAttributes<HTMLLIElement> => ({
      id: itemId(index),
      role: "option",
      "aria-selected": index === shown,
      onMouseMove: () => index !== shown && setMarked(index),
      // The focus stays in the field.
      onMouseDown: (event) => event.preventDefault(),
      onClick: () => take(item),
    }),
  };
}
