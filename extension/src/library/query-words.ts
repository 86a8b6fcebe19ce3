// The words of a search that a text can hold, to be marked in it: no filters, no operators, nothing that is excluded.
// The language is that of docs/search.md; what the host would refuse yields whatever can be read of it.
const fields = /^(tag|site|title|url|note|after|before|is)[:：]/i;
const quotes = /["“”„‟＂«»]/;

export function queryWords(query: string): string[] {
  const words: string[] = [];
  let at = 0;

  const space = () => {
    while (/\s/.test(query[at] ?? "")) at++;
  };
  const phrase = (): string => {
    const begin = ++at;
    while (at < query.length && !quotes.test(query[at] ?? "")) at++;
    const inside = query.slice(begin, at++);
    if (query[at] === "*") at++;
    return inside.trim();
  };
  const word = (): string => {
    const begin = at;
    while (at < query.length && !/[\s()]/.test(query[at] ?? "") && !quotes.test(query[at] ?? "")) at++;
    return query.slice(begin, at);
  };
  const one = (wanted: boolean): void => {
    const found = quotes.test(query[at] ?? "") ? phrase() : word().replace(/\*$/, "");
    if (wanted && found !== "") words.push(found);
  };
  /** Up to the end, or to the parenthesis that closes this group. */
  const group = (wanted: boolean): void => {
    for (space(); at < query.length; space()) {
      const negated = query[at] === "-" && /[^\s]/.test(query[at + 1] ?? " ");
      if (negated) at++;
      const here = wanted && !negated;
      const rest = query.slice(at);
      const field = fields.exec(rest);
      const operator = /^(OR|AND)(?=[\s()]|$)/.exec(rest);
      if (rest.startsWith("(")) {
        at++;
        group(here);
      } else if (rest.startsWith(")")) {
        at++;
        return;
      } else if (operator) {
        at += operator[0].length;
      } else if (field) {
        at += field[0].length;
        space();
        one(false);
      } else {
        one(here);
      }
    }
  };

  while (at < query.length) group(true); // again after a parenthesis too many
  return words;
}
