import { createHash, createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { given } from "./lambda.ts";

/**
 * SSM's GetParameters on a port of its own, strict about what the cloud is strict about: the signature (Signature
 * Version 4), the target, ten names at most. `asked` lists the names of each request it answered.
 */
export async function ssm(parameters: Record<string, string>) {
  const asked: string[][] = [];
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const refuse = (status: number, type: string) => response.writeHead(status).end(JSON.stringify({ __type: type }));
    if (request.headers["x-amz-target"] !== "AmazonSSM.GetParameters") return refuse(400, "UnknownOperationException");
    if (request.headers["content-type"] !== "application/x-amz-json-1.1")
      return refuse(404, "UnknownOperationException");
    if (!signed(request.method ?? "", request.headers, body)) return refuse(400, "InvalidSignatureException");
    const { Names, WithDecryption }: { Names: string[]; WithDecryption?: boolean } = JSON.parse(body);
    if (Names.length < 1 || Names.length > 10) return refuse(400, "ValidationException");
    asked.push(Names);
    const known = Names.filter((name) => name in parameters);
    response.setHeader("content-type", "application/x-amz-json-1.1");
    response.end(
      JSON.stringify({
        InvalidParameters: Names.filter((name) => !(name in parameters)),
        Parameters: known.map((Name) => ({
          Name,
          Type: "SecureString",
          Value: WithDecryption ? parameters[Name] : "AQICAH",
        })),
      }),
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    asked,
    stop: () => new Promise((done) => server.close(done)),
  };
}

/** Computes the signature again, from what arrived and the secret key that only the caller and we have. */
function signed(method: string, headers: IncomingHttpHeaders, body: string): boolean {
  const found =
    /^AWS4-HMAC-SHA256 Credential=(\w+)\/(\d{8})\/([\w-]+)\/ssm\/aws4_request, SignedHeaders=([\w;-]+), Signature=([0-9a-f]{64})$/.exec(
      headers.authorization ?? "",
    );
  if (!found) return false;
  const [, keyId, day, region, names = "", signature] = found;
  const date = String(headers["x-amz-date"]);
  const canonical = [
    method,
    "/",
    "",
    ...names.split(";").map((name) => `${name}:${headers[name]}`),
    "",
    names,
    createHash("sha256").update(body).digest("hex"),
  ].join("\n");
  const scope = `${day}/${region}/ssm/aws4_request`;
  const text = ["AWS4-HMAC-SHA256", date, scope, createHash("sha256").update(canonical).digest("hex")].join("\n");
  const key = scope
    .split("/")
    .reduce<string | Buffer>(
      (key, part) => createHmac("sha256", key).update(part).digest(),
      `AWS4${given.AWS_SECRET_ACCESS_KEY}`,
    );
  const covered = ["host", "x-amz-date", "x-amz-target", "x-amz-security-token"].every((name) =>
    names.split(";").includes(name),
  );
  return (
    covered &&
    keyId === given.AWS_ACCESS_KEY_ID &&
    headers["x-amz-security-token"] === given.AWS_SESSION_TOKEN &&
    date.startsWith(day ?? "") &&
    createHmac("sha256", key).update(text).digest("hex") === signature
  );
}
