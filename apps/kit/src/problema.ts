import { Recusa } from '@plataforma/contracts/cliente';

/** What a person can be told of what did not come about. */
export interface Problema {
  /** Stable, to decide by. `sem-resposta`: nobody knows whether it came about. */
  readonly code: string;
  readonly titulo: string;
  readonly detalhe?: string;
  /** Whose mistake it is, by field. */
  readonly campos: Readonly<Record<string, string>>;
  /** Of the log, to be told to whoever helps. */
  readonly correlationId?: string;
}

const texto = (valor: unknown): string | undefined => (typeof valor === 'string' && valor !== '' ? valor : undefined);

/** Reads a problem document (RFC 9457), or what a network does instead of an answer. */
export function comoProblema(erro: unknown): Problema {
  if (!(erro instanceof Recusa)) return { code: 'sem-resposta', titulo: '', campos: {} };
  const { title, detail, code, correlationId, erros } = erro.problema;
  const listados = Array.isArray(erros) ? (erros as { campo?: unknown; mensagem?: unknown }[]) : [];
  const campos = listados.flatMap(({ campo, mensagem }): [string, string][] =>
    typeof campo === 'string' && typeof mensagem === 'string'
      ? [[campo.replace(/^(corpo|consulta)\./, ''), mensagem]]
      : [],
  );
  const [detalhe, correlacao] = [texto(detail), texto(correlationId)];
  return {
    code: texto(code) ?? `http-${erro.status}`,
    titulo: texto(title) ?? '',
    campos: Object.fromEntries(campos),
    ...(detalhe !== undefined && { detalhe }),
    ...(correlacao !== undefined && { correlationId: correlacao }),
  };
}

/** Whether to ask for the same again may help: nobody answered, or somebody was too busy to. */
export const passageira = (erro: unknown): boolean =>
  !(erro instanceof Recusa) || erro.status === 429 || erro.status >= 500;
