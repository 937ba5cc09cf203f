import type * as Factor from "@travel-conductor/core/factor";
import type { InferOutput } from "valibot";

export type AddOptions = InferOutput<typeof Factor.AddOptions>;
export type UseOptions = InferOutput<typeof Factor.UseOptions>;

/** The person closed the browser's own dialog, or let its time pass. */
export class Dismissed extends Error {}

/** Whether this browser knows passkeys, and the page may use them: only on https or localhost. */
export function hasPasskeys(): boolean {
  return "PublicKeyCredential" in globalThis && "credentials" in navigator;
}

/** Lets the browser make a passkey. @throws Dismissed */
export async function create(options: AddOptions): Promise<unknown> {
  const made = await dismissable(
    navigator.credentials.create({
      publicKey: {
        ...options,
        challenge: bytes(options.challenge),
        user: { ...options.user, id: bytes(options.user.id) },
        excludeCredentials: options.excludeCredentials.map(toDescriptor),
      },
    }),
  );
  const response = made.response as AuthenticatorAttestationResponse;
  return {
    ...described(made),
    response: {
      clientDataJSON: text(response.clientDataJSON),
      attestationObject: text(response.attestationObject),
      transports: response.getTransports(),
    },
  };
}

/** Lets the browser sign a challenge by a passkey that it has. @throws Dismissed */
export async function sign(options: UseOptions): Promise<unknown> {
  const used = await dismissable(
    navigator.credentials.get({
      publicKey: {
        ...options,
        challenge: bytes(options.challenge),
        allowCredentials: options.allowCredentials.map(toDescriptor),
      },
    }),
  );
  const response = used.response as AuthenticatorAssertionResponse;
  return {
    ...described(used),
    response: {
      clientDataJSON: text(response.clientDataJSON),
      authenticatorData: text(response.authenticatorData),
      signature: text(response.signature),
      userHandle: response.userHandle && text(response.userHandle),
    },
  };
}

async function dismissable(asked: Promise<Credential | null>): Promise<PublicKeyCredential> {
  const given = await asked.catch((error: unknown) => {
    const isDismissed = error instanceof DOMException && ["NotAllowedError", "AbortError"].includes(error.name);
    throw isDismissed ? new Dismissed() : error;
  });
  if (!given) throw new Dismissed();
  return given as PublicKeyCredential;
}

const described = ({ id, rawId, type }: PublicKeyCredential) => ({ id, rawId: text(rawId), type });

function toDescriptor({ id, type, transports }: UseOptions["allowCredentials"][number]): PublicKeyCredentialDescriptor {
  return { id: bytes(id), type, transports: transports as AuthenticatorTransport[] };
}

/** Safari 17 has neither `parseCreationOptionsFromJSON` nor `Uint8Array.fromBase64`. */
function bytes(base64url: string): Uint8Array<ArrayBuffer> {
  const plain = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (character) => character.charCodeAt(0));
}

function text(buffer: ArrayBuffer): string {
  const plain = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
