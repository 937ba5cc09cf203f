import * as v from "valibot";
import { declined, invalid, missing, parse } from "./answer.ts";
import { cards, type Decline } from "./cards.ts";
import { listed, showCustomer, showMethod, showSetup } from "./show.ts";
import { type Method, newId, type Setup, type Shop } from "./state.ts";

const Metadata = v.optional(
  v.pipe(v.record(v.pipe(v.string(), v.maxLength(40)), v.pipe(v.string(), v.maxLength(500)))),
  {},
);
export const Expand = v.optional(v.array(v.string()), []);

/** A card as a person types it into Stripe's element: `expiry` is `MM/YY`. */
export const CardEntry = v.object({
  number: v.pipe(
    v.string(),
    v.transform((text) => text.replaceAll(/[\s-]/g, "")),
    v.regex(/^\d{13,19}$/),
  ),
  expiry: v.pipe(v.string(), v.regex(/^(0[1-9]|1[0-2])\s*\/\s*\d{2}$/)),
  cvc: v.pipe(v.string(), v.regex(/^\d{3,4}$/)),
});
export type CardEntry = v.InferInput<typeof CardEntry>;

/** Customers, cards and setups of cards. */
export function createSetups({ state, now, emit }: Shop) {
  const findCustomer = (id: string, param = "id") => {
    const found = state.customers[id];
    if (!found) throw missing("customer", id, param);
    return found;
  };
  const findMethod = (id: string, param = "id") => {
    const found = state.methods[id];
    if (!found) throw missing("PaymentMethod", id, param);
    return found;
  };
  const findSetup = (id: string) => {
    const found = state.setups[id];
    if (!found) throw missing("setupintent", id, "intent");
    return found;
  };

  function createCustomer(given: unknown) {
    const { metadata } = parse(v.strictObject({ metadata: Metadata }), given);
    const customer = { id: newId("cus"), created: now(), metadata };
    state.customers[customer.id] = customer;
    emit("customer.created", showCustomer(customer));
    return showCustomer(customer);
  }

  /** Takes the one kind of query that the product asks: `metadata['name']:'value'`. */
  function searchCustomers(given: unknown) {
    const shape = v.strictObject({ query: v.string(), limit: v.optional(v.string()) });
    const { query } = parse(shape, given);
    const [, name = "", value = ""] = /^metadata\['(\w+)'\]:'([\w-]+)'$/.exec(query) ?? [];
    if (name === "") throw invalid("parameter_invalid", "We were unable to parse your search query.", "query");
    const found = Object.values(state.customers).filter(({ metadata }) => metadata[name] === value);
    const data = found.map(showCustomer);
    return { object: "search_result", url: "/v1/customers/search", has_more: false, next_page: null, data };
  }

  function removeCustomer(id: string) {
    findCustomer(id);
    delete state.customers[id];
    for (const method of Object.values(state.methods)) if (method.customer === id) method.customer = null;
    emit("customer.deleted", { id, object: "customer" });
    return { id, object: "customer", deleted: true };
  }

  function listMethods(given: unknown) {
    const shape = v.strictObject({
      customer: v.string(),
      type: v.optional(v.literal("card")),
      limit: v.optional(v.string()),
    });
    const { customer } = parse(shape, given);
    const own = Object.values(state.methods).filter((method) => method.customer === customer);
    return listed(own.reverse().map(showMethod), "/v1/payment_methods");
  }

  function detach(id: string) {
    const method = findMethod(id);
    if (method.customer === null) {
      throw invalid("payment_method_unattached", "The payment method you provided is not attached to a customer.");
    }
    method.customer = null;
    emit("payment_method.detached", showMethod(method));
    return showMethod(method);
  }

  function createSetup(given: unknown) {
    const shape = v.strictObject({
      customer: v.string(),
      usage: v.optional(v.picklist(["on_session", "off_session"]), "off_session"),
      allowed_payment_method_types: v.optional(v.array(v.literal("card"))),
      metadata: Metadata,
    });
    const { customer, usage, metadata } = parse(shape, given);
    findCustomer(customer, "customer");
    const id = newId("seti");
    const setup: Setup = {
      id,
      created: now(),
      customer,
      status: "requires_payment_method",
      usage,
      payment_method: null,
      client_secret: `${id}_secret_${newId("k").slice(2)}`,
      last_setup_error: null,
      metadata,
    };
    state.setups[id] = setup;
    emit("setup_intent.created", showSetup(state, setup));
    return showSetup(state, setup);
  }

  function getSetup(id: string, given: unknown) {
    const { expand } = parse(v.strictObject({ expand: Expand }), given);
    return showSetup(state, findSetup(id), expand);
  }

  function cancelSetup(id: string) {
    const setup = findSetup(id);
    if (setup.status === "succeeded" || setup.status === "canceled") throw unexpected(setup.status);
    setup.status = "canceled";
    emit("setup_intent.canceled", showSetup(state, setup));
    return showSetup(state, setup);
  }

  function fail(setup: Setup, [code, declineCode]: Decline, payment?: Method) {
    setup.status = "requires_payment_method";
    setup.payment_method = null;
    const fault = { type: "card_error", code, message: "Your card was declined." };
    setup.last_setup_error = { ...fault, ...(declineCode && { decline_code: declineCode }) };
    emit("setup_intent.setup_failed", showSetup(state, setup));
    return declined(code, declineCode, {
      setup_intent: showSetup(state, setup),
      ...(payment && { payment_method: showMethod(payment) }),
    });
  }

  function succeed(setup: Setup, method: Method) {
    method.customer = setup.customer;
    setup.status = "succeeded";
    setup.last_setup_error = null;
    emit("payment_method.attached", showMethod(method));
    emit("setup_intent.succeeded", showSetup(state, setup));
  }

  /** What Stripe's element does in a browser: makes a card of what was typed, and confirms the setup with it. */
  function enterCard(id: string, typed: CardEntry) {
    const setup = findSetup(id);
    if (setup.status !== "requires_payment_method") throw unexpected(setup.status);
    const { number, expiry } = parse(CardEntry, typed);
    const behaviour = cards[number];
    if (!behaviour) throw fail(setup, ["card_declined", "test_mode_live_card"]);
    const [month = "", year = ""] = expiry.split(/\s*\/\s*/);
    const method: Method = {
      id: newId("pm"),
      customer: null,
      created: now(),
      number,
      brand: behaviour.brand,
      expMonth: Number(month),
      expYear: 2000 + Number(year),
    };
    if (Date.UTC(method.expYear, method.expMonth, 1) <= now() * 1000) throw fail(setup, ["expired_card"]);
    state.methods[method.id] = method;
    if (behaviour.setup) throw fail(setup, behaviour.setup, method);
    setup.payment_method = method.id;
    if (behaviour.asks) {
      setup.status = "requires_action";
      emit("setup_intent.requires_action", showSetup(state, setup));
    } else succeed(setup, method);
    return showSetup(state, setup);
  }

  /** What a bank's page does: the person proved themselves, or failed to. */
  function answerSetup(id: string, passed: boolean) {
    const setup = findSetup(id);
    if (setup.status !== "requires_action") throw unexpected(setup.status);
    if (passed) succeed(setup, findMethod(setup.payment_method ?? ""));
    else fail(setup, ["setup_intent_authentication_failure"]);
    return showSetup(state, setup);
  }

  return {
    findCustomer,
    findMethod,
    showMethodOf: (id: string) => showMethod(findMethod(id)),
    getSetup,
    createCustomer,
    searchCustomers,
    removeCustomer,
    listMethods,
    detach,
    createSetup,
    cancelSetup,
    enterCard,
    answerSetup,
  };
}
export type Setups = ReturnType<typeof createSetups>;

const unexpected = (status: string) =>
  invalid("setup_intent_unexpected_state", `This SetupIntent's status is ${status}.`, undefined, {}, true);
