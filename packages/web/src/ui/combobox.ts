import { type InputHTMLAttributes, type LiHTMLAttributes, useEffect, useId, useRef, useState } from "react";

type Told<Item> = {
  items: Item[];
  itemToString: (item: Item | null) => string;
  /** The item that is marked when the list opens. */
  defaultHighlightedIndex: number;
  /** A person has typed, pasted or erased. */
  onType: (text: string) => void;
  onSelect: (item: Item) => void;
  onOpenChange: (isOpen: boolean) => void;
};

/**
 * A text field with a list of proposals, after the pattern "combobox with list autocomplete" of the ARIA authoring
 * practices: the focus stays in the field, the arrows move the mark, Enter and Tab take what is marked, Escape closes
 * the list and a second time empties the field. The field's text is the browser's own, so that no keystroke is lost
 * while a screen is drawn, nor what was typed before the script came.
 */
export function useCombobox<Item>(told: Told<Item>) {
  const { items, itemToString, defaultHighlightedIndex, onType, onSelect, onOpenChange } = told;
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLUListElement>(null);
  const [isOpen, setOpen] = useState(false);
  const [marked, setMarked] = useState(defaultHighlightedIndex);
  /** Text that was typed before this script came: nothing but the person replaces it. */
  const isEarly = useRef(false);
  const shown = marked < items.length ? marked : items.length - 1;
  const itemId = (index: number) => `${id}-${index}`;

  const open = (next: boolean) => {
    if (next === isOpen) return;
    setOpen(next);
    setMarked(defaultHighlightedIndex);
    onOpenChange(next);
  };
  const setInputValue = (text: string) => {
    if (input.current && !isEarly.current) input.current.value = text;
  };
  const type = (text: string) => {
    setMarked(defaultHighlightedIndex);
    open(true);
    onType(text);
  };
  const take = (item: Item | undefined) => {
    isEarly.current = false;
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

  const move = (by: number) => {
    if (!isOpen) open(true);
    else if (items.length > 0) setMarked((shown + by + items.length) % items.length);
  };
  const keys: Record<string, () => void> = {
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
    ...(isOpen && items.length > 0 ? { Enter: () => take(items[shown]) } : {}),
    Escape: () => {
      if (isOpen) open(false);
      else if (input.current?.value) {
        input.current.value = "";
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
    getInputProps: ({ onFocus, onBlur }: Pick<InputHTMLAttributes<HTMLInputElement>, "onFocus" | "onBlur">) => ({
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
        if (!act) return;
        if (event.key !== "Escape" || isOpen) event.preventDefault();
        act();
      },
      onBlur: (event: React.FocusEvent<HTMLInputElement>) => {
        isEarly.current = false;
        onBlur?.(event);
        take(isOpen ? items[shown] : undefined);
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
