/** C0 and C1 controls and line breaks that are no `\n`: they end lines, ring bells and drive terminals. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out.
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g;
/** Characters that turn or hide text: a name could read as another one. */
const DECEIVING = /[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g;
/** Half of a pair is no character; JSON and HTTP bodies break on it. */
const LONE_SURROGATES = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/**
 * The text as one line that shows all it holds: control characters and line
 * breaks become a space, invisible and direction-turning ones become `�`. For
 * every value that an attacker may have written, before it is escaped.
 */
export function printable(text: string): string {
  return text.replaceAll(CONTROLS, ' ').replaceAll(DECEIVING, '�').replaceAll(LONE_SURROGATES, '�').trim();
}
