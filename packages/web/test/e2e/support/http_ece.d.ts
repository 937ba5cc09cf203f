declare module "http_ece" {
  import type { ECDH } from "node:crypto";

  type Settings = { version: "aes128gcm"; privateKey: ECDH; authSecret: string };
  const ece: { decrypt: (body: Buffer, settings: Settings) => Buffer };
  export default ece;
}
