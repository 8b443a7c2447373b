/** What the panel reads after `?`: filters, so that a list can be sent to somebody as one sees it. */
const CHAVES = [
  'volta',
  'status',
  'espaco',
  'situacao',
  'passo',
  'tipo',
  'pessoa',
  'servico',
  'texto',
  'papel',
  'de',
  'ate',
  'dia',
  'vista',
  'por',
] as const;
export type Consulta = { readonly [K in (typeof CHAVES)[number]]?: string };

/** Whatever somebody wrote there, only short texts under known names; where to go on, only within the panel. */
export function lerConsulta(lida: Readonly<Record<string, unknown>>): Consulta {
  const ditos = CHAVES.flatMap((chave) => {
    const valor = lida[chave];
    const texto = typeof valor === 'number' ? String(valor) : valor;
    if (typeof texto !== 'string' || texto === '' || texto.length > 500) return [];
    return chave === 'volta' && !/^\/(?![/\\])/.test(texto) ? [] : [[chave, texto]];
  });
  return Object.fromEntries(ditos) as Consulta;
}
