/** Places, tips, reviews, help and the search over all of them. */
export const content: Record<string, string> = {
  "GET /v1/search":
    "Finds the words in any form and without their accents, in five languages; a text of a place that the words name need not have its name. Quotation marks, a minus and `or` work as in other searches. The last word counts by its beginning. `places`, `texts` and `mine` are each best first; `mine` has the caller's own, by the places that are named, and is empty without a session.",
  "GET /v1/help": "In their order, each in the language that is asked for, or else in English.",
  "GET /v1/help/{name}":
    "In the language that is asked for, or else in English. A page is blocks of text, never markup.",
  "GET /v1/places":
    "The 300 with most flights, then those about which operators wrote. Every other place has its answer too.",
  "GET /v1/places/{code}":
    "Every figure is from what the service holds and says from how many prices; where too little is known it is left out. The same answer stands in the page `/places/{code}`.",
  "GET /v1/places/{code}/tips":
    "Published tips, the most useful first: twice as many votes weigh as much as 180 days. `mine` and `voted` are told to a user with a session.",
  "POST /v1/places/{code}/tips":
    "For accounts with a proven address. The first two texts of an account wait for an operator (`state`). Plain text without links, e-mail addresses, telephone numbers and card numbers.",
  "GET /v1/places/{code}/reviews":
    "Published reviews, the most useful first: twice as many votes weigh as much as 180 days. `rating` is of all of them; filters do not change it.",
  "POST /v1/places/{code}/reviews":
    "For accounts with a proven address; one a place and calendar year (UTC). The first two texts of an account wait for an operator (`state`), and so does one that comes after 20 others of the place within an hour.",
  "PATCH /v1/tips/{id}":
    "For its writer, within 30 days. What it said before is kept. One of an account whose texts need approval waits for it again.",
  "DELETE /v1/tips/{id}": "For its writer. No list has it any more, and it is deleted after 30 days.",
  "POST /v1/tips/{id}/useful": "One vote a person, however often it is sent; none for a text of one's own.",
  "DELETE /v1/tips/{id}/useful": "It may be repeated.",
  "POST /v1/tips/{id}/reports":
    "One report a person: a repetition changes nothing. Reports hide nothing by themselves; operators read them.",
  "POST /v1/tips/{id}/appeal":
    "For its writer, once, of a text that an operator has hidden. Another operator decides, where there is one.",
  "GET /v1/tips/{id}/versions": "For its writer and for operators, newest first.",
  "PATCH /v1/reviews/{id}":
    "For its writer, within 30 days. What it said before is kept. One of an account whose texts need approval waits for it again.",
  "DELETE /v1/reviews/{id}": "For its writer. No list has it any more, and it is deleted after 30 days.",
  "POST /v1/reviews/{id}/useful": "One vote a person, however often it is sent; none for a text of one's own.",
  "DELETE /v1/reviews/{id}/useful": "It may be repeated.",
  "POST /v1/reviews/{id}/reports":
    "One report a person: a repetition changes nothing. Reports hide nothing by themselves; operators read them.",
  "POST /v1/reviews/{id}/appeal":
    "For its writer, once, of a text that an operator has hidden. Another operator decides, where there is one.",
  "GET /v1/reviews/{id}/versions": "For its writer and for operators, newest first.",
  "GET /v1/me/posts": "In every state, without those that were taken back.",
};
