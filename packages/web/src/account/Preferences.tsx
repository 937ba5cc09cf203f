import type { Preferences as Given } from "../data/account.ts";
import type { Me } from "../data/me.ts";
import { useCurrencies } from "../data/reference.ts";
import { PlaceField } from "../search/PlaceField.tsx";
import { Button } from "../ui/Button.tsx";
import { Select } from "../ui/Field.tsx";
import { useSettings } from "../words/settings.ts";
import { useFormat, useWords } from "../words/words.tsx";
import { Airlines, Airports } from "./Codes.tsx";
import { languages, named, timeZones } from "./choices.ts";
import { useDraft } from "./draft.ts";
import styles from "./Form.module.css";
import { Frame } from "./Frame.tsx";
import { Save } from "./Save.tsx";

export function Preferences() {
  return <Frame part="preferences">{(me) => <Choices me={me} />}</Frame>;
}

/** What this form changes; when messages come is set with the channels. */
type Draft = Required<Omit<Given, "quietHours" | "messagesADay" | "digestAt" | "messagesPausedUntil">>;

/** The order in which they stand on the screen. */
const names = ["homeAirport", "preferredAirports", "preferredAirlines", "language", "currency", "timeZone"];

function Choices({ me }: { me: Me }) {
  const words = useWords();
  const settings = useSettings();
  const { preferences: texts } = settings;
  const format = useFormat();
  const currencies = useCurrencies();
  const { draft, set, update, form, faultAt, rest } = useDraft<Draft>("preferences", () => draftOf(me), names);
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const withNone = (options: [string, string][]): [string, string][] => [["", settings.noneSet], ...options];
  return (
    <form
      ref={form}
      className={styles.page}
      onSubmit={(event) => {
        event.preventDefault();
        update.mutate(draft);
      }}
    >
      <p className={styles.note}>{texts.note}</p>
      <section className={styles.card} aria-labelledby="places">
        <h2 id="places">{texts.places}</h2>
        <div className={styles.fields}>
          <PlaceField
            label={texts.home}
            code={draft.homeAirport ?? ""}
            onChange={(homeAirport) => set({ homeAirport })}
            error={faultAt("homeAirport")}
          />
          {draft.homeAirport !== null && (
            <Button kind="quiet" onClick={() => set({ homeAirport: null })}>
              {settings.remove}: {texts.home} ({draft.homeAirport})
            </Button>
          )}
          <Airports
            codes={draft.preferredAirports}
            onChange={(preferredAirports) => set({ preferredAirports })}
            error={faultAt("preferredAirports")}
          />
          <Airlines
            codes={draft.preferredAirlines}
            onChange={(preferredAirlines) => set({ preferredAirlines })}
            error={faultAt("preferredAirlines")}
          />
        </div>
      </section>
      <section className={styles.card} aria-labelledby="way">
        <h2 id="way">{texts.way}</h2>
        <div className={styles.fields}>
          <Select
            label={words.account.language}
            value={draft.language ?? ""}
            options={withNone(languages(format.locale, draft.language))}
            onChange={(value) => set({ language: value || null })}
            error={faultAt("language")}
          />
          <Select
            label={words.account.currency}
            value={draft.currency ?? ""}
            options={withNone(named(currencies.data ?? [], draft.currency, "currency", format.locale))}
            onChange={(value) => set({ currency: value || null })}
            error={faultAt("currency")}
          />
          <Select
            label={words.account.timeZone}
            value={draft.timeZone ?? ""}
            options={withNone(timeZones(draft.timeZone, here))}
            onChange={(value) => set({ timeZone: value || null })}
            error={faultAt("timeZone")}
          />
        </div>
      </section>
      <section className={styles.card} aria-labelledby="flight">
        <h2 id="flight">{texts.flight}</h2>
        <div className={styles.fields}>
          <Select
            label={texts.seat}
            value={draft.seatPreference}
            options={Object.entries(texts.seats)}
            onChange={(value) => set({ seatPreference: value as Draft["seatPreference"] })}
          />
          <Select
            label={texts.meal}
            value={draft.mealPreference}
            options={Object.entries(texts.meals)}
            onChange={(value) => set({ mealPreference: value as Draft["mealPreference"] })}
          />
        </div>
      </section>
      {rest}
      <Save update={update} />
    </form>
  );
}

function draftOf(me: Me): Draft {
  const { seatPreference, mealPreference } = me as unknown as Draft;
  return {
    homeAirport: me.homeAirport,
    preferredAirports: me.preferredAirports,
    preferredAirlines: me.preferredAirlines,
    language: me.language,
    currency: me.currency,
    timeZone: me.timeZone,
    seatPreference,
    mealPreference,
  };
}
