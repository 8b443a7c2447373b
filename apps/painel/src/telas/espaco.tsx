import { useState } from 'react';
import type { EdicaoDeEspacoHttp, EspacoHttp } from '@plataforma/contracts';
import {
  Aviso,
  Botao,
  Campo,
  chaveDe,
  dinheiro,
  Escolha,
  esquecerChave,
  Etiqueta,
  Falha,
  Planta,
  ResumoDeErros,
  useEnvio,
  useIdioma,
} from '@plataforma/kit';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { api } from '../api.js';
import { Acao, BotaoDe, Texto } from '../componentes/acao.js';
import { Instante } from '../componentes/ditos.js';
import { Funcionamento } from '../componentes/funcionamento.js';
import estilo from '../componentes/painel.module.css';
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

/** A name that no rule has yet. */
function nomeLivre(nome: string, regras: EdicaoDeEspacoHttp['regrasDePreco']): string {
  const tem = new Set(regras.map(({ descricao }) => descricao));
  let numero = 1;
  while (tem.has(`${nome} ${numero}`)) numero++;
  return `${nome} ${numero}`;
}

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
  const idioma = useIdioma();
  const navegar = useNavigate();
  const consultas = useQueryClient();
  const [edicao, setEdicao] = useState<EdicaoDeEspacoHttp>(espaco ? edicaoDe(espaco) : NOVO);
  const [pedido, setPedido] = useState<'publicar' | 'arquivar'>();
  const mudar = (parte: Partial<EdicaoDeEspacoHttp>) => setEdicao({ ...edicao, ...parte });
  const reler = () => {
    for (const queryKey of [['espaco'], ['espacos'], ['versoes']]) void consultas.invalidateQueries({ queryKey });
  };
  const gravar = useEnvio(
    async () => {
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
      esquecerChave(edicao);
      return body;
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
      | 'folgaDepoisMinutos'
      | 'antecedenciaMinimaMinutos',
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
      <form className={estilo['tela']} onSubmit={gravar.enviar}>
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
          </div>
          <div className={estilo['folha']}>
            <h2>{t('espacos.regras')}</h2>
            {numero('duracaoMinimaMinutos')}
            {numero('duracaoMaximaMinutos')}
            {numero('passoMinutos')}
            {numero('folgaDepoisMinutos')}
            {numero('antecedenciaMinimaMinutos')}
            <label className={estilo['linha']}>
              <input
                type="checkbox"
                checked={edicao.requerAprovacao}
                onChange={({ target }) => mudar({ requerAprovacao: target.checked })}
              />
              {t('espacos.requerAprovacao')}
            </label>
            <label className={estilo['linha']}>
              <input
                type="checkbox"
                checked={edicao.exigeCheckin}
                onChange={({ target }) => mudar({ exigeCheckin: target.checked })}
              />
              {t('espacos.exigeCheckin')}
            </label>
          </div>
          <div className={estilo['folha']}>
            <h2>{t('espacos.comoSeVe')}</h2>
            <Planta
              id={espaco?.id ?? 'novo'}
              nome={edicao.nome}
              tipo={edicao.tipo}
              capacidade={Math.max(1, edicao.capacidade)}
              unidades={edicao.quantidadeUnidades}
            />
            <p>
              <strong>{edicao.nome || '—'}</strong> · {t(`tipos.${edicao.tipo}`)} · {edicao.cidade || '—'} ·{' '}
              {dinheiro(edicao.precoHoraCentavos, idioma)}/h
            </p>
          </div>
        </div>
        <Funcionamento
          horarios={edicao.horarios}
          mudar={(horarios) => mudar({ horarios })}
          erro={gravar.campos['horarios']}
        />
        <Precos edicao={edicao} mudar={mudar} erro={gravar.campos['precoHoraCentavos']} />
        <div className={estilo['linha']}>
          <Botao type="submit" ocupado={gravar.ocupado}>
            {t('espacos.gravar')}
          </Botao>
          {espaco && <span className={estilo['suave']}>{t('espacos.efeito', { versao: espaco.versao + 1 })}</span>}
        </div>
      </form>
      {espaco && <Versoes id={espaco.id} />}
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

/** The price of an hour, what each rule makes of it, and how much comes back until when. */
function Precos({
  edicao,
  mudar,
  erro,
}: {
  edicao: EdicaoDeEspacoHttp;
  mudar: (parte: Partial<EdicaoDeEspacoHttp>) => void;
  erro: string | undefined;
}) {
  const t = useTextos();
  const idioma = useIdioma();
  const porDia = edicao.unidadeDuracao === 'DIA';
  const base = porDia ? (edicao.precoDiaCentavos ?? 0) : edicao.precoHoraCentavos;
  return (
    <div className={estilo['folha']}>
      <h2>{t('espacos.precos')}</h2>
      <Campo
        id="precoHoraCentavos"
        rotulo={t(porDia ? 'espacos.precoDia' : 'espacos.precoHora')}
        type="number"
        min={0}
        step={0.01}
        required
        erro={erro}
        value={base / 100}
        onChange={({ target }) => {
          const centavos = Math.round(Number(target.value) * 100);
          mudar(
            porDia
              ? { precoDiaCentavos: centavos, precoHoraCentavos: Math.ceil(centavos / 24) }
              : { precoHoraCentavos: centavos },
          );
        }}
      />
      <ul className={estilo['pilha']}>
        {edicao.regrasDePreco.map((regra, i) => (
          <li key={`${regra.tipo} ${regra.descricao}`} className={estilo['linha']}>
            <Campo
              rotulo={`${regra.descricao} (%)`}
              type="number"
              min={-100}
              max={1_000}
              value={regra.percentual}
              onChange={({ target }) =>
                mudar({
                  regrasDePreco: edicao.regrasDePreco.map((outra, j) =>
                    i === j ? { ...outra, percentual: Math.round(Number(target.value)) } : outra,
                  ),
                })
              }
            />
            <span>
              {t(porDia ? 'espacos.exemploDia' : 'espacos.exemplo', {
                de: dinheiro(base, idioma),
                por: dinheiro(Math.round((base * (100 + regra.percentual)) / 100), idioma),
              })}
            </span>
            <Botao
              forma="leve"
              onClick={() => mudar({ regrasDePreco: edicao.regrasDePreco.filter((_, j) => i !== j) })}
            >
              {t('espacos.tirarRegra')}
            </Botao>
          </li>
        ))}
      </ul>
      <div>
        <Botao
          forma="secundario"
          onClick={() =>
            mudar({
              regrasDePreco: [
                ...edicao.regrasDePreco,
                {
                  tipo: 'FIM_DE_SEMANA',
                  descricao: nomeLivre(t('espacos.fimDeSemana'), edicao.regrasDePreco),
                  percentual: 20,
                  diasSemana: [6, 7],
                },
              ],
            })
          }
        >
          {t('espacos.novaRegra')}
        </Botao>
      </div>
      <h3>{t('espacos.cancelamento')}</h3>
      <ul>
        {edicao.politicaCancelamento.map(({ horasAntes, percentual }) => (
          <li key={horasAntes}>{t('espacos.volta', { percentual, horas: horasAntes })}</li>
        ))}
      </ul>
    </div>
  );
}

function Versoes({ id }: { id: string }) {
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
        ]}
      />
    </section>
  );
}
