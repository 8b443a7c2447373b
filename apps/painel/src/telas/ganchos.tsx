import { useState } from 'react';
import type { GanchosHttp } from '@plataforma/contracts';
import { Aviso, Campo, Etiqueta, Falha } from '@plataforma/kit';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { api } from '../api.js';
import { Acao, BotaoDe } from '../componentes/acao.js';
import { Instante, Pares } from '../componentes/ditos.js';
import estilo from '../componentes/painel.module.css';
import { Lista, Tabela } from '../componentes/tabela.js';
import { useTextos } from '../textos/index.js';

const TONS = { ATIVO: 'livre', EM_RISCO: 'retido', PAUSADO: 'suave', DESATIVADO: 'perigo' } as const;

/** Webhooks out: to whom the house tells what happens. */
export function Ganchos() {
  const t = useTextos();
  const { data, error, refetch } = useQuery({
    queryKey: ['ganchos'],
    queryFn: async () => (await api('GET /v1/ganchos')).body,
  });
  const [novo, setNovo] = useState(false);
  const [segredo, setSegredo] = useState<string>();
  if (!data)
    return error ? <Falha erro={error} deNovo={() => void refetch()} /> : <p role="status">{t('lista.lendo')}</p>;
  return (
    <div className={estilo['tela']}>
      <div className={estilo['linha']}>
        <h1>{t('titulos.ganchos')}</h1>
        <BotaoDe direito="ganchos.administrar" forma="primario" onClick={() => setNovo(true)}>
          {t('ganchos.novo')}
        </BotaoDe>
      </div>
      {segredo !== undefined && <Segredo segredo={segredo} />}
      {data.itens.length === 0 ? (
        <p>{t('ganchos.nenhum')}</p>
      ) : (
        <Tabela
          titulo={t('titulos.ganchos')}
          itens={data.itens}
          chave={({ id }) => id}
          colunas={[
            {
              nome: t('ganchos.endereco'),
              titulo: true,
              celula: ({ id, url }) => (
                <Link to="/ganchos/$id" params={{ id }}>
                  {url}
                </Link>
              ),
            },
            { nome: t('cupons.descricao'), celula: ({ descricao }) => descricao || '—' },
            {
              nome: t('sagas.situacao'),
              celula: ({ situacao }) => <Etiqueta tom={TONS[situacao]}>{t(`ganchos.${situacao}`)}</Etiqueta>,
            },
            { nome: t('ganchos.pendentes'), numero: true, celula: ({ pendentes }) => pendentes },
            {
              nome: t('ganchos.exito'),
              celula: ({ ultimoExitoEm }) => (ultimoExitoEm === null ? '—' : <Instante em={ultimoExitoEm} />),
            },
          ]}
        />
      )}
      {novo && (
        <Cadastro
          tiposPossiveis={data.tiposPossiveis}
          gravar={async (corpo) => setSegredo((await api('POST /v1/ganchos', { corpo })).body.segredo)}
          fechar={() => setNovo(false)}
        />
      )}
    </div>
  );
}

/** Shown once, to be copied to wherever signatures are checked. */
function Segredo({ segredo }: { segredo: string }) {
  const t = useTextos();
  return (
    <Aviso tom="espera" titulo={t('ganchos.segredo')}>
      <p className={estilo['codigo']}>{segredo}</p>
      <p>{t('ganchos.soAgora')}</p>
    </Aviso>
  );
}

type Dito = Pick<GanchosHttp['itens'][number], 'url' | 'tipos' | 'descricao'>;

/** Where to tell it, and what: of a new webhook, or of one that there is. */
function Cadastro({
  gancho,
  tiposPossiveis,
  gravar,
  fechar,
}: {
  gancho?: Dito;
  tiposPossiveis: Dito['tipos'];
  gravar: (dito: Dito) => Promise<unknown>;
  fechar: () => void;
}) {
  const t = useTextos();
  const consultas = useQueryClient();
  const [url, setUrl] = useState(gancho?.url ?? 'https://');
  const [descricao, setDescricao] = useState(gancho?.descricao ?? '');
  const [tipos, setTipos] = useState<Dito['tipos']>(gancho?.tipos ?? []);
  return (
    <Acao
      titulo={t(gancho ? 'ganchos.mudar' : 'ganchos.novo')}
      rotulo={t('espacos.gravar')}
      impedida={tipos.length === 0}
      agir={() => gravar({ url: url.trim(), tipos, descricao })}
      feito={() => {
        for (const queryKey of [['ganchos'], ['gancho']]) void consultas.invalidateQueries({ queryKey });
      }}
      fechar={fechar}
    >
      <Campo
        rotulo={t('ganchos.endereco')}
        dica={t('ganchos.comoEndereco')}
        type="url"
        required
        value={url}
        onChange={({ target }) => setUrl(target.value)}
      />
      <Campo
        rotulo={t('cupons.descricao')}
        maxLength={200}
        value={descricao}
        onChange={({ target }) => setDescricao(target.value)}
      />
      <fieldset className={estilo['pilha']}>
        <legend>{t('ganchos.tipos')}</legend>
        {tiposPossiveis.map((tipo) => (
          <label key={tipo} className={estilo['linha']}>
            <input
              type="checkbox"
              checked={tipos.includes(tipo)}
              onChange={({ target }) =>
                setTipos(tiposPossiveis.filter((um) => (um === tipo ? target.checked : tipos.includes(um))))
              }
            />
            {tipo}
          </label>
        ))}
      </fieldset>
    </Acao>
  );
}

/** One webhook, and what was delivered by it. */
export function Gancho() {
  const t = useTextos();
  const { id = '' } = useParams({ strict: false });
  const consultas = useQueryClient();
  const [pausado, setPausado] = useState(false);
  const [testado, setTestado] = useState<string>();
  const [falha, setFalha] = useState<unknown>();
  const [aberto, setAberto] = useState(false);
  const [segredo, setSegredo] = useState<string>();
  const { data: todos } = useQuery({
    queryKey: ['ganchos'],
    queryFn: async () => (await api('GET /v1/ganchos')).body,
    enabled: aberto,
  });
  const { data, error, refetch } = useQuery({
    queryKey: ['gancho', id],
    queryFn: async () => (await api('GET /v1/ganchos/:id', { parametros: { id } })).body,
  });
  if (!data)
    return error ? <Falha erro={error} deNovo={() => void refetch()} /> : <p role="status">{t('lista.lendo')}</p>;
  const parado = data.situacao === 'PAUSADO' || data.situacao === 'DESATIVADO';
  const reler = () => void consultas.invalidateQueries();
  const testar = async () => {
    setFalha(undefined);
    try {
      const { body } = await api('POST /v1/ganchos/:id/teste', { parametros: { id } });
      setTestado(
        body.erro === null ? t('ganchos.aceito', { ms: body.duracaoMs }) : t('ganchos.recusado', { erro: body.erro }),
      );
    } catch (erro) {
      setFalha(erro);
    }
  };
  return (
    <div className={estilo['tela']}>
      <h1>{data.url}</h1>
      <div className={estilo['linha']}>
        <BotaoDe direito="ganchos.administrar" onClick={() => void testar()}>
          {t('ganchos.testar')}
        </BotaoDe>
        <BotaoDe
          direito="ganchos.administrar"
          forma={parado ? 'secundario' : 'perigo'}
          onClick={() => setPausado(true)}
        >
          {t(parado ? 'ganchos.retomar' : 'ganchos.pausar')}
        </BotaoDe>
        <BotaoDe direito="ganchos.administrar" onClick={() => setAberto(true)}>
          {t('ganchos.mudar')}
        </BotaoDe>
        <BotaoDe
          direito="ganchos.administrar"
          onClick={() =>
            void api('POST /v1/ganchos/:id/rotacao', { parametros: { id }, corpo: {} })
              .then(({ body }) => setSegredo(body.segredo))
              .catch(setFalha)
          }
        >
          {t('ganchos.rotacionar')}
        </BotaoDe>
      </div>
      {segredo !== undefined && <Segredo segredo={segredo} />}
      {testado !== undefined && (
        <Aviso>
          <p>{testado}</p>
        </Aviso>
      )}
      {falha !== undefined && <Falha erro={falha} />}
      <div className={estilo['folha']}>
        <Pares
          pares={[
            [t('sagas.situacao'), t(`ganchos.${data.situacao}`)],
            [t('cupons.descricao'), data.descricao || '—'],
            [t('ganchos.tipos'), data.tipos.join(', ')],
            [t('ganchos.pendentes'), data.pendentes],
          ]}
        />
      </div>
      <h2>{t('ganchos.entregas')}</h2>
      <Lista
        titulo={t('ganchos.entregas')}
        consulta={['entregas', id]}
        pedir={async (cursor) =>
          (await api('GET /v1/ganchos/:id/entregas', { parametros: { id }, consulta: { cursor, limite: 50 } })).body
        }
        vazio={t('ganchos.semEntregas')}
        chave={(entrega) => entrega.id}
        colunas={[
          { nome: t('mortas.tipo'), titulo: true, celula: ({ tipo }) => tipo },
          { nome: t('sagas.situacao'), celula: ({ estado }) => estado },
          { nome: t('mortas.desde'), celula: ({ criadaEm }) => <Instante em={criadaEm} /> },
          {
            nome: t('acao.acoes'),
            celula: (entrega) => (
              <BotaoDe
                direito="ganchos.administrar"
                onClick={() =>
                  void api('POST /v1/ganchos/:id/entregas/:entregaId/reenvio', {
                    parametros: { id, entregaId: entrega.id },
                  })
                    .then(reler)
                    .catch(setFalha)
                }
              >
                {t('ganchos.reenviar')}
              </BotaoDe>
            ),
          },
        ]}
      />
      {aberto && todos && (
        <Cadastro
          gancho={data}
          tiposPossiveis={todos.tiposPossiveis}
          gravar={(corpo) =>
            api('PATCH /v1/ganchos/:id', {
              parametros: { id },
              corpo,
              cabecalhos: { 'if-match': `"${data.versao}"` },
            })
          }
          fechar={() => setAberto(false)}
        />
      )}
      {pausado && (
        <Acao
          titulo={t(parado ? 'ganchos.retomar' : 'ganchos.pausar')}
          rotulo={t(parado ? 'ganchos.retomar' : 'ganchos.pausar')}
          agir={() => api('PATCH /v1/ganchos/:id', { parametros: { id }, corpo: { ativo: parado } })}
          feito={reler}
          fechar={() => setPausado(false)}
        >
          <p>{t(parado ? 'ganchos.efeitoDeRetomar' : 'ganchos.efeitoDePausar')}</p>
        </Acao>
      )}
    </div>
  );
}
