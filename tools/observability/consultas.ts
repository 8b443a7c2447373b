/** What a PromQL question asks for: each metric with the labels by which it is chosen. */
export interface Pedida {
  readonly metrica: string;
  readonly rotulos: readonly string[];
}

const WORDS = /^(and|or|unless|bool|offset|inf|nan)$/;
const LISTS = /\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g;
/** What a function is given besides; the value of a filter follows its sign. */
const TEXTS = /(?<=[(,]\s*)"[^"]*"/g;
/** A name, its filter, and the parenthesis of a function; a unit of time and Grafana's own variables are none. */
const NAMES = /(?<![\w$[])([a-zA-Z_]\w*)\s*(\{[^}]*\})?(\s*\()?/g;
/** Histograms and counters are asked for by what Prometheus makes of them. */
const PARTS = /_(bucket|count|sum)$/;

/** The metrics of `expr`. */
export const pedidas = (expr: string): Pedida[] =>
  [...expr.replace(LISTS, '').replace(TEXTS, '').matchAll(NAMES)].flatMap(([, metrica = '', filter = '', call]) =>
    call !== undefined || WORDS.test(metrica)
      ? []
      : [{ metrica, rotulos: [...filter.matchAll(/([a-z_]+)\s*(?:=~|!~|!=|=)/g)].map(([, label = '']) => label) }],
  );

/** How a metric is called in the catalogue. */
export const nomeNoCatalogo = (metrica: string, existe: (name: string) => boolean): string =>
  existe(metrica) ? metrica : metrica.replace(PARTS, '');
