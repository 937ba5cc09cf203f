import { meaningOf } from "./field.ts";

/** The part of JSON Schema in which there are schemas. */
export type Schema = {
  [keyword: string]: unknown;
  properties?: Record<string, Schema>;
  required?: string[];
  description?: string;
};

/** A schema in which each property says what it means, by its path below `path`. */
export function withMeanings(schema: Schema, path: string): Schema {
  return Object.fromEntries(
    Object.entries(schema).map(([keyword, value]) => {
      if (keyword === "properties") return [keyword, propertiesWithMeanings(value as Record<string, Schema>, path)];
      if (lists.has(keyword)) return [keyword, (value as Schema[]).map((each) => withMeanings(each, path))];
      if (keyword === "items") return [keyword, withMeanings(value as Schema, path)];
      return [keyword, value];
    }),
  );
}

const lists = new Set(["anyOf", "allOf", "oneOf"]);

function propertiesWithMeanings(properties: Record<string, Schema>, path: string): Record<string, Schema> {
  return Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [
      name,
      { ...withMeanings(schema, `${path}.${name}`), ...meaningOf(`${path}.${name}`, schema) },
    ]),
  );
}
