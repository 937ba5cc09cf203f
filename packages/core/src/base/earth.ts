/** A place on earth, in degrees of WGS 84. */
export type Spot = { latitude: number; longitude: number };

/** The great-circle distance between two places in kilometers (haversine, mean radius 6371 km). */
export function kilometers(from: Spot, to: Spot): number {
  const radians = Math.PI / 180;
  const dLat = Math.sin(((to.latitude - from.latitude) * radians) / 2);
  const dLon = Math.sin(((to.longitude - from.longitude) * radians) / 2);
  const h = dLat * dLat + Math.cos(from.latitude * radians) * Math.cos(to.latitude * radians) * dLon * dLon;
  return 12_742 * Math.asin(Math.min(1, Math.sqrt(h)));
}
