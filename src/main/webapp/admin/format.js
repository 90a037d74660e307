/** Numbers and times as people read them. */

const WHOLE = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 });
const TENTHS = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });
const UNITS = ["B", "kB", "MB", "GB", "TB"];

export const whole = (value) => WHOLE.format(value ?? 0);
export const rate = (value) => TENTHS.format(value ?? 0) + "/s";

export function bytes(value) {
  let amount = value ?? 0;
  let unit = 0;
  while (amount >= 1000 && unit < UNITS.length - 1) {
    amount /= 1000;
    unit++;
  }
  return (amount < 10 && unit > 0 ? TENTHS : WHOLE).format(amount) + " " + UNITS[unit];
}

export function duration(seconds) {
  if (seconds < 60) return seconds + " s";
  if (seconds < 3600) return Math.floor(seconds / 60) + " min";
  const hours = Math.floor(seconds / 3600);
  return hours < 48
    ? hours + " h " + (Math.floor(seconds / 60) % 60) + " min"
    : Math.floor(hours / 24) + " days";
}

export const time = (iso) => new Date(iso).toLocaleTimeString();
export const dateTime = (iso) => new Date(iso).toLocaleString();

/** Tenths of a degree. */
export const degrees = (tenths) => (tenths === null ? "" : (tenths / 10).toFixed(1) + " °C");
