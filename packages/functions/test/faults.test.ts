import { expect, test } from "vitest";
import * as a from "./support/client.ts";

const faults = async (answer: Response | Promise<Response>) => {
  const { code, errors } = (await (await answer).json()) as { code: string; errors: object[] };
  expect(code).toBe("request.invalid");
  return errors;
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
