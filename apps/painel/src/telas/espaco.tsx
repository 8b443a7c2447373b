import { useState } from 'react';
import type { EdicaoDeEspacoHttp, EspacoHttp } from '@plataforma/contracts';
import { Aviso, Botao, chaveDe, esquecerChave, Etiqueta, Falha, ResumoDeErros, useEnvio } from '@plataforma/kit';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { api } from '../api.js';
import { Acao, BotaoDe } from '../componentes/acao.js';
import { CalendariosSeguidos } from '../componentes/calendarios-seguidos.js';
import { Cancelamento } from '../componentes/cancelamento.js';
import { Composicao } from '../componentes/composicao.js';
import { edicaoDe, NOVO } from '../componentes/edicao.js';
import { Fotos } from '../componentes/fotos.js';
import { Excecoes, Funcionamento } from '../componentes/funcionamento.js';
import { OQueE } from '../componentes/o-que-e.js';
import estilo from '../componentes/painel.module.css';
import { Precos } from '../componentes/precos.js';
import { Previa } from '../componentes/previa.js';
import { Regras } from '../componentes/regras.js';
import { Reservavel } from '../componentes/reservavel.js';
import { Versoes } from '../componentes/versoes.js';
import { useTextos } from '../textos/index.js';
import { TONS_DO_ESPACO } from './espacos.js';

/** One space: what it says, how it looks to the public, what it said before. */
export function Espaco() {
  const t = useTextos();
  const { id = '' } = useParams({ strict: false });
  const [gravada, setGravada] = useState<number>();
  const { data, error, refetch } = useQuery({
    queryKey: ['espaco', id],
    queryFn: async () => (await api('GET /v1/espacos/:id', { parametros: { id } })).body,
    enabled: id !== 'novo',
    staleTime: 0,
    // What somebody else changed takes nothing from under one's hands: saving it says so.
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
  if (id === 'novo') return <Editor key="novo" gravada={setGravada} />;
  if (!data)
    return error ? <Falha erro={error} deNovo={() => void refetch()} /> : <p role="status">{t('lista.lendo')}</p>;
  return <Editor key={data.versao} espaco={data} foiGravada={gravada === data.versao} gravada={setGravada} />;
}

function Editor({
  espaco,
  foiGravada = false,
  gravada,
}: {
  espaco?: EspacoHttp;
  /** This version was saved here, a moment ago. */
  foiGravada?: boolean;
  gravada: (versao: number) => void;
}) {
  const t = useTextos();
  const navegar = useNavigate();
  const consultas = useQueryClient();
  const [edicao, setEdicao] = useState<EdicaoDeEspacoHttp>(espaco ? edicaoDe(espaco) : NOVO);
  const [pedido, setPedido] = useState<'publicar' | 'arquivar'>();
  const mudar = (parte: Partial<EdicaoDeEspacoHttp>) => setEdicao({ ...edicao, ...parte });
  const reler = () => {
    for (const queryKey of [['espaco'], ['espacos'], ['versoes']]) void consultas.invalidateQueries({ queryKey });
  };
  const gravar = useEnvio(
    async (publicar: boolean) => {
      if (espaco)
        return (
          await api('PUT /v1/espacos/:id', {
            parametros: { id: espaco.id },
            corpo: edicao,
            cabecalhos: { 'if-match': `"${espaco.versao}"` },
          })
        ).body;
      const { body } = await api('POST /v1/espacos', {
        corpo: edicao,
        cabecalhos: { 'idempotency-key': chaveDe(edicao) },
      });
      if (!publicar) {
        esquecerChave(edicao);
        return body;
      }
      // Asked again after a failure in between, the same draft comes back, and is published then.
      const publicado = await api('POST /v1/espacos/:id/publicacao', { parametros: { id: body.id } });
      esquecerChave(edicao);
      return publicado.body;
    },
    ({ id, versao }) => {
      gravada(versao);
      reler();
      void navegar({ to: '/espacos/$id', params: { id }, replace: true });
    },
  );
  const parte = { edicao, mudar, erros: gravar.campos };
  return (
    <div className={estilo['tela']}>
      <div className={estilo['linha']}>
        <h1>{espaco?.nome ?? t('espacos.criar')}</h1>
        {espaco && <Etiqueta tom={TONS_DO_ESPACO[espaco.situacao]}>{t(`espacos.${espaco.situacao}`)}</Etiqueta>}
        {espaco && espaco.situacao !== 'PUBLICADO' && (
          <BotaoDe
            direito="espacos.administrar"
            impedido={JSON.stringify(edicao) !== JSON.stringify(edicaoDe(espaco)) && t('espacos.porGravar')}
            onClick={() => setPedido('publicar')}
          >
            {t('espacos.publicar')}
          </BotaoDe>
        )}
        {espaco && espaco.situacao !== 'ARQUIVADO' && (
          <BotaoDe direito="espacos.administrar" forma="perigo" onClick={() => setPedido('arquivar')}>
            {t('espacos.arquivar')}
          </BotaoDe>
        )}
      </div>
      <ResumoDeErros titulo={t('espacos.corrija')} erros={gravar.campos} />
      {gravar.erro && <Falha erro={gravar.erro} />}
      {foiGravada && (
        <Aviso tom="certo">
          <p>{t('espacos.gravado')}</p>
        </Aviso>
      )}
      {espaco?.situacao === 'PUBLICADO' && <Reservavel espaco={espaco} />}
      <form
        className={estilo['tela']}
        onSubmit={(evento) => {
          const { submitter } = evento.nativeEvent;
          gravar.enviar(evento, submitter instanceof HTMLButtonElement && submitter.value === 'publicar');
        }}
      >
        <div className={estilo['colunas']}>
          <OQueE {...parte} />
          <Regras {...parte} />
          <div className={estilo['folha']}>
            <h2>{t('espacos.comoSeVe')}</h2>
            <Previa id={espaco?.id ?? 'novo'} edicao={edicao} />
          </div>
        </div>
        <Fotos fotos={edicao.fotos} mudar={(fotos) => mudar({ fotos })} />
        <Funcionamento {...parte} />
        <Excecoes {...parte} />
        <Precos {...parte} />
        <Cancelamento {...parte} />
        <Composicao
          id={espaco?.id}
          partes={edicao.partes}
          mudar={(partes) => mudar({ partes, ...(partes.length > 0 && { quantidadeUnidades: 1 }) })}
          erro={gravar.campos['partes']}
        />
        <div className={estilo['linha']}>
          <Botao type="submit" ocupado={gravar.ocupado}>
            {t('espacos.gravar')}
          </Botao>
          {!espaco && (
            <Botao type="submit" forma="secundario" value="publicar" ocupado={gravar.ocupado}>
              {t('espacos.gravarEPublicar')}
            </Botao>
          )}
          {espaco && <span className={estilo['suave']}>{t('espacos.efeito', { versao: espaco.versao + 1 })}</span>}
        </div>
      </form>
      {espaco && <CalendariosSeguidos espaco={espaco} />}
      {espaco && <Unidades id={espaco.id} versao={espaco.versao} />}
      {espaco && (
        <Versoes
          id={espaco.id}
          atual={edicaoDe(espaco)}
          voltar={(antiga) => {
            setEdicao(antiga);
            scrollTo({ top: 0 });
          }}
        />
      )}
      {espaco && pedido && (
        <Acao
          titulo={t(`espacos.${pedido}`)}
          rotulo={t(`espacos.${pedido}`)}
          perigo={pedido === 'arquivar'}
          agir={() => {
            const quem = { parametros: { id: espaco.id }, cabecalhos: { 'if-match': `"${espaco.versao}"` } };
            return pedido === 'publicar'
              ? api('POST /v1/espacos/:id/publicacao', quem)
              : api('POST /v1/espacos/:id/arquivamento', quem);
          }}
          feito={reler}
          fechar={() => setPedido(undefined)}
        >
          <p>{t(pedido === 'publicar' ? 'espacos.efeitoDePublicar' : 'espacos.efeitoDeArquivar')}</p>
        </Acao>
      )}
    </div>
  );
}

/** What the space is booked by, once it is more than one. */
function Unidades({ id, versao }: { id: string; versao: number }) {
  const t = useTextos();
  const { data } = useQuery({
    queryKey: ['unidades', id, versao],
    queryFn: async () => (await api('GET /v1/espacos/:id/unidades', { parametros: { id } })).body.itens,
  });
  if (!data || data.length < 2) return null;
  return (
    <section className={estilo['pilha']}>
      <h2>{t('espacos.unidades')}</h2>
      <ul className={estilo['linha']}>
        {data.map((unidade) => (
          <li key={unidade.id}>
            <Etiqueta tom="suave">{unidade.nome}</Etiqueta>
          </li>
        ))}
      </ul>
    </section>
  );
}
