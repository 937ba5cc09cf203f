import * as v from "valibot";
import { emailKey, isAddress } from "../base/mailbox.ts";
import { characters, plain, unreadable } from "../base/text.ts";

/** A given or family name in any script, in NFC without surrounding spaces: 1–100 characters, at least one letter. */
export const Name = name(/\p{L}/u, 1);

/** The same, or empty: a person with one name gives it as the first name. */
export const LastName = name(/^$|\p{L}/u, 0);

function name(pattern: RegExp, min: number) {
  return v.pipe(
    v.string(),
    v.normalize("NFC"),
    v.trim(),
    v.regex(plain, unreadable),
    v.regex(pattern, "must contain a letter"),
    characters(min, 100),
  );
}

/** E.164: a plus and 7 to 15 digits. */
export const Phone = v.pipe(v.string(), v.regex(/^\+[1-9]\d{6,14}$/, "must be in E.164 form, such as +442079460000"));

/** A new password: 8–256 characters without further rules (NIST SP 800-63B, 3.1.1.2). */
export const Password = v.pipe(v.string(), v.regex(plain, unreadable), characters(8, 256));

/** A password or address that is only compared: anything that could have been stored, and nothing longer. */
export const Compared = v.pipe(v.string(), v.regex(plain, unreadable), characters(1, 320));

/** An e-mail address as typed, without surrounding spaces; letters of any script on both sides (RFC 6531). */
export const Email = v.pipe(
  v.string(),
  v.trim(),
  v.check((email) => isAddress(email) && isAddress(emailKey(email)), "must be an e-mail address"),
);

/** Where a sign-in's token goes beside the cookie: into the answer, or nowhere, so that no script of a page sees it. */
export const sessionIn = {
  session: v.optional(
    v.pipe(
      v.picklist(["token", "cookie"]),
      v.description("with `cookie` the answer holds no token: the cookie alone carries the session"),
    ),
    "token",
  ),
};
