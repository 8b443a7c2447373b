import type { EdicaoDeEspacoHttp } from '@plataforma/contracts';
import { Botao } from '@plataforma/kit';
import { api } from '../api.js';
import { Pessoa } from '../telas/reserva.js';
import { useTextos } from '../textos/index.js';
import { Instante } from './ditos.js';
import { edicaoDe } from './edicao.js';
import estilo from './painel.module.css';
import { Lista } from './tabela.js';

/** Names of the fields in which two versions differ. */
function mudados(antes: EdicaoDeEspacoHttp, depois: EdicaoDeEspacoHttp): (keyof EdicaoDeEspacoHttp)[] {
  return (Object.keys(depois) as (keyof EdicaoDeEspacoHttp)[]).filter(
    (campo) => JSON.stringify(antes[campo]) !== JSON.stringify(depois[campo]),
  );
}

/** What it said before, how that differs from now, and the way back to it: into the form, to be looked at and saved. */
export function Versoes({
  id,
  atual,
  voltar,
}: {
  id: string;
  atual: EdicaoDeEspacoHttp;
  voltar: (edicao: EdicaoDeEspacoHttp) => void;
}) {
  const t = useTextos();
  return (
    <section className={estilo['pilha']}>
      <h2>{t('espacos.versoes')}</h2>
      <Lista
        titulo={t('espacos.versoes')}
        consulta={['versoes', id]}
        pedir={async (cursor) =>
          (await api('GET /v1/espacos/:id/versoes', { parametros: { id }, consulta: { cursor, limite: 20 } })).body
        }
        vazio="—"
        chave={({ versao }) => String(versao)}
        colunas={[
          { nome: t('espacos.versao'), titulo: true, celula: ({ versao }) => versao },
          { nome: t('mortas.desde'), celula: ({ desde }) => <Instante em={desde} /> },
          {
            nome: t('auditoria.quem'),
            celula: ({ autorId }) => (autorId === null ? t('auditoria.plataforma') : <Pessoa id={autorId} />),
          },
          {
            nome: t('espacos.difere'),
            celula: ({ regras }) =>
              mudados(atual, edicaoDe(regras))
                .map((campo) => t(`espacos.campos.${campo}`))
                .join(', ') || '—',
          },
          {
            nome: t('espacos.voltarA'),
            celula: ({ versao, regras }) =>
              mudados(atual, edicaoDe(regras)).length > 0 && (
                <Botao
                  forma="leve"
                  aria-label={t('espacos.voltarVersao', { versao })}
                  onClick={() => voltar(edicaoDe(regras))}
                >
                  {t('espacos.trazerDeVolta')}
                </Botao>
              ),
          },
        ]}
      />
    </section>
  );
}
