import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { key } from "@travel-conductor/local/lambda";
import { signed } from "@travel-conductor/local/signature";

type Asked = { Name: string; Names?: string[]; WithDecryption?: boolean };

/**
 * SSM's GetParameters and GetParameter on a port of its own. As strict as SSM about the signature (Signature Version 4),
 * the target, and ten names at most. `requests` holds the names of each answered request.
 */
export async function ssm(parameters: Record<string, string>) {
  const requests: string[][] = [];
  const server = createServer(async (request, response) => {
    const body = await buffer(request);
    const refuse = (status: number, type: string) => response.writeHead(status).end(JSON.stringify({ __type: type }));
    const target = request.headers["x-amz-target"];
    const one = target === "AmazonSSM.GetParameter";
    if (!one && target !== "AmazonSSM.GetParameters") return refuse(400, "UnknownOperationException");
    if (request.headers["content-type"] !== "application/x-amz-json-1.1")
      return refuse(404, "UnknownOperationException");
    if (!signed("ssm", key, request, body)) return refuse(400, "InvalidSignatureException");
    const { Name, Names = [Name], WithDecryption } = JSON.parse(body.toString()) as Asked;
    if (Names.length < 1 || Names.length > 10) return refuse(400, "ValidationException");
    requests.push(Names);
    const known = Names.filter((name) => name in parameters);
    const Parameters = known.map((Name) => ({
      Name,
      Type: "SecureString",
      Value: WithDecryption ? parameters[Name] : "AQICAH",
    }));
    if (one && Parameters.length === 0) return refuse(400, "ParameterNotFound");
    response.setHeader("content-type", "application/x-amz-json-1.1");
    const InvalidParameters = Names.filter((name) => !(name in parameters));
    response.end(JSON.stringify(one ? { Parameter: Parameters[0] } : { InvalidParameters, Parameters }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    requests,
    stop: () => new Promise((done) => server.close(done)),
  };
}
