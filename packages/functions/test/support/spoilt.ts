import { withoutService } from "@travel-conductor/core/test/network";
import { maxBodyBytes } from "../../src/api/guard.ts";
import * as a from "./client.ts";
import { none, type Request } from "./requests.ts";

export type Spoil = (request: Request, send: (request: Request) => Promise<Response>) => Promise<Response>;

/** How a good request gets each status, on any route. */
export const spoilt: Record<number, Spoil> = {
  400: (request, send) => send({ ...request, body: '{"read":tru' }),
  401: async ({ token, ...request }, send) => {
    const answer = await send(request);
    return answer.status === 401 ? answer : send({ ...request, token: `tck_${"0".repeat(49)}` });
  },
  403: async (request, send) => {
    const { token, ...open } = request;
    const headers = { cookie: "__Host-session=x", origin: "https://evil.example.com" };
    let answer = await send({ ...open, headers });
    // A read takes the cookie from any page: a key is refused, of one scope at least.
    for (const scope of ["watch", "export"]) {
      if (answer.status === 403) break;
      answer = await send({ ...request, token: await keyOf(scope) });
    }
    return answer;
  },
  404: ({ path, ...request }, send) => send({ ...request, path: none(path) }),
  413: (request, send) => send({ ...request, body: `{"email":"${"a".repeat(maxBodyBytes)}"}` }),
  415: (request, send) => send({ ...request, headers: { "content-type": "text/plain" } }),
  422: (request, send) => send({ ...request, path: `${request.path.split("?")[0]}?nonsense=1` }),
  429: async (request, send) => send({ ...request, address: await a.spent() }),
  503: (request, send) => withoutService("postgres", () => send(request)),
};

const keys = new Map<string, Promise<string>>();

/** A key of this scope alone. */
function keyOf(scope: string): Promise<string> {
  const made = keys.get(scope) ?? a.user().then(async ({ token }) => (await a.key(token, [scope])).key);
  keys.set(scope, made);
  return made;
}

/**
 * Statuses of requests that are refused before they do anything, or while Postgres is gone: one good request serves for
 * all of a route.
 */
export const early = new Set([400, 401, 403, 404, 413, 415, 422, 429, 503]);
