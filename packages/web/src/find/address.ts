/** The address of the results for a text. */
export const findAddress = (text: string) => `/find?q=${encodeURIComponent(text)}`;
