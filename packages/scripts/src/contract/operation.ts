import { type Both, type Break, compareSchemas, type Schema, type Schemas, type Side } from "./schema.ts";

type Content = Record<string, { schema?: Schema }>;
export type Parameter = {
  $ref?: string;
  name: string;
  in: string;
  required?: boolean;
  explode?: boolean;
  style?: string;
  schema?: Schema;
};
type Answer = { headers?: Record<string, unknown>; content?: Content };
export type Operation = {
  parameters?: Parameter[];
  requestBody?: { required?: boolean; content: Content };
  responses?: Record<string, Answer>;
  security?: Record<string, string[]>[];
};
/** The part of an OpenAPI document that a client relies on. */
export type Document = {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Schemas; parameters?: Record<string, Parameter> };
};

type Context = { key: string; path: string; both: Both };

/** Every difference between two documents that an old client may stumble over, each once. */
export function breaks(old: Document, now: Document): Break[] {
  const both = { old: old.components.schemas, now: now.components.schemas };
  const [before, after] = [operationsOf(old), operationsOf(now)];
  const found = [...before].flatMap(([id, { key, path, operation }]) => {
    const next = after.get(id)?.operation;
    if (!next) return [{ at: key, text: "is gone", names: [path, key] }];
    const context = { key, path, both };
    return [
      ...comparedParameters(operation, next, context),
      ...comparedBodies(operation, next, context),
      ...comparedAnswers(operation, next, context),
      ...comparedSecurity(operation, next, context),
    ];
  });
  return [...new Map(found.map((each) => [`${each.at} ${each.text}`, each])).values()];
}

/** The operations by method and path; the name of a path's parameter does not matter to a client. */
function operationsOf({ paths, components }: Document) {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => {
      const places = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const parameters = (operation.parameters ?? []).map((given) => {
        const parameter = given.$ref ? (components.parameters?.[given.$ref.split("/").at(-1) ?? ""] ?? given) : given;
        return parameter.in === "path" ? { ...parameter, name: String(places.indexOf(parameter.name)) } : parameter;
      });
      const key = `${method.toUpperCase()} ${path}`;
      return [key.replace(/\{\w+\}/g, "{}"), { key, path, operation: { ...operation, parameters } }] as const;
    }),
  );
  return new Map(operations);
}

function comparedParameters(old: Operation, now: Operation, { key, path, both }: Context): Break[] {
  const identify = (list: Parameter[] = []) => new Map(list.map((each) => [`${each.in} ${each.name}`, each]));
  const [before, after] = [identify(old.parameters), identify(now.parameters)];
  const at = (name: string) => `${key} ${name}`;
  const names = (parameter: Parameter) => (parameter.in === "path" ? [path] : [parameter.name]);
  const faults: Break[] = [];
  for (const [id, parameter] of before) {
    const next = after.get(id);
    if (!next) faults.push({ at: at(id), text: "is no longer taken", names: names(parameter) });
    else {
      const place = { side: "request" as Side, at: at(id), names: names(parameter) };
      faults.push(...compareSchemas(parameter.schema ?? {}, next.schema ?? {}, place, both));
      const isOther = parameter.explode !== next.explode || parameter.style !== next.style;
      if (isOther) faults.push({ at: at(id), text: "is written in another way", names: names(parameter) });
    }
  }
  for (const [id, parameter] of after) {
    const isNew = parameter.required === true && before.get(id)?.required !== true;
    if (isNew) faults.push({ at: at(id), text: "is required", names: names(parameter) });
  }
  return faults;
}

function comparedBodies({ requestBody: old }: Operation, { requestBody: now }: Operation, context: Context): Break[] {
  const { key, path } = context;
  const at = `${key} body`;
  if (old && !now) return [{ at, text: "is no longer taken", names: [path] }];
  const isNeeded = now?.required === true && old?.required !== true;
  return [
    ...(isNeeded ? [{ at, text: "is required", names: [path] }] : []),
    ...(old && now ? comparedContents(old.content, now.content, { ...context, side: "request", at }) : []),
  ];
}

function comparedContents(
  old: Content,
  now: Content,
  { side, at, path, both }: Context & { side: Side; at: string },
): Break[] {
  return Object.entries(old).flatMap(([type, { schema }]) => {
    const next = now[type];
    if (!next) return [{ at, text: `is no longer ${type}`, names: [path, type] }];
    return compareSchemas(schema ?? {}, next.schema ?? {}, { side, at, names: [path] }, both);
  });
}

function comparedAnswers(old: Operation, now: Operation, context: Context): Break[] {
  const { key, path } = context;
  const [before, after] = [old.responses ?? {}, now.responses ?? {}];
  const added = Object.keys(after).filter((status) => status.startsWith("2") && !before[status]);
  return [
    ...added.map((status) => ({ at: `${key} ${status}`, text: "is a new success", names: [path] })),
    ...Object.entries(before).flatMap(([status, answer]) => {
      const at = `${key} ${status}`;
      const next = after[status];
      if (!next) return [{ at, text: "is gone", names: [path] }];
      const headers = Object.keys(answer.headers ?? {}).filter((name) => !Object.hasOwn(next.headers ?? {}, name));
      const lost = codesOf(answer).filter((code) => !codesOf(next).includes(code));
      return [
        ...headers.map((name) => ({ at, text: `has no header ${name}`, names: [name] })),
        ...lost.map((code) => ({ at, text: `no longer has the code ${code}`, names: [code] })),
        ...comparedContents(withoutCodes(answer), withoutCodes(next), { ...context, side: "answer", at }),
      ];
    }),
  ];
}

const problem = "application/problem+json";

/** The codes of a problem. A client that does not know one goes by the status, so that only a lost one breaks it. */
function codesOf({ content = {} }: Answer): string[] {
  return (content[problem]?.schema?.allOf ?? []).flatMap(
    ({ properties }) => (properties?.code?.enum ?? []) as string[],
  );
}

function withoutCodes({ content = {} }: Answer): Content {
  const [first] = content[problem]?.schema?.allOf ?? [];
  return first ? { ...content, [problem]: { schema: first } } : content;
}

function comparedSecurity(
  { security: old = [{}] }: Operation,
  { security: now = [{}] }: Operation,
  context: Context,
): Break[] {
  const ways = new Set((now.length > 0 ? now : [{}]).map((way) => JSON.stringify(way)));
  const lost = (old.length > 0 ? old : [{}]).filter((way) => !ways.has(JSON.stringify(way)) && !ways.has("{}"));
  return lost.map((way) => {
    const [name] = Object.keys(way);
    const text = name === undefined ? "needs a session" : `is no longer open with ${name}`;
    return { at: context.key, text, names: [context.path] };
  });
}
