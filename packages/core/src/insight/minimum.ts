/** A sample smaller than this says too little. */
export const minimum = { observations: 30, days: 14 };
