import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** A Lambda: what each of its versions was made with. */
type Fn = { env: Record<string, string>; code: string; aliases: Record<string, { version: string; canary?: boolean }> };

type Body = { Environment?: { Variables: Fn["env"] }; FunctionVersion?: string };

/**
 * SSM's parameters and Lambda's functions of a stage, as far as a rotation uses them. `log` has each change, with the
 * value of a parameter; `cut` is asked before each, and throws to end the program there.
 */
export async function startCloud(parameters: Record<string, string>, functions: Record<string, Fn>) {
  const log: string[] = [];
  const state = { cut: undefined as ((change: string) => boolean) | undefined };
  const published: Record<string, Record<string, Fn>> = {};

  const ssm = (action: string, { Name, Value }: { Name: string; Value?: string }) => {
    if (action === "GetParameter")
      return Name in parameters ? { Parameter: { Name, Value: parameters[Name] } } : { __type: "ParameterNotFound" };
    log.push(`${action} ${Name.split("/").at(-2)} ${(Value ?? "").replaceAll("\n", " ")}`.trim());
    if (action === "PutParameter") parameters[Name] = Value!;
    else delete parameters[Name];
    return {};
  };
  const configuration = (name: string, fn: Fn) => ({
    FunctionName: name,
    CodeSha256: fn.code,
    Timeout: 29,
    Environment: { Variables: fn.env },
    LastUpdateStatus: "Successful",
  });
  const lambda = (method: string, url: URL, body: Body) => {
    const [, , , name = "", part, alias] = url.pathname.split("/");
    const fn = functions[name];
    if (!fn) {
      // One function a page.
      const names = Object.keys(functions);
      const at = Number(url.searchParams.get("Marker") ?? 0);
      const NextMarker = at + 1 < names.length ? String(at + 1) : undefined;
      return { Functions: [configuration(names[at]!, functions[names[at]!]!)], NextMarker };
    }
    const version = url.searchParams.get("Qualifier");
    if (method === "GET" && part === "aliases")
      return {
        Aliases: Object.entries(fn.aliases).map(([Name, { version, canary }]) => ({
          Name,
          FunctionVersion: version,
          ...(canary ? { RoutingConfig: { AdditionalVersionWeights: { 9: 0.1 } } } : {}),
        })),
      };
    if (method === "GET") return configuration(name, (version && published[name]?.[version]) || fn);
    log.push(`${method} ${name} ${[part, alias].filter(Boolean).join(" ")}`);
    published[name] ??= {};
    const held = published[name];
    if (part === "configuration") fn.env = body.Environment!.Variables;
    else if (part === "versions") {
      const Version = String(Object.keys(held).length + 2);
      held[Version] = structuredClone(fn);
      return { Version };
    } else fn.aliases[alias!] = { version: body.FunctionVersion! };
    return {};
  };

  const server = createServer(async (request: IncomingMessage, response) => {
    const url = new URL(request.url ?? "", "http://127.0.0.1");
    const body = JSON.parse((await text(request)) || "{}");
    const [, action] = String(request.headers["x-amz-target"] ?? "").split(".");
    const signed = String(request.headers.authorization).includes(`/${action ? "ssm" : "lambda"}/aws4_request`);
    const isWrite = action ? action !== "GetParameter" : request.method !== "GET";
    if (!signed || (isWrite && state.cut?.(action ?? url.pathname))) return response.writeHead(403).end("{}");
    const answer = action ? ssm(action, body) : lambda(request.method ?? "", url, body);
    response.writeHead("__type" in answer ? 400 : 200).end(JSON.stringify(answer));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, log, state, functions, parameters, stop: () => new Promise((done) => server.close(done)) };
}
