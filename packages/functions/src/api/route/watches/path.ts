/** The path of one watch. */
export const watchPath = "/:id{wch_[0-9a-z]{26}}";
