import { sql } from "@travel-conductor/core/base/db";
import { logger } from "@travel-conductor/core/base/log";
import { runAs } from "@travel-conductor/core/base/trace";
import * as User from "@travel-conductor/core/user";
import { contextFor } from "@travel-conductor/local/context";
import { lambdas, mailbox } from "@travel-conductor/local/testing";
import { afterEach, expect, test, vi } from "vitest";
import { interceptRequests } from "../../core/test/support/network.ts";
import { handler as deliver } from "../src/hurried/deliver.ts";
import { handler as refresh } from "../src/queue/refresh.ts";
import * as a from "./support/client.ts";

afterEach(() => void vi.restoreAllMocks());

const id = "follow-me_1=";

/** The statements that reach Postgres while `work` runs. */
async function statementsOf(work: () => Promise<unknown>): Promise<string[]> {
  const found: string[] = [];
  await interceptRequests((service, body) => {
    if (service !== "postgres") return;
    const { queries, query } = JSON.parse(body);
    found.push(...(queries ?? [{ query }]).map((one: { query: string }) => one.query));
  }, work);
  return found;
}

/** The lines that `work` writes to the log. */
async function linesOf(work: () => Promise<unknown>): Promise<Record<string, unknown>[]> {
  const lines: string[] = [];
  const keep = (line: unknown) => lines.push(...String(line).split("\n").filter(Boolean)) > 0;
  const spies = [process.stdout, process.stderr].map((stream) => vi.spyOn(stream, "write").mockImplementation(keep));
  await work().finally(() => spies.forEach((spy) => void spy.mockRestore()));
  return lines.map((line) => JSON.parse(line));
}

test("one id goes from a request to its statements, its call of the sender and the letter", async () => {
  const body = a.signup();
  const headers = { "x-request-id": id };
  const asked = await statementsOf(async () => {
    const response = await a.call("POST", "/v1/auth/signup", { body, headers });
    expect(response.status).toBe(201);
    expect(response.headers.get("x-request-id")).toBe(id);
  });
  expect(asked.length).toBeGreaterThan(0);
  for (const statement of asked) expect(statement.startsWith(`/* ${id} */ `)).toBe(true);

  expect(lambdas.deliver.take()).toEqual([{ message: {}, requestId: id }]);

  // The sender works for several requests: a letter has the id of its own, and so have the lines about it.
  const sent = await statementsOf(() => deliver({ message: {}, requestId: "another" }, contextFor(60_000)));
  for (const statement of sent) expect(statement).toMatch(/^\/\* (another|follow-me_1=) \*\/ /);
  expect(mailbox.find(({ to }) => to[0] === body.email)?.headers["X-Request-Id"]).toBe(id);
});

test("Postgres shows the id beside the statement that runs", async () => {
  const [row] = await runAs(id, async () => await sql`select query from pg_stat_activity where pid = pg_backend_pid()`);
  expect(row?.query).toMatch(/^\/\* follow-me_1= \*\/ select query/);
});

test("log lines, metrics and problems of a request have its id, and a message that fails has that of its sender", async () => {
  vi.spyOn(User, "login").mockImplementation(async () => {
    logger.warn("a line of the verb");
    throw new Error("unforeseen");
  });
  const lines = await linesOf(async () => {
    const response = await a.call("POST", "/v1/auth/login", {
      body: { email: "ada@example.com", password: a.password },
      headers: { "x-request-id": id },
    });
    expect(await a.read(response, 500)).toMatchObject({ requestId: id });
    const late = { messageId: "m1", body: "no JSON", messageAttributes: { requestId: { stringValue: id } } };
    await refresh({ Records: [late] });
  });
  expect(lines.map(({ message }) => message)).toEqual(["a line of the verb", "service.unexpected", "message failed"]);
  expect(lines.map(({ requestId }) => requestId)).toEqual([id, id, id]);
});

test("replaces an id that could end a comment, a header or a line, or that is too long", async () => {
  for (const hostile of ["*/ drop table users; --", 'x"}', "a,b", "é", "x".repeat(65), ""]) {
    const asked = await statementsOf(async () => {
      const response = await a.call("GET", "/v1/numbers", { headers: { "x-request-id": hostile } });
      expect(response.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
    });
    for (const statement of asked) expect(statement).toMatch(/^\/\* [0-9a-f-]{36} \*\/ /);
  }
});
