import { gzipSync } from 'node:zlib';
import type { Database } from '@plataforma/platform';

/** Rows that a service has of a person. All of it is SQL of ours, never of anybody else. */
export interface ItemDeExportacao {
  /** Of the file, and of the table that most of it is from. */
  readonly arquivo: string;
  readonly titulo: string;
  readonly tituloEn: string;
  readonly colunas: readonly string[];
  /** FROM … WHERE …, where `:pessoa` is the person. */
  readonly de: string;
}

/** Of what every service has. */
const COMUNS: readonly ItemDeExportacao[] = [
  {
    arquivo: 'auditoria',
    titulo: 'O que foi registrado a seu respeito',
    tituloEn: 'What was recorded about you',
    colunas: ['ocorrido_em', 'tipo', 'alvo', 'dados'],
    de: 'auditoria WHERE pessoa_id = :pessoa ORDER BY ocorrido_em, id',
  },
];

export const comComuns = (itens: readonly ItemDeExportacao[]): readonly ItemDeExportacao[] => [...itens, ...COMUNS];

/** @param pessoa a UUID, and nothing else */
export function sqlDaExportacao({ colunas, de }: ItemDeExportacao, pessoa: string): string {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(pessoa)) throw new Error('a pessoa não é um UUID');
  return `SELECT ${colunas.join(', ')} FROM ${de.replaceAll(':pessoa', `'${pessoa}'::uuid`)}`;
}

const ROWS = 200;
const PIECE_CHARS = 64_000;

export interface Pedaco {
  /** From 1, over all files. */
  readonly ordem: number;
  readonly arquivo: string;
  /** gzip of the next part of the file: a JSON list, a row per line. Put together they are a gzip of the whole. */
  readonly conteudo: Buffer;
}
export interface FimDaExportacao {
  readonly pedacos: number;
  readonly arquivos: {
    readonly arquivo: string;
    readonly linhas: number;
    readonly titulo: string;
    readonly tituloEn: string;
  }[];
}

/**
 * Hands on what the database has of a person, a bounded piece after the other; inside the caller's transaction, by
 * cursors, so that nothing is ever in memory whole.
 */
export async function exportarPessoa(
  database: Database,
  itens: readonly ItemDeExportacao[],
  pessoa: string,
  hand: (pedaco: Pedaco) => Promise<void>,
): Promise<FimDaExportacao> {
  let ordem = 0;
  const arquivos: FimDaExportacao['arquivos'] = [];
  for (const item of itens) {
    const { arquivo, titulo, tituloEn } = item;
    const give = async (text: string) => hand({ ordem: ++ordem, arquivo, conteudo: gzipSync(Buffer.from(text)) });
    let [text, linhas] = ['[\n', 0];
    await database.query(
      `DECLARE exportacao NO SCROLL CURSOR FOR SELECT to_jsonb(l)::text AS linha FROM (${sqlDaExportacao(item, pessoa)}) l`,
    );
    for (;;) {
      const rows = await database.query<{ linha: string }>(`FETCH ${ROWS} FROM exportacao`);
      if (rows.length === 0) break;
      for (const { linha } of rows) {
        text += `${linhas++ > 0 ? ',\n' : ''}${linha}`;
        if (text.length < PIECE_CHARS) continue;
        await give(text);
        text = '';
      }
    }
    await database.query('CLOSE exportacao');
    await give(`${text}\n]\n`);
    arquivos.push({ arquivo, linhas, titulo, tituloEn });
  }
  return { pedacos: ordem, arquivos };
}

/** By what a piece is bound to its place. */
export const rotuloDoPedaco = (pedidoId: string, servico: string, { arquivo, ordem }: Omit<Pedaco, 'conteudo'>) =>
  `${pedidoId}/${servico}/${arquivo}/${ordem}`;
