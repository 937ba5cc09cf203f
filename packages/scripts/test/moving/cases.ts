import { randomBytes } from "node:crypto";
import { expect } from "vitest";
import { a, type Case } from "./case.ts";
import { booking, profile, search, user } from "./old.ts";
import { watches } from "./watchcases.ts";

const broken = new Uint8Array([0x41, 0xff, 0xfe]);
const zero = new Uint8Array([0x41, 0, 0x42]);

const ann = user({ id: a, email: "Ann@Example.com" });

const users: Case[] = [
  [ann, "imported", [], { email: "Ann@Example.com", email_key: "ann@example.com", email_verified: false }],
  [user({ id: "" }), "rejected", ["id"]],
  [user({ id: "u_space", email: "  bob@example.com " }), "imported", [], { email: "bob@example.com" }],
  [user({ id: "u_typed", email: "not an address" }), "imported", ["email.invalid"], { email: "not an address" }],
  [user({ id: "u_none", email: null }), "imported", ["email.unstorable"], { email: "u_none@moved.invalid" }],
  [user({ id: "u_short", email: "x" }), "imported", ["email.unstorable"], { email: "u_short@moved.invalid" }],
  [user({ id: "u_long", email: `${"x".repeat(330)}@a.example` }), "imported", ["email.unstorable"]],
  [user({ id: "u_bytes", email: broken }), "imported", ["email.unstorable"]],
  [user({ id: "u_hash", password_hash: "$2b$15$abc" }), "imported", ["password.unreadable"]],
  [user({ id: "u_cost", password_hash: `$2y$04$${"b".repeat(53)}` }), "imported", [], { password: "$2y$04$" }],
  [user({ id: "u_name", first_name: null, last_name: "Cher" }), "imported", [], { first_name: "Cher", last_name: "" }],
  [user({ id: "u_names", first_name: "", last_name: zero }), "imported", ["name.missing"], { first_name: "Traveler" }],
  [user({ id: "u_dash", last_name: "-" }), "imported", ["name.missing"], { first_name: "Ann", last_name: "" }],
  [user({ id: "u_cut", first_name: "é".repeat(150) }), "imported", ["name.cut"], { first_name: "é".repeat(100) }],
  [user({ id: "u_plus", phone: "+44 (20) 7946-0000" }), "imported", [], { phone: "+442079460000" }],
  [user({ id: "u_zeros", phone: "0044 20 7946 0000" }), "imported", [], { phone: "+442079460000" }],
  [
    user({ id: "u_local", phone: "020 7946 0000" }),
    "imported",
    ["phone.unclear"],
    { phone: null, phone_as_given: "020 7946 0000" },
  ],
  [
    user({ id: "u_list", preferred_airlines: '["ba","BA","x1"]', preferred_airports: '["lhr"]' }),
    "imported",
    [],
    { airlines: "{BA,X1}", airports: "{LHR}" },
  ],
  [user({ id: "u_null", preferred_airlines: "null" }), "imported", [], { airlines: "{}" }],
  [user({ id: "u_json", preferred_airlines: "BA, LH" }), "imported", ["airlines.unclear"], { airlines: "{}" }],
  [
    user({ id: "u_seat", seat_preference: "roof", meal_preference: "Vegan" }),
    "imported",
    ["seat.unclear"],
    { seat: "aisle", meal: "vegan" },
  ],
  [
    user({ id: "u_when_1730000000123_x", created_at: "yesterday" }),
    "imported",
    ["created.unclear"],
    { made: "2024-10-27T03:33:20.123Z" },
  ],
  [
    user({ id: "u_same1", email: "same@example.com", created_at: "2026-01-02T00:00:00.000Z" }),
    "merged",
    ["email.same"],
  ],
  [
    user({ id: "u_same2", email: "SAME@example.com", created_at: "2026-01-01T00:00:00.000Z" }),
    "imported",
    ["password.shared"],
    { password: "$argon2" },
  ],
  [user({ id: "u_here", email: "proven@example.com" }), "merged", ["account.here"]],
  [user({ id: "u_unproven", email: "unproven@example.com" }), "rejected", ["account.unproven"]],
];

const faulty = {
  ...{ firstName: "é".repeat(150), lastName: "-", dateOfBirth: "17.5.1984", gender: "?", email: "x" },
  ...{ phone: "020 7946 0000", address: "1 High Street" },
};
const bookings: Case[] = [
  [
    booking(a, { id: "b_plain" }),
    "imported",
    [],
    { total: 11999, status: "confirmed", departs: "2027-03-01T00:00:00.000Z", arrives: "2027-03-02T00:00:00.000Z" },
  ],
  [
    booking(a, { id: "b_zone", origin: "JFK", return_date: "2027-03-09" }),
    "imported",
    [],
    { departs: "2027-03-01T05:00:00.000Z", arrives: "2027-03-10T05:00:00.000Z" },
  ],
  [
    booking(a, { id: "b_city", origin: "NYC" }),
    "imported",
    [],
    { departs: "2027-03-01T05:00:00.000Z", arrives: "2027-03-02T05:00:00.000Z" },
  ],
  [booking(a, { id: "b_na", booking_reference: "N/A" }), "imported", ["reference.repeated"], { reference: "N/A/b_na" }],
  [
    booking(a, { id: "b_none", booking_reference: null }),
    "imported",
    ["reference.repeated"],
    { reference: "N/A/b_none" },
  ],
  [
    booking(a, { id: "b_first", booking_reference: "SAME", created_at: "2026-01-01T00:00:00.000Z" }),
    "imported",
    [],
    { reference: "SAME" },
  ],
  [
    booking(a, { id: "b_second", booking_reference: "SAME" }),
    "imported",
    ["reference.repeated"],
    { reference: "SAME/b_second" },
  ],
  [booking(a, { id: "b_space1", booking_reference: "SPACE\n" }), "imported", [], { reference: "SPACE" }],
  [
    booking(a, { id: "b_space2", booking_reference: "SPACE" }),
    "imported",
    ["reference.repeated"],
    { reference: "SPACE/b_space2" },
  ],
  [
    booking(a, { id: "b_long", booking_reference: randomBytes(9_000).toString("hex") }),
    "imported",
    ["reference.cut"],
    { reference: expect.stringMatching(/^.{200}\/b_long$/) },
  ],
  [
    booking("user_gone", { id: "b_gone", passengers: 2 }),
    "imported",
    ["owner.gone"],
    { owner: null, passengers: [{}, {}] },
  ],
  [booking("u_unproven", { id: "b_waits" }), "rejected", ["owner.rejected"]],
  [
    booking(a, { id: "b_json", passengers: 3, passenger_details: "{" }),
    "imported",
    ["passengers.unclear"],
    { people: 3 },
  ],
  [booking(a, { id: "b_nojson", passenger_details: "null" }), "imported", [], { people: 1 }],
  [
    booking(a, { id: "b_holes", passenger_details: '[{"firstName":"Ann","lastName":"Lee"},null,[]]' }),
    "imported",
    ["passengers.unclear"],
    { people: 3, first: { givenName: "Ann", email: "ann@example.com" } },
  ],
  [
    booking(a, { id: "b_faults", passenger_details: JSON.stringify([faulty]) }),
    "imported",
    ["name.cut", "name.missing", "born.unclear", "gender.unclear", "email.invalid", "address.unclear"],
    { first: { familyName: "", bornOn: null, gender: null, email: "ann@example.com", address: null } },
  ],
  [booking(a, { id: "b_contact", contact_email: "bo@example.com" }), "imported", ["contact.other"]],
  [booking(a, { id: "b_mail", contact_email: "by phone" }), "imported", ["email.invalid"]],
  [booking("user_gone", { id: "b_nobodys", passenger_details: JSON.stringify([faulty]) }), "imported", ["owner.gone"]],
  [booking(a, { id: "b_more", passengers: 1, passenger_details: "[{},{}]" }), "imported", [], { people: 2 }],
  [booking(a, { id: "b_nobody", passengers: 0, passenger_details: "[]" }), "rejected", ["party"]],
  [booking(a, { id: "b_crowd", passengers: 51 }), "rejected", ["party"]],
  [booking(a, { id: "b_price", total_amount: -5 }), "rejected", ["price"]],
  [booking(a, { id: "b_currency", currency: "XYZ" }), "rejected", ["price"]],
  [booking(a, { id: "b_lev", currency: "bgn" }), "imported", [], { total: 11999 }],
  [booking(a, { id: "b_guilder", currency: "ANG" }), "imported", [], { total: 11999 }],
  [booking(a, { id: "b_spaces", currency: " ", status: " \n" }), "imported", [], { status: "confirmed" }],
  [booking(a, { id: "b_status", status: "maybe" }), "rejected", ["status"]],
  [booking(a, { id: "b_cancelled", status: "CANCELLED" }), "imported", [], { status: "cancelled" }],
  [booking(a, { id: "b_day", depart_date: "soon" }), "rejected", ["day"]],
  [booking(a, { id: "b_back", return_date: "2027-02-01" }), "rejected", ["day"]],
  [booking(a, { id: "b_place", destination: "Bergamo" }), "rejected", ["place"]],
  [booking(a, { id: "b_airline", airline: "BA" }), "imported", [], { airline: "BA" }],
];

const searches: Case[] = [
  [
    search(a, { id: "s_plain" }),
    "imported",
    [],
    { cheapest: 11999, currency: "USD", ages: [], party: 2, status: "ok", class: "economy" },
  ],
  [search(a, { id: "s_kids", children: 2 }), "imported", [], { ages: null, party: 4 }],
  [search(a, { id: "s_party", adults: 12, infants: "x" }), "imported", ["party.unclear"], { party: null }],
  [search("user_gone", { id: "s_gone" }), "imported", ["owner.gone"], { owner: null }],
  [search("u_unproven", { id: "s_waits" }), "rejected", ["owner.rejected"]],
  [search(a, { id: "s_place", origin: null }), "rejected", ["place"]],
  [search(a, { id: "s_moment", searched_at: "then" }), "rejected", ["moment"]],
  [search(a, { id: "s_old", searched_at: "2025-09-30T23:59:59.999Z" }), "left", ["month"]],
  [search(a, { id: "s_kept", searched_at: "2025-10-01T00:00:00.000Z" }), "imported", []],
  [
    search(a, { id: "s_day", depart_date: "x", return_date: "2027-01-01" }),
    "imported",
    ["day.unclear"],
    { departure: null, back: null },
  ],
  [
    search(a, { id: "s_cabin", cabin_class: "sofa", price_range: null }),
    "imported",
    ["cabin.unclear"],
    { class: null, cheapest: null, currency: null },
  ],
  [search(a, { id: "s_null", price_range: "null" }), "imported", [], { cheapest: null }],
  [
    search(a, { id: "s_range", price_range: '{"min":"x"}', result_count: -1 }),
    "imported",
    ["results.unclear", "price.unclear"],
    { cheapest: null, results: null, status: null },
  ],
];

const profiles: Case[] = [
  [
    profile(a, { id: "p_plain" }),
    "imported",
    [],
    { gender: "x", phone: "+442079460000", title: null, bornOn: "1984-05-17" },
  ],
  [
    profile(a, { id: "p_born", date_of_birth: "17.5.1984", gender: null }),
    "imported",
    ["born.unclear", "gender.unclear"],
    { bornOn: null, gender: null },
  ],
  [
    profile(a, { id: "p_mail", email: "x", phone: "1234", address: "here" }),
    "imported",
    ["email.invalid", "phone.unclear", "address.unclear"],
    { email: null, phoneAsGiven: "1234", address: null },
  ],
  [profile(a, { id: "p_null", address: "null" }), "imported", [], { address: null }],
  [profile(a, { id: "p_name", first_name: null }), "imported", ["name.missing"], { givenName: "" }],
  [profile("user_gone", { id: "p_gone" }), "rejected", ["owner.gone"]],
  [profile("u_unproven", { id: "p_waits" }), "rejected", ["owner.rejected"]],
];

/** Old rows by table. */
export const all = { users, watches, bookings, searches, passenger_profiles: profiles };
