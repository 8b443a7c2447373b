/**
 * What this house uses of ICU's messages (https://unicode-org.github.io/icu/userguide/format_parse/messages/): `{nome}`,
 * `{quantos, plural, =0 {nenhum} one {# espaço} other {# espaços}}` and `{qual, select, a {…} other {…}}`. A whole parser is
 * a tenth of what a first visit may load.
 */
export type Valores = Readonly<Record<string, string | number>>;

const regras = new Map<string, Intl.PluralRules>();
function formaDe(numero: number, idioma: string): string {
  const regra = regras.get(idioma) ?? new Intl.PluralRules(idioma);
  regras.set(idioma, regra);
  return regra.select(numero);
}

/** Where the brace that opens at `inicio` closes. @throws for a text in which it does not */
function fechoDe(texto: string, inicio: number): number {
  let fundo = 0;
  for (let i = inicio; i < texto.length; i++) {
    if (texto[i] === '{') fundo++;
    else if (texto[i] === '}' && --fundo === 0) return i;
  }
  throw new SyntaxError(`chave sem fecho: ${texto}`);
}

/** `one {# espaço} other {# espaços}`, by name. */
function opcoesDe(texto: string): Map<string, string> {
  const opcoes = new Map<string, string>();
  for (let i = 0; ;) {
    const abre = texto.indexOf('{', i);
    if (abre < 0) return opcoes;
    const fecha = fechoDe(texto, abre);
    opcoes.set(texto.slice(i, abre).trim(), texto.slice(abre + 1, fecha));
    i = fecha + 1;
  }
}

/** @throws SyntaxError for a text that is not well-formed; what is not given stands as it was written */
export function mensagem(texto: string, valores: Valores, idioma: string): string {
  let dito = '';
  for (let i = 0; ;) {
    const abre = texto.indexOf('{', i);
    if (abre < 0) return dito + texto.slice(i);
    const fecha = fechoDe(texto, abre);
    dito += texto.slice(i, abre) + parte(texto.slice(abre + 1, fecha), valores, idioma);
    i = fecha + 1;
  }
}

function parte(dentro: string, valores: Valores, idioma: string): string {
  const [, nome = '', tipo, resto = ''] = /^\s*(\w+)\s*(?:,\s*(plural|select)\s*,([^]*))?$/.exec(dentro) ?? [];
  const valor = valores[nome];
  if (valor === undefined) return `{${dentro}}`;
  if (tipo === undefined) return typeof valor === 'number' ? valor.toLocaleString(idioma) : valor;
  const opcoes = opcoesDe(resto);
  const numero = Number(valor);
  const escolhida =
    tipo === 'select'
      ? opcoes.get(String(valor))
      : (opcoes.get(`=${numero}`) ??
        opcoes.get(formaDe(numero, idioma))?.replaceAll('#', numero.toLocaleString(idioma)));
  const outra = opcoes.get('other') ?? '';
  return mensagem(
    escolhida ?? (tipo === 'plural' ? outra.replaceAll('#', numero.toLocaleString(idioma)) : outra),
    valores,
    idioma,
  );
}
