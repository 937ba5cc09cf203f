import { useUpdateMe } from "../data/account.ts";
import type { Me } from "../data/me.ts";
import { useUnsaved } from "../data/unsaved.ts";
import { Field } from "../ui/Field.tsx";
import { useFaults } from "../ui/faults.tsx";
import { Tag } from "../ui/Show.tsx";
import { useSettings } from "../words/settings.ts";
import { useFormat, useWords } from "../words/words.tsx";
import styles from "./Form.module.css";
import { Frame } from "./Frame.tsx";
import { Save } from "./Save.tsx";

export function Profile() {
  return <Frame part="profile">{(me) => <Person me={me} />}</Frame>;
}

function Person({ me }: { me: Me }) {
  const words = useWords();
  const { profile } = useSettings();
  const format = useFormat();
  const { draft: entry, change: setEntry } = useUnsaved("profile", () => ({
    firstName: me.firstName,
    lastName: me.lastName,
    phone: me.phone ?? "",
  }));
  const update = useUpdateMe();
  const { form, faultAt, rest } = useFaults(update.error, ["firstName", "lastName", "phone"]);
  const input = (name: "firstName" | "lastName" | "phone") => ({
    value: entry[name],
    error: faultAt(name),
    onChange: (event: { currentTarget: HTMLInputElement }) => {
      update.reset();
      setEntry({ ...entry, [name]: event.currentTarget.value });
    },
  });
  const phoneHint = me.phoneAsGiven ? profile.phoneGiven(me.phoneAsGiven) : profile.phoneHint;
  return (
    <section className={styles.card} aria-label={words.account.profile}>
      <div>
        <p className={styles.name}>
          {me.email}{" "}
          <Tag tone={me.emailVerified ? "low" : "typical"}>
            {me.emailVerified ? profile.verified : profile.unverified}
          </Tag>
        </p>
        <p className={styles.note}>{profile.since(format.moment(me.createdAt))}</p>
      </div>
      <form
        ref={form}
        onSubmit={(event) => {
          event.preventDefault();
          const phone = entry.phone.replaceAll(/[\s()-]/g, "");
          const { firstName, lastName } = entry;
          const isSame = phone === (me.phone ?? "");
          update.mutate({ firstName, lastName, ...(isSame ? {} : { phone: phone === "" ? null : phone }) });
        }}
      >
        <Field label={words.account.firstName} autoComplete="given-name" required {...input("firstName")} />
        <Field label={words.account.lastName} autoComplete="family-name" {...input("lastName")} />
        <Field label={words.account.phone} type="tel" autoComplete="tel" hint={phoneHint} {...input("phone")} />
        {rest}
        <Save update={update} />
      </form>
    </section>
  );
}
