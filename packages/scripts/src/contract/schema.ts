/** The part of JSON Schema that the document uses. */
export type Schema = {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  pattern?: string;
  format?: string;
  [bound: string]: unknown;
};
export type Schemas = Record<string, Schema>;

/** A change that an old client may stumble over; a line of the changelog must have one of `names` in code. */
export type Break = { at: string; text: string; names: string[] };

/** Where two schemas are compared: in what clients send, or in what they get. */
export type Side = "request" | "answer";
/** `at` is a path for people, `names` what the changelog may call it. */
export type Place = { side: Side; at: string; names: string[] };
/** The components of the old and of the new document. */
export type Both = { old: Schemas; now: Schemas };

/** One kind of value that a schema allows; `component` is the name of the component that it was written in. */
type Kind = Schema & { type: string; component: string | undefined };

/** The largest depth of schemas within schemas that is compared, in case a component holds itself. */
const maxDepth = 40;

/**
 * Compares two schemas: what a client sends must still be taken, and what it gets must be something that it could get
 * before.
 */
export function compareSchemas(old: Schema, now: Schema, place: Place, both: Both, depth = 0): Break[] {
  if (depth > maxDepth) return [];
  const before = kindsOf(old, both.old);
  const after = kindsOf(now, both.now);
  const [given, taken] = place.side === "request" ? [before, after] : [after, before];
  return given.flatMap((kind) => {
    const found = taken
      .filter((other) => accepts(other.type, kind.type))
      .map((other) =>
        compareKinds(
          ...(place.side === "request" ? ([kind, other] as const) : ([other, kind] as const)),
          place,
          both,
          depth,
        ),
      )
      .sort((one, other) => one.length - other.length);
    const text = place.side === "request" ? `no longer takes ${kind.type}` : `can be ${kind.type}`;
    return found[0] ?? [{ at: place.at, text, names: place.names }];
  });
}

function accepts(wide: string, narrow: string): boolean {
  return wide === narrow || wide === "any" || (wide === "number" && narrow === "integer");
}

/** The kinds of values of a schema: its alternatives, without references. */
function kindsOf(schema: Schema, components: Schemas, component?: string): Kind[] {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.split("/").at(-1) ?? "";
    return kindsOf(components[name] ?? {}, components, name);
  }
  if (schema.allOf)
    return kindsOf(schema.allOf.map((part) => resolved(part, components)).reduce(merge, {}), components, component);
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives) return alternatives.flatMap((one) => kindsOf(one, components, component));
  const values = "const" in schema ? [schema.const] : schema.enum;
  if (Array.isArray(schema.type))
    return schema.type.flatMap((type) => kindsOf({ ...schema, type }, components, component));
  if (schema.type === undefined && values) {
    const types = [...new Set(values.map(typeOf))];
    return types.map((type) => ({
      ...schema,
      type,
      enum: values.filter((value) => typeOf(value) === type),
      component,
    }));
  }
  return [{ ...schema, ...(values ? { enum: values } : {}), type: schema.type ?? impliedType(schema), component }];
}

function typeOf(value: unknown): string {
  return value === null ? "null" : typeof value;
}

function impliedType({ properties, items }: Schema): string {
  if (properties) return "object";
  return items ? "array" : "any";
}

function resolved(schema: Schema, components: Schemas): Schema {
  return schema.$ref === undefined ? schema : (components[schema.$ref.split("/").at(-1) ?? ""] ?? {});
}

/** Two parts of an `allOf` as one schema. */
function merge(one: Schema, other: Schema): Schema {
  const names = Object.keys({ ...one.properties, ...other.properties });
  const properties = names.map((name) => [name, { ...one.properties?.[name], ...other.properties?.[name] }]);
  const required = [...(one.required ?? []), ...(other.required ?? [])];
  return { ...one, ...other, ...(names.length > 0 ? { properties: Object.fromEntries(properties), required } : {}) };
}

/** Compares an old and a new kind of the same type. */
function compareKinds(old: Kind, now: Kind, around: Place, both: Both, depth: number): Break[] {
  const component = old.component === now.component ? old.component : undefined;
  const place = component === undefined ? around : { ...around, at: `${component} (${around.side})` };
  const broken = (text: string) => ({ at: place.at, text, names: place.names });
  const isRequest = place.side === "request";
  return [
    ...comparedValues(old, now, isRequest).map(broken),
    ...(isRequest ? comparedBounds(old, now).map(broken) : []),
    ...(old.items || now.items ? compareSchemas(old.items ?? {}, now.items ?? {}, place, both, depth + 1) : []),
    ...(old.type === "object" && now.type === "object" ? comparedProperties(old, now, place, both, depth) : []),
  ];
}

function comparedValues(old: Kind, now: Kind, isRequest: boolean): string[] {
  const [wanted, allowed] = isRequest ? [old.enum, now.enum] : [now.enum, old.enum];
  const list = (values: unknown[]) => values.map((value) => JSON.stringify(value)).join(", ");
  const lost = allowed && wanted?.filter((value) => !allowed.includes(value));
  const faults = [];
  if (allowed && !wanted) faults.push(isRequest ? `takes only ${list(allowed)}` : "can be any value");
  if (lost && lost.length > 0) faults.push(isRequest ? `no longer takes ${list(lost)}` : `can be ${list(lost)}`);
  for (const name of ["pattern", "format"] as const) {
    const ruled = isRequest ? now[name] : old[name];
    if (ruled !== undefined && old[name] !== now[name]) faults.push(`has another ${name}`);
  }
  return faults;
}

const least = ["minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"];
const most = ["maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"];

function comparedBounds(old: Kind, now: Kind): string[] {
  const number = (value: unknown, other: number) => (typeof value === "number" ? value : other);
  const { POSITIVE_INFINITY: all, NEGATIVE_INFINITY: none } = Number;
  return [
    ...least.filter((name) => number(now[name], none) > number(old[name], none)),
    ...most.filter((name) => number(now[name], all) < number(old[name], all)),
    ...(now.uniqueItems === true && old.uniqueItems !== true ? ["uniqueItems"] : []),
  ].map((name) => `has a narrower ${name}`);
}

function comparedProperties(old: Kind, now: Kind, place: Place, both: Both, depth: number): Break[] {
  const { side } = place;
  const [before, after] = [old.properties ?? {}, now.properties ?? {}];
  const [needed, needs] = [new Set(old.required), new Set(now.required)];
  const inside = (name: string): Place => ({ side, at: `${place.at}.${name}`, names: [name] });
  const broken = (name: string, text: string): Break => ({ at: inside(name).at, text, names: [name] });
  const faults: Break[] = [];
  for (const [name, schema] of Object.entries(before)) {
    const next = Object.hasOwn(after, name) ? after[name] : undefined;
    if (next) faults.push(...compareSchemas(schema, next, inside(name), both, depth + 1));
    else if (side === "answer") faults.push(broken(name, "is gone"));
    else if (now.additionalProperties === false) faults.push(broken(name, "is no longer taken"));
    if (next && side === "answer" && needed.has(name) && !needs.has(name)) faults.push(broken(name, "may be missing"));
  }
  if (side === "request") {
    for (const name of needs) if (!needed.has(name)) faults.push(broken(name, "is required"));
    if (now.additionalProperties === false && old.additionalProperties !== false) {
      faults.push({ at: place.at, text: "takes no other fields", names: place.names });
    }
  }
  const [others, next] = [old.additionalProperties, now.additionalProperties];
  if (typeof others === "object" && typeof next === "object") {
    faults.push(...compareSchemas(others, next, { ...place, at: `${place.at}.*` }, both, depth + 1));
  }
  return faults;
}
