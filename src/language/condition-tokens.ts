/** A word (name, number, bare value), a quoted text without its quotes, or a sign. */
export interface ConditionToken {
  readonly kind: 'word' | 'quoted' | 'sign';
  readonly text: string;
}

const TOKEN = /\s*(?:"([^"]*)"|'([^']*)'|(==|!=|>=|<=|[<>()[\],])|([\w.:/@*-]+)|(\S))/gy;

/** The tokens of a condition. A character that begins none is a sign, which no grammar expects. */
export function tokensOf(text: string): readonly ConditionToken[] {
  return [...text.matchAll(TOKEN)].map(([, double, single, sign, word, other]) => {
    const quoted = double ?? single;
    if (quoted !== undefined) return { kind: 'quoted', text: quoted };
    return word === undefined ? { kind: 'sign', text: sign ?? other ?? '' } : { kind: 'word', text: word };
  });
}
