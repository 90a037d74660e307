/** Numbers and times as people read them. */

const WHOLE = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 });
const TENTHS = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });
const UNITS = ["B", "kB", "MB", "GB", "TB"];
const DATE_TIME = new Intl.DateTimeFormat(undefined, {
  year: "numeric",
  month: "short",
  day: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  timeZoneName: "short",
});

const PERCENT = new Intl.NumberFormat(undefined, { style: "percent", maximumFractionDigits: 0 });

export const percent = (part) => PERCENT.format(part ?? 0);
export const whole = (value) => WHOLE.format(value ?? 0);
export const tenths = (value) => TENTHS.format(value ?? 0);
export const rate = (value) => (value < 1000 ? tenths(value) : whole(value)) + "/s";

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

/** The time of day; where it stands alone, the zone stands in the column's label. */
export const time = (iso) => new Date(iso).toLocaleTimeString();

/** Date and time with the zone. */
export const dateTime = (iso) => DATE_TIME.format(new Date(iso));

/** The zone that times are told in, for example CET. */
export const zone = () =>
  DATE_TIME.formatToParts(new Date()).find((part) => part.type === "timeZoneName").value;

/** Tenths of a degree. */
export const degrees = (tenths) => (tenths === null ? "" : (tenths / 10).toFixed(1) + " °C");

/** Figures a second from a total that was told at two times; null at first and after a restart. */
export function perSecond(before, now, seconds) {
  if (before === undefined || now < before || seconds <= 0) return null;
  return (now - before) / seconds;
}
