import { env } from "@travel-conductor/core/base/env";
import { Problem } from "@travel-conductor/core/base/error";
import { realNow } from "@travel-conductor/core/base/time";
import { Hono } from "hono";
import { limited } from "../limit.ts";

/** RFC 9116, section 2.5.5: a file that is valid for longer than a year is not looked after. */
const mostMs = 365 * 86_400_000;

/**
 * Says where to report a weakness (RFC 9116): at SECURITY_CONTACT, until the day SECURITY_EXPIRES (UTC). Answers 404
 * without them and from that day on, because the contact may be out of date.
 */
export const securityTxt = new Hono().get("/", limited("general"), async (c) => {
  const { SECURITY_CONTACT: contact, SECURITY_EXPIRES: expires } = env;
  const left = Date.parse(expires ?? "") - realNow().getTime();
  if (contact === undefined || !(left > 0 && left <= mostMs))
    throw new Problem("missing", "request.path", "There is nothing at this address.");
  const lines = [`Contact: ${contact}`, `Expires: ${expires}T00:00:00Z`, "Preferred-Languages: en, de"];
  return c.text(`${lines.join("\n")}\n`, 200, { "cache-control": "public, max-age=3600" });
});
