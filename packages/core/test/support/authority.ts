import "reflect-metadata";
import * as x509 from "@peculiar/x509";

/** A certificate and its key, as PEM. */
export type Identity = { cert: string; key: string };

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const hours = 3_600_000;

/** Makes a certificate authority for tests. `identityOf` certifies names: for `span`, in ms from now. */
export async function createAuthority() {
  const keys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const ca = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: "01",
    name: "CN=Test authority",
    notBefore: new Date(Date.now() - hours),
    notAfter: new Date(Date.now() + hours),
    signingAlgorithm: algorithm,
    keys,
    extensions: [new x509.BasicConstraintsExtension(true, 0, true)],
  });
  const identityOf = async (names: string[], [from, until] = [-hours, hours]): Promise<Identity> => {
    const own = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
    const cert = await x509.X509CertificateGenerator.create({
      serialNumber: "02",
      subject: `CN=${names[0]}`,
      issuer: ca.subject,
      notBefore: new Date(Date.now() + from),
      notAfter: new Date(Date.now() + until),
      signingAlgorithm: algorithm,
      publicKey: own.publicKey,
      signingKey: keys.privateKey,
      extensions: [
        new x509.SubjectAlternativeNameExtension(
          names.map((value) => ({ type: /^[\d.]+$/.test(value) ? ("ip" as const) : ("dns" as const), value })),
        ),
      ],
    });
    const key = x509.PemConverter.encode(await crypto.subtle.exportKey("pkcs8", own.privateKey), "PRIVATE KEY");
    return { cert: cert.toString("pem"), key };
  };
  return { ca: ca.toString("pem"), identityOf };
}
