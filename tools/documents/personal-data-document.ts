/** How docs/dados-pessoais.md is read. */
const names = (text: string): string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
/** Of the section with this title. */
export const section = (document: string, title: string): string =>
  document.split(/^## /m).find((text) => text.startsWith(title)) ?? '';
export const firstCells = (text: string): string[] =>
  [...text.matchAll(/^\| (`.*?) +\|/gm)].flatMap(([, cell = '']) => names(cell));
/** `- \`of\`: \`a\`, \`b\`` as `of.a`, `of.b`. */
export const listed = (text: string): string[] =>
  [...text.matchAll(/^- `([^`]+)`: (.*)$/gm)].flatMap(([, of, all = '']) => names(all).map((name) => `${of}.${name}`));
