/** How two patterns of `*` and `?` lie to each other. Case counts, as it does in ARNs. */

/**
 * Some text fits both. Time is bounded by the product of their lengths; plain
 * beginnings and ends that differ are told apart without that.
 */
export function patternsMeet(a: string, b: string): boolean {
  if (!mightMeet(a, b)) return false;
  let row = meetAtEnd(b);
  for (let at = a.length - 1; at >= 0; at -= 1) row = meetingRow(row, a.charAt(at), b);
  return row[0] === 1;
}

/** row[j] is 1: what starts with `sign` and goes on as in `below` has a text in common with b from j on. */
function meetingRow(below: Uint8Array, sign: string, b: string): Uint8Array {
  const row = new Uint8Array(b.length + 1);
  for (let j = b.length; j >= 0; j -= 1) {
    const other = b[j];
    const isMet =
      sign === '*' || other === '*'
        ? below[j] === 1 || row[j + 1] === 1
        : other !== undefined && isAlike(sign, other) && below[j + 1] === 1;
    row[j] = isMet ? 1 : 0;
  }
  return row;
}

function isAlike(a: string, b: string): boolean {
  return a === '?' || b === '?' || a === b;
}

/** Cheap: false where plain beginnings or ends keep the two apart. */
export function mightMeet(a: string, b: string): boolean {
  return fits(headOf(a), headOf(b)) && fits(reversed(tailOf(a)), reversed(tailOf(b)));
}

/** Everything that fits `inner` fits `outer`. */
export function patternCovers(outer: string, inner: string): boolean {
  if (outer === inner) return true;
  // A * of the inner pattern is one more character here: only a * of the outer one takes it.
  let row: boolean[] = [true];
  for (let at = 0; at < inner.length; at += 1) row.push(false);
  for (const sign of outer) row = nextRow(row, sign, inner);
  return row[inner.length] === true;
}

function nextRow(before: readonly boolean[], sign: string, inner: string): boolean[] {
  const row: boolean[] = [sign === '*' && before[0] === true];
  for (let at = 1; at <= inner.length; at += 1) {
    const character = inner[at - 1] ?? '';
    if (sign === '*') row.push(before[at] === true || row[at - 1] === true);
    else row.push(before[at - 1] === true && character !== '*' && (sign === '?' || sign === character));
  }
  return row;
}

function meetAtEnd(b: string): Uint8Array {
  const row = new Uint8Array(b.length + 1);
  row[b.length] = 1;
  for (let j = b.length - 1; j >= 0 && b[j] === '*'; j -= 1) row[j] = 1;
  return row;
}

const headOf = (pattern: string) => /^[^*?]*/.exec(pattern)?.[0] ?? '';
const tailOf = (pattern: string) => /[^*?]*$/.exec(pattern)?.[0] ?? '';
const reversed = (text: string) => [...text].reverse().join('');

/** One of them is the beginning of the other. */
function fits(a: string, b: string): boolean {
  return a.startsWith(b) || b.startsWith(a);
}

/** How much of a pattern is said outright: of two that both fit, the higher one is meant. */
export function exactness(pattern: string): number {
  return pattern.replaceAll('*', '').length * 2 + (/[*?]/.test(pattern) ? 0 : 1);
}
