import { randomBytes } from "node:crypto";

/** A card as Stripe keeps it. `number` is one of the test cards (cards.ts) and is never sent. */
export type Method = {
  id: string;
  customer: string | null;
  created: number;
  number: string;
  brand: string;
  expMonth: number;
  expYear: number;
};

type Fault = { type: string; code: string; decline_code?: string; message: string };

export type Setup = {
  id: string;
  created: number;
  customer: string;
  status: "requires_payment_method" | "requires_action" | "succeeded" | "canceled";
  usage: string;
  payment_method: string | null;
  client_secret: string;
  last_setup_error: Fault | null;
  metadata: Record<string, string>;
};

/** Amounts are in Stripe's smallest unit of the currency. */
export type Intent = {
  id: string;
  created: number;
  amount: number;
  amount_capturable: number;
  amount_received: number;
  currency: string;
  customer: string | null;
  payment_method: string | null;
  capture_method: "automatic" | "manual";
  status: "requires_payment_method" | "requires_action" | "requires_capture" | "succeeded" | "canceled";
  cancellation_reason: string | null;
  client_secret: string;
  latest_charge: string | null;
  last_payment_error: Fault | null;
  description: string | null;
  metadata: Record<string, string>;
};

export type Charge = {
  id: string;
  created: number;
  amount: number;
  amount_captured: number;
  amount_refunded: number;
  currency: string;
  payment_intent: string;
  captured: boolean;
  captureBefore: number;
};

export type Refund = {
  id: string;
  created: number;
  amount: number;
  currency: string;
  charge: string;
  payment_intent: string;
  status: "pending" | "succeeded" | "failed" | "canceled";
  failure_reason: string | null;
  metadata: Record<string, string>;
  /** When its status changes, in seconds; null for one that stays. */
  changesAt: number | null;
};

export type Customer = { id: string; created: number; metadata: Record<string, string> };

/** An event; `object` is what it is about, as it was then. */
export type Event = { id: string; created: number; type: string; object: object };

type Kept = { asked: string; at: number; status: number; body: object };

/** All that Stripe keeps, as JSON. `kept` are answers by idempotency key. */
export type State = {
  key: string;
  publicKey: string;
  signing: string;
  customers: Record<string, Customer>;
  methods: Record<string, Method>;
  setups: Record<string, Setup>;
  intents: Record<string, Intent>;
  charges: Record<string, Charge>;
  refunds: Record<string, Refund>;
  events: Event[];
  kept: Record<string, Kept>;
};

export function newState(): State {
  const secret = () => randomBytes(18).toString("base64url").replaceAll(/[-_]/g, "x");
  return {
    key: `sk_test_${secret()}`,
    publicKey: `pk_test_${secret()}`,
    signing: `whsec_${secret()}`,
    customers: {},
    methods: {},
    setups: {},
    intents: {},
    charges: {},
    refunds: {},
    events: [],
    kept: {},
  };
}

/** The state, its clock in seconds, and what notes an event. */
export type Shop = { state: State; now: () => number; emit: (type: string, object: object) => void };

export const newId = (prefix: string) => `${prefix}_${randomBytes(12).toString("hex")}`;
