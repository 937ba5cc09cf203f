import * as v from "valibot";

/**
 * A list of at most `max` items. A longer list is refused with one fault and none of its items are read: a body of 256 KB
 * can hold 60,000 of them, each with a fault of its own. `message` is the fault.
 */
export function list<const Item extends v.GenericSchema>(item: Item, max: number, message = `must be ${max} at most`) {
  const items = v.array(item);
  const length = v.maxLength<v.InferOutput<typeof items>, number, string>(max, message);
  const bounded: typeof items = {
    ...items,
    "~run"(dataset, config) {
      const { value } = dataset;
      if (!Array.isArray(value) || value.length <= max) return items["~run"](dataset, config);
      const { issues } = length["~run"]({ typed: true, value }, config);
      // Not `typed`: the pipe goes no further.
      return { typed: false, value, issues } as ReturnType<(typeof items)["~run"]>;
    },
  };
  // Stated once more for the document.
  return v.pipe(bounded, length);
}
