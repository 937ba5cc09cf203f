import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { type CodedFault, coded } from "../src/api/faultcodes.ts";
import * as a from "./support/client.ts";

/** What is said of each field, without what it means for programs. */
const faults = async (answer: Response | Promise<Response>) => {
  const { code, errors } = (await (await answer).json()) as { code: string; errors: CodedFault[] };
  expect(code).toBe("request.invalid");
  return errors.map(({ pointer, detail }) => ({ pointer, detail }));
};

test("every unknown, repeated, missing and wrong parameter of a query is named at once", async () => {
  const query = "origin=STN&origin=LTN&from=x&destination=STN&adults=two&cabin=comfort&sort=up";
  expect(await faults(a.call("GET", `/v1/flights?${query}`))).toEqual([
    { pointer: "#origin", detail: "is given more than once" },
    { pointer: "#from", detail: "is not a parameter of this route" },
    { pointer: "#departureDate", detail: "is required" },
    { pointer: "#adults", detail: "must be a number" },
    { pointer: "#cabin", detail: "must be one of economy, premium_economy, business, first" },
    { pointer: "#sort", detail: expect.stringMatching(/^must be one of /) },
    { pointer: "#destination", detail: "must differ from origin" },
  ]);
});

test("every unknown field of a body is named, also in an object within it, and every other fault with them", async () => {
  const { token } = await a.user();
  const body = { origin: 5, destination: "BGY", one: 1, two: 2, rules: { newLow: "yes", three: 3 }, adults: 0.5 };
  expect(await faults(a.call("POST", "/v1/watches", { token, body }))).toEqual([
    { pointer: "/one", detail: "is not a field of this request" },
    { pointer: "/two", detail: "is not a field of this request" },
    { pointer: "/rules/three", detail: "is not a field of this request" },
    { pointer: "/origin", detail: expect.stringContaining("must be a three-letter IATA code") },
    { pointer: "/adults", detail: "must be a whole number" },
    { pointer: "/rules/newLow", detail: "must be true or false" },
    { pointer: "/departureDate", detail: expect.stringContaining("is required") },
  ]);
});

test("a name with a slash or a tilde is escaped in its pointer", async () => {
  const { token } = await a.user();
  expect(await faults(a.call("PATCH", "/v1/me", { token, body: { "a/b~c": 1 } }))).toEqual([
    { pointer: "/a~1b~0c", detail: "is not a field of this request" },
  ]);
});

test.each(["null", "5", '"text"', "true"])(
  "a body that is %s and no object is a fault, not a failure",
  async (body) => {
    const { token } = await a.user();
    expect(await faults(a.call("POST", "/v1/watches", { token, body }))).toEqual([
      { pointer: "", detail: "must be an object" },
    ]);
  },
);

test("a fault says what is wrong by a code and its values, beside the sentence", async () => {
  const query = "origin=STN&destination=STN&departureDate=2020-13-01&adults=10&cabin=comfort&one=1";
  const { errors } = (await (await a.call("GET", `/v1/flights?${query}`)).json()) as { errors: CodedFault[] };
  expect(errors.map(({ pointer, code, values }) => ({ pointer, code, values }))).toEqual([
    { pointer: "#one", code: "unknown", values: {} },
    { pointer: "#departureDate", code: "day", values: {} },
    { pointer: "#adults", code: "max", values: { max: 9 } },
    { pointer: "#cabin", code: "choice", values: { options: "economy, premium_economy, business, first" } },
    { pointer: "#destination", code: "same_place", values: {} },
  ]);
});

const root = fileURLToPath(new URL("../../..", import.meta.url));
const sources = ["packages/core/src", "packages/functions/src/api"].flatMap((folder) =>
  readdirSync(root + folder, { recursive: true, encoding: "utf8" })
    // What the environment must be is told to operators alone.
    .filter((path) => path.endsWith(".ts") && !/base\/env\.ts$|openapi|faultcodes|advice/.test(path))
    .map((path) => readFileSync(`${root}${folder}/${path}`, "utf8")),
);
/** The sentences about fields, with a number in place of each part that is filled in. */
const said = sources.flatMap((source) =>
  [
    ...source.matchAll(
      /["`]((?:must|is no|is not|is of|is required|is among|is used|is given|cannot be given|has no|has a|names no|does not fit) [^"`]*)["`]/g,
    ),
  ].map(([, sentence = ""]) =>
    sentence.replaceAll(/\$\{many\([^}]*\}/g, "3 items").replaceAll(/\$\{(?:[^{}]|\{[^}]*\})*\}/g, "3"),
  ),
);

test("every sentence about a field has a code", () => {
  expect(said.length).toBeGreaterThan(60);
  const open = said.filter((detail) => coded({ pointer: "", detail }).code === "invalid");
  const whole = open.filter((sentence) => !sentence.includes("${"));
  expect(whole).toEqual(["is not valid"]);
});

test("the document of the API names every code", () => {
  const source = readFileSync(`${root}packages/functions/src/api/faultcodes.ts`, "utf8");
  const codes = [...source.matchAll(/, "([a-z_]+)"\],$/gm)].map(([, code]) => `\`${code}\``);
  expect(codes.length).toBeGreaterThan(40);
  const page = readFileSync(`${root}packages/docs/api.md`, "utf8");
  expect(codes.filter((code) => !page.includes(code))).toEqual([]);
});

test("the code of a place at fault is the same beside others, with the place", async () => {
  const query = "origin=STN,ZZZ&destination=LON,BGY&departureDate=2027-01-01";
  const { errors } = (await (await a.call("GET", `/v1/flights?${query}`)).json()) as { errors: CodedFault[] };
  expect(errors.map(({ pointer, code, values }) => [pointer, code, values])).toEqual(
    expect.arrayContaining([
      ["#destination", "same_place", { place: "LON" }],
      ["#origin", "place_unknown", { place: "ZZZ" }],
    ]),
  );
});
