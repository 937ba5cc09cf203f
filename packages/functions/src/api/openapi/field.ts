import { account } from "./field/account.ts";
import { booking } from "./field/booking.ts";
import { channel } from "./field/channel.ts";
import { common } from "./field/common.ts";
import { content } from "./field/content.ts";
import { figure } from "./field/figure.ts";
import { flight } from "./field/flight.ts";
import { link } from "./field/link.ts";
import { payment } from "./field/payment.ts";
import { place } from "./field/place.ts";
import { post } from "./field/post.ts";
import { traveler } from "./field/traveler.ts";
import { watch } from "./field/watch.ts";

type Schema = { [keyword: string]: unknown; description?: string };

/**
 * What parameters and properties mean. A row is found by the end of a path: `adults` for each `adults`,
 * `segments.origin` for that of a segment, `Watch.adults` for that of the schema, `GET /v1/alerts.query.from` for a
 * parameter of one operation. The longest end that has a row counts. The paths are
 *
 *     Schema.property                      of a schema with a name
 *     GET /v1/path.query.parameter         also `body.property`, `answer.property`
 *     GET /v1/path.path.parameter          with the part of the path before the parameter
 *
 * A property below another follows it, also where the other is a list: `Watch.trend.price`. The rows of a schema also
 * count for one whose name ends with its name.
 */
export const fields: Record<string, string> = {
  ...common,
  ...flight,
  ...watch,
  ...account,
  ...channel,
  ...booking,
  ...link,
  ...payment,
  ...figure,
  ...traveler,
  ...place,
  ...post,
  ...content,
};

/** The row of a path: its longest end that has one. */
export function rowOf(path: string): string | undefined {
  const starts = [...path.matchAll(/[./]|(?<=^[A-Z][a-z]*)(?=[A-Z])/g)].map(
    ({ index, 0: sign }) => index + sign.length,
  );
  return [0, ...starts].map((start) => path.slice(start)).find((end) => Object.hasOwn(fields, end));
}

/**
 * What the field at a path means, as a member of its description in the document. What its schema says itself counts
 * before a row that any field of this name shares.
 */
export function meaningOf(path: string, { description }: Schema = {}): { description?: string } {
  const row = rowOf(path);
  const own = row?.includes(".") ? undefined : description;
  return row === undefined && own === undefined ? {} : { description: own ?? fields[row as string]! };
}
