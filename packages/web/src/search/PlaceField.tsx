import { useEffect, useState } from "react";
import { type Place, useNamedPlaces, usePlaces } from "../data/places.ts";
import { useCombobox } from "../ui/combobox.ts";
import { useRested } from "../ui/rested.ts";
import { useFormat, useWords } from "../words/words.tsx";
import { isMeantBy } from "./meant.ts";
import styles from "./PlaceField.module.css";

/** How long typing must rest before the API is asked (ms). */
const pause = 120;

/** A place by its city, name or code. What was typed but not chosen is put back when the field is left. */
export function PlaceField({
  label,
  code,
  onChange,
  error: ownFault,
}: {
  label: string;
  code: string;
  onChange: (code: string) => void;
  error?: string | undefined;
}) {
  const words = useWords();
  const format = useFormat();
  const [typed, setTyped] = useState("");
  const [chosen, setChosen] = useState<Place | null>(null);
  const known = useNamedPlaces(code !== "" && chosen?.code !== code ? [code] : []).data?.get(code);
  const shown = chosen?.code === code ? chosen : (known ?? null);
  const asked = useRested(typed, pause);
  const { data, isFetching, error } = usePlaces(asked);
  /** What was typed was put back, because its places did not come. */
  const [isLost, setLost] = useState(false);
  const fault = ownFault ?? (isLost ? words.form.placesFail : undefined);
  /** Never those of an older text. */
  const items = typed.trim() !== "" && asked === typed ? (data?.items ?? []) : [];
  const nameOf = (place: Place | null) => (place ? `${place.city} (${place.code})` : "");
  const { isOpen, getLabelProps, getMenuProps, getInputProps, getItemProps, highlightedIndex, setInputValue } =
    useCombobox<Place>({
      items,
      answered: asked === typed && !isFetching ? typed : null,
      itemToString: nameOf,
      isMeant: isMeantBy,
      onType: (text) => {
        setTyped(text);
        setLost(false);
      },
      onSelect: (place) => {
        setChosen(place);
        onChange(place.code);
      },
      onLeave: () => {
        if (typed.trim() !== "") setLost(error !== null);
        putBack();
      },
      onOpenChange: (isOpen) => {
        if (!isOpen) setTyped("");
      },
    });
  const putBack = () => setInputValue(shown ? nameOf(shown) : code);
  useEffect(putBack, [shown?.code, code]);
  const isEmpty = isOpen && typed.trim() !== "" && asked === typed && !isFetching && items.length === 0;
  const labelProps = getLabelProps();
  const id = `${labelProps.htmlFor}-fault`;
  return (
    <div className={styles.field}>
      <label {...labelProps} htmlFor={labelProps.htmlFor} className={styles.label}>
        {label}
      </label>
      <input
        {...getInputProps({
          onFocus: (event) => event.currentTarget.select(),
        })}
        className={styles.input}
        placeholder={words.form.place}
        aria-invalid={fault ? true : undefined}
        aria-describedby={fault ? id : undefined}
        autoComplete="off"
        autoCapitalize="words"
        spellCheck={false}
      />
      {fault && (
        <p id={id} className={styles.error}>
          {fault}
        </p>
      )}
      <ul {...getMenuProps()} className={styles.menu} hidden={!isOpen || (items.length === 0 && !isEmpty)}>
        {isOpen &&
          items.map((place, index) => (
            <li
              key={place.code}
              {...getItemProps({ item: place, index })}
              className={`${styles.item} ${index === highlightedIndex ? styles.marked : ""}`}
            >
              <span className={styles.city}>{place.city}</span>
              <span className={styles.code}>{place.code}</span>
              <span className={styles.name}>
                {place.name}, {format.region(place.country)}
              </span>
            </li>
          ))}
        {isEmpty && <li className={styles.none}>{error ? words.form.placesFail : words.form.noPlaces}</li>}
      </ul>
    </div>
  );
}
