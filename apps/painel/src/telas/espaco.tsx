import { useState } from 'react';
import type { EdicaoDeEspacoHttp, EspacoHttp } from '@plataforma/contracts';
import {
  agora,
  Aviso,
  Botao,
  Campo,
  chaveDe,
  dataCurta,
  Escolha,
  esquecerChave,
  Etiqueta,
  Falha,
  hora,
  ResumoDeErros,
  useEnvio,
  useIdioma,
} from '@plataforma/kit';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { api } from '../api.js';
import { Acao, BotaoDe, Texto } from '../componentes/acao.js';
import { Instante } from '../componentes/ditos.js';
import { Composicao } from '../componentes/composicao.js';
import { Fotos } from '../componentes/fotos.js';
import { Excecoes, Funcionamento } from '../componentes/funcionamento.js';
import estilo from '../componentes/painel.module.css';
import { Cancelamento, Precos, Unidade } from '../componentes/precos.js';
import { Previa } from '../componentes/previa.js';
import { Lista } from '../componentes/tabela.js';
import { useTextos } from '../textos/index.js';
import { TONS_DO_ESPACO } from './espacos.js';
import { Pessoa } from './reserva.js';

const TIPOS = ['SALA', 'MESA', 'QUADRA', 'AUDITORIO', 'ESTUDIO'] as const;
const FUSOS = [
  'America/Sao_Paulo',
  'America/Manaus',
  'America/Recife',
  'America/Cuiaba',
  'America/Rio_Branco',
  'America/Noronha',
];

/** A room on weekdays from 8 to 20, until its house says otherwise. */
const NOVO: EdicaoDeEspacoHttp = {
  nome: '',
  tipo: 'SALA',
  descricao: '',
  cidade: '',
  endereco: '',
  fuso: 'America/Sao_Paulo',
  capacidade: 8,
  fotos: [],
  recursos: [],
  horarios: [1, 2, 3, 4, 5].map((diaSemana) => ({ diaSemana, abre: '08:00', fecha: '20:00' })),
  excecoes: [],
  horariosEmFeriado: [],
  folgaAntesMinutos: 0,
  folgaDepoisMinutos: 0,
  unidadeDuracao: 'MINUTO',
  duracaoMinimaMinutos: 60,
  duracaoMaximaMinutos: 480,
  passoMinutos: 30,
  antecedenciaMinimaMinutos: 0,
  horizonteDias: 90,
  cotaReservasAtivas: null,
  cotaHorasSemana: null,
  requerAprovacao: false,
  prazoAprovacaoHoras: 48,
  precoHoraCentavos: 10_000,
  precoDiaCentavos: null,
  regrasDePreco: [],
  precoMinimoCentavos: 0,
  sinalPercentual: null,
  saldoHorasAntes: 48,
  exigeCheckin: false,
  toleranciaMinutos: 15,
  politicaCancelamento: [{ horasAntes: 24, percentual: 100 }],
  retencaoSegundos: null,
  prorrogacaoMaximaMinutos: 15,
  quantidadeUnidades: 1,
  partes: [],
};

function edicaoDe(espaco: EspacoHttp): EdicaoDeEspacoHttp {
  const { id: _id, versao: _v, situacao: _s, unidades, moeda: _m, restrito: _r, alteradoEm: _a, ...regras } = espaco;
  return { ...regras, quantidadeUnidades: espaco.partes.length > 0 ? 1 : unidades };
}

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
  const inteiro = (valor: string): number => Math.max(0, Math.round(Number(valor)));
  const numero = (
    campo:
      | 'capacidade'
      | 'quantidadeUnidades'
      | 'duracaoMinimaMinutos'
      | 'duracaoMaximaMinutos'
      | 'passoMinutos'
      | 'folgaAntesMinutos'
      | 'folgaDepoisMinutos'
      | 'antecedenciaMinimaMinutos'
      | 'prazoAprovacaoHoras'
      | 'toleranciaMinutos'
      | 'prorrogacaoMaximaMinutos',
  ) => (
    <Campo
      id={campo}
      rotulo={t(`espacos.${campo}`)}
      type="number"
      min={0}
      required
      erro={gravar.campos[campo]}
      value={edicao[campo]}
      onChange={({ target }) => mudar({ [campo]: inteiro(target.value) })}
    />
  );
  /** What may be left out, for which the platform's own then holds. */
  const opcional = (campo: 'horizonteDias' | 'cotaReservasAtivas' | 'cotaHorasSemana' | 'retencaoSegundos') => (
    <Campo
      id={campo}
      rotulo={t(`espacos.${campo}`)}
      dica={t(`espacos.vazio.${campo}`)}
      type="number"
      min={1}
      erro={gravar.campos[campo]}
      value={edicao[campo] ?? ''}
      onChange={({ target }) => mudar({ [campo]: target.value === '' ? null : inteiro(target.value) })}
    />
  );
  const texto = (campo: 'nome' | 'cidade' | 'endereco') => (
    <Campo
      id={campo}
      rotulo={t(`espacos.${campo}`)}
      required
      erro={gravar.campos[campo]}
      value={edicao[campo]}
      onChange={({ target }) => mudar({ [campo]: target.value })}
    />
  );
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
          <div className={estilo['folha']}>
            <h2>{t('espacos.oQueE')}</h2>
            {texto('nome')}
            <Escolha
              rotulo={t('mortas.tipo')}
              value={edicao.tipo}
              onChange={({ target }) => mudar({ tipo: TIPOS.find((um) => um === target.value) ?? 'SALA' })}
            >
              {TIPOS.map((um) => (
                <option key={um} value={um}>
                  {t(`tipos.${um}`)}
                </option>
              ))}
            </Escolha>
            {texto('cidade')}
            {texto('endereco')}
            <Escolha
              rotulo={t('espacos.fuso')}
              value={edicao.fuso}
              onChange={({ target }) => mudar({ fuso: target.value })}
            >
              {[...new Set([edicao.fuso, ...FUSOS])].map((um) => (
                <option key={um}>{um}</option>
              ))}
            </Escolha>
            {numero('capacidade')}
            {edicao.partes.length === 0 && numero('quantidadeUnidades')}
            <Texto
              rotulo={t('cupons.descricao')}
              maximo={2_000}
              valor={edicao.descricao}
              mudar={(descricao) => mudar({ descricao })}
            />
            <Recursos
              recursos={edicao.recursos}
              mudar={(recursos) => mudar({ recursos })}
              erro={gravar.campos['recursos']}
            />
          </div>
          <div className={estilo['folha']}>
            <h2>{t('espacos.regras')}</h2>
            <Unidade edicao={edicao} mudar={mudar} />
            {numero('duracaoMinimaMinutos')}
            {numero('duracaoMaximaMinutos')}
            {edicao.unidadeDuracao === 'MINUTO' && numero('passoMinutos')}
            {numero('folgaAntesMinutos')}
            {numero('folgaDepoisMinutos')}
            {numero('antecedenciaMinimaMinutos')}
            {opcional('horizonteDias')}
            <label className={estilo['linha']}>
              <input
                type="checkbox"
                checked={edicao.requerAprovacao}
                onChange={({ target }) => mudar({ requerAprovacao: target.checked })}
              />
              {t('espacos.requerAprovacao')}
            </label>
            {edicao.requerAprovacao && numero('prazoAprovacaoHoras')}
            <label className={estilo['linha']}>
              <input
                type="checkbox"
                checked={edicao.exigeCheckin}
                onChange={({ target }) => mudar({ exigeCheckin: target.checked })}
              />
              {t('espacos.exigeCheckin')}
            </label>
            {edicao.exigeCheckin && numero('toleranciaMinutos')}
            <details>
              <summary>{t('espacos.limites')}</summary>
              <div className={estilo['pilha']}>
                {opcional('cotaReservasAtivas')}
                {opcional('cotaHorasSemana')}
                {opcional('retencaoSegundos')}
                {numero('prorrogacaoMaximaMinutos')}
              </div>
            </details>
          </div>
          <div className={estilo['folha']}>
            <h2>{t('espacos.comoSeVe')}</h2>
            <Previa id={espaco?.id ?? 'novo'} edicao={edicao} />
          </div>
        </div>
        <Fotos fotos={edicao.fotos} mudar={(fotos) => mudar({ fotos })} />
        <Funcionamento edicao={edicao} mudar={mudar} erros={gravar.campos} />
        <Excecoes edicao={edicao} mudar={mudar} erros={gravar.campos} />
        <Precos edicao={edicao} mudar={mudar} erros={gravar.campos} />
        <Cancelamento edicao={edicao} mudar={mudar} erros={gravar.campos} />
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

/** How far ahead it is looked for a free time. */
const DIAS_A_FRENTE = 14;

/** Whether somebody could book it now, and when at the earliest. */
function Reservavel({ espaco: { id, versao, fuso, duracaoMinimaMinutos } }: { espaco: EspacoHttp }) {
  const t = useTextos();
  const idioma = useIdioma();
  const { data } = useQuery({
    queryKey: ['reservavel', id, versao],
    queryFn: async () => {
      const de = new Date(agora());
      const { body } = await api('GET /v1/espacos/:id/disponibilidade', {
        parametros: { id },
        consulta: {
          de: de.toISOString(),
          ate: new Date(de.getTime() + DIAS_A_FRENTE * 86_400_000).toISOString(),
          duracaoMinutos: duracaoMinimaMinutos,
        },
      });
      return body.inicios[0] ?? null;
    },
  });
  if (data === undefined) return null;
  return (
    <Aviso tom={data === null ? 'espera' : 'certo'}>
      <p>
        {data === null
          ? t('espacos.semHorario')
          : t('espacos.reservavel', { quando: `${dataCurta(data, fuso, idioma)}, ${hora(data, fuso, idioma)}` })}
      </p>
    </Aviso>
  );
}

/** What is there, as filters of the site name it: words with hyphens, between commas. */
function Recursos({
  recursos,
  mudar,
  erro,
}: {
  recursos: readonly string[];
  mudar: (recursos: string[]) => void;
  erro: string | undefined;
}) {
  const t = useTextos();
  const [escrito, setEscrito] = useState(recursos.join(', '));
  const lidos = recursosDe(escrito);
  return (
    <Campo
      id="recursos"
      rotulo={t('espacos.recursos')}
      dica={t('espacos.comoRecursos')}
      erro={erro}
      // What was written stays as it was written, until somebody else's version comes.
      value={lidos.join() === recursos.join() ? escrito : recursos.join(', ')}
      onChange={({ target }) => {
        setEscrito(target.value);
        mudar(recursosDe(target.value));
      }}
    />
  );
}

const recursosDe = (escrito: string): string[] => [
  ...new Set(
    escrito
      .split(',')
      .map((um) =>
        um
          .normalize('NFD')
          .replace(/[\u0300-\u036f]/g, '')
          .toLowerCase()
          .replace(/[^a-z0-9]+/g, '-')
          .replace(/^-|-$/g, ''),
      )
      .filter(Boolean),
  ),
];

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

/** Names of the fields in which two versions differ. */
function mudados(antes: EdicaoDeEspacoHttp, depois: EdicaoDeEspacoHttp): (keyof EdicaoDeEspacoHttp)[] {
  return (Object.keys(depois) as (keyof EdicaoDeEspacoHttp)[]).filter(
    (campo) => JSON.stringify(antes[campo]) !== JSON.stringify(depois[campo]),
  );
}

/** What it said before, how that differs from now, and the way back to it: into the form, to be looked at and saved. */
function Versoes({
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
