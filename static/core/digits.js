// Digits are ASCII on the wire and Persian on Persian screens.
const PERSIAN = "۰۱۲۳۴۵۶۷۸۹";

/** Language of the nearest element that names one: "fa" or "en". */
export const languageOf = (element) => element.closest("[lang]")?.lang ?? "fa";

export const toPersian = (text) => String(text).replace(/[0-9]/g, (digit) => PERSIAN[digit]);

/** ASCII digits for Persian and Arabic-Indic ones; everything else stays. */
export const toAscii = (text) =>
  text.replace(/[۰-۹٠-٩]/g, (digit) => String(digit.charCodeAt(0) & 0xf));

export const localise = (text, lang = document.documentElement.lang) =>
  lang === "fa" ? toPersian(text) : String(text);
