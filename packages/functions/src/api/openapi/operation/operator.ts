/** What only operators may do. */
export const operator: Record<string, string> = {
  "GET /v1/admin/guides/{code}/versions": "For operators: drafts, what is shown and what was before, 200 at most.",
  "POST /v1/admin/guides/{code}/versions": "For operators. A section has one draft in each language at a time.",
  "POST /v1/admin/guides/{code}/preview": "Nothing is stored.",
  "PATCH /v1/admin/guide-versions/{id}": "For operators. Refused where the draft was changed since `revision`.",
  "DELETE /v1/admin/guide-versions/{id}": "For operators. What was once shown stays.",
  "POST /v1/admin/guide-versions/{id}/publish":
    "For operators. What the section showed before is kept as `replaced`. Pages show it within the hour.",
  "POST /v1/admin/guide-versions/{id}/withdraw": "For operators. The version is kept as `withdrawn`.",
  "GET /v1/admin/imports":
    "Newest first. In each table the rows that were read are imported, merged, unchanged, kept, left or rejected; docs/moving-in says what the reasons mean.",
  "GET /v1/admin/bookings":
    "Money that could not be taken or given back, orders that were found late or are unknown for an hour, steps that failed ten times.",
  "GET /v1/admin/overview": "For operators: figures alone, no person. At most 10,000 are counted of a queue.",
  "GET /v1/admin/providers": "For operators: switch, breaker, budget, and the calls of the month and the day.",
  "PATCH /v1/admin/providers/{name}": "For operators. A provider that is off is not asked by searches or by watches.",
  "GET /v1/admin/conversion":
    "For operators: of each route in an ISO week, the searches, searchers, watchers and bookers.",
  "GET /v1/admin/searches": "For operators, newest day first.",
  "GET /v1/admin/posts":
    "For operators, oldest first. Of reported ones, those come first that three people have reported. Writers and reporters are not named.",
  "POST /v1/admin/posts/{id}/decisions":
    "For operators. It ends the open reports of the text and the request of its writer. The writer reads the reason.",
  "GET /v1/admin/deliveries":
    "For operators, newest first, without addresses and words. `counts` is of all messages: filters do not change it.",
  "POST /v1/admin/deliveries/{id}/replay":
    "For operators. It keeps its id and its words, which are stored of messages to webhooks alone.",
};
