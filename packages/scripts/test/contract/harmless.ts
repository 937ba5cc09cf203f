import { body, type Change, list, make, watch } from "./small.ts";

/** What no client stumbles over. */
export const harmless: [what: string, change: Change][] = [
  ["a new operation", (d) => (d.paths["/v1/alerts"] = { get: { responses: {} } })],
  ["a new property of an answer", (d) => (watch(d).properties.low = { type: "string" })],
  ["a new optional field", (d) => (body(d).properties.until = { type: "string" })],
  ["a field that is no longer required", (d) => (body(d).required = [])],
  ["a new optional parameter", (d) => list(d).parameters.push({ name: "route", in: "query", schema: {} })],
  ["another order of parameters", (d) => list(d).parameters.reverse()],
  [
    "another name of a path's parameter",
    (d) => {
      d.paths["/v1/watches/{watchId}"] = d.paths["/v1/watches/{id}"];
      d.paths["/v1/watches/{watchId}"].get.parameters[0].name = "watchId";
      delete d.paths["/v1/watches/{id}"];
    },
  ],
  [
    "more values in requests, fewer in answers",
    (d) => {
      body(d).properties.cabin.enum.push("first");
      watch(d).properties.state.enum.pop();
    },
  ],
  ["a wider kind in requests", (d) => (body(d).properties.bags.anyOf[0] = { type: "number" })],
  ["no null any more in answers", (d) => (watch(d).properties.price = { $ref: "#/components/schemas/Money" })],
  ["wider bounds", (d) => (list(d).parameters[1].schema = { type: "integer", minimum: 0 })],
  [
    "a new error, and a new code of one",
    (d) => {
      list(d).responses[409] = {};
      list(d).responses[404].content["application/problem+json"].schema.allOf[1].properties.code.enum.push(
        "watch.ended",
      );
    },
  ],
  [
    "other texts and examples",
    (d) => {
      watch(d).description = "another text";
      body(d).properties.origin.description = "another text";
      list(d).responses[200].description = "Fine";
    },
  ],
  [
    "a component written where it is used",
    (d) => {
      make(d).responses[201].content["application/json"].schema = watch(d);
    },
  ],
  ["no session any more", (d) => delete make(d).security],
  ["another key as a way in", (d) => make(d).security.push({ key: [] })],
];
