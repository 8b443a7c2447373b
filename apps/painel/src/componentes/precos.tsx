import { useEffect, useState } from 'react';
import type { EdicaoDeEspacoHttp } from '@plataforma/contracts';
import {
  agora,
  Botao,
  Campo,
  dataCurta,
  diaDe,
  diasDepois,
  dinheiro,
  Escolha,
  Falha,
  hora,
  useIdioma,
} from '@plataforma/kit';
import { useQuery } from '@tanstack/react-query';
import { api } from '../api.js';
import { useTextos } from '../textos/index.js';
import { Dias } from './dias.js';
import estilo from './painel.module.css';

type Regra = EdicaoDeEspacoHttp['regrasDePreco'][number];
const TIPOS = ['FIM_DE_SEMANA', 'PICO', 'TEMPORADA'] as const;
/** How long hands rest before the examples are asked for anew, ms. */
const SOSSEGO_MS = 400;
const DIA_MINUTOS = 1_440;

interface Partes {
  readonly edicao: EdicaoDeEspacoHttp;
  readonly mudar: (parte: Partial<EdicaoDeEspacoHttp>) => void;
  readonly erros: Readonly<Record<string, string>>;
}

/** A name that no rule has yet. */
function nomeLivre(nome: string, regras: readonly Regra[]): string {
  const tem = new Set(regras.map(({ descricao }) => descricao));
  let numero = 1;
  while (tem.has(`${nome} ${numero}`)) numero++;
  return `${nome} ${numero}`;
}

/** A new rule of a kind, to begin with. */
function regraNova(tipo: Regra['tipo'], descricao: string, hoje: string): Regra {
  if (tipo === 'FIM_DE_SEMANA') return { tipo, descricao, percentual: 20, diasSemana: [6, 7] };
  if (tipo === 'PICO') return { tipo, descricao, percentual: 20, de: '18:00', ate: '22:00' };
  return { tipo, descricao, percentual: 20, dataDe: hoje, dataAte: diasDepois(hoje, 30) };
}

/** The price of an hour or a day, the rules that raise or lower it, and what stays cost by them, as the server reckons it. */
export function Precos({ edicao, mudar, erros }: Partes) {
  const t = useTextos();
  const porDia = edicao.unidadeDuracao === 'DIA';
  const base = porDia ? (edicao.precoDiaCentavos ?? 0) : edicao.precoHoraCentavos;
  const regras = edicao.regrasDePreco;
  const trocar = (i: number, nova: Regra) =>
    mudar({ regrasDePreco: regras.map((outra, j) => (i === j ? nova : outra)) });
  return (
    <div className={estilo['folha']}>
      <h2>{t('espacos.precos')}</h2>
      <div className={estilo['colunas']}>
        <Reais
          id="precoHoraCentavos"
          rotulo={t(porDia ? 'espacos.precoDia' : 'espacos.precoHora')}
          erro={erros['precoHoraCentavos'] ?? erros['precoDiaCentavos']}
          centavos={base}
          mudar={(centavos) =>
            mudar(
              porDia
                ? { precoDiaCentavos: centavos, precoHoraCentavos: Math.ceil(centavos / 24) }
                : { precoHoraCentavos: centavos },
            )
          }
        />
        <Reais
          id="precoMinimoCentavos"
          rotulo={t('espacos.precoMinimo')}
          erro={erros['precoMinimoCentavos']}
          centavos={edicao.precoMinimoCentavos}
          mudar={(precoMinimoCentavos) => mudar({ precoMinimoCentavos })}
        />
        <Campo
          id="sinalPercentual"
          rotulo={t('espacos.sinal')}
          dica={t('espacos.sinalVazio')}
          type="number"
          min={1}
          max={99}
          erro={erros['sinalPercentual']}
          value={edicao.sinalPercentual ?? ''}
          onChange={({ target }) =>
            mudar({ sinalPercentual: target.value === '' ? null : Math.round(Number(target.value)) })
          }
        />
        {edicao.sinalPercentual !== null && (
          <Campo
            id="saldoHorasAntes"
            rotulo={t('espacos.saldoHorasAntes')}
            type="number"
            min={0}
            erro={erros['saldoHorasAntes']}
            value={edicao.saldoHorasAntes}
            onChange={({ target }) => mudar({ saldoHorasAntes: Math.round(Number(target.value)) })}
          />
        )}
      </div>
      <h3 id="regrasDePreco" tabIndex={-1}>
        {t('espacos.regrasDePreco')}
      </h3>
      {erros['regrasDePreco'] !== undefined && <p role="alert">{erros['regrasDePreco']}</p>}
      <ul className={estilo['pilha']}>
        {regras.map((regra, i) => (
          <li key={i}>
            <RegraDePreco
              regra={regra}
              porDia={porDia}
              mudar={(nova) => trocar(i, nova)}
              tirar={() => mudar({ regrasDePreco: regras.filter((_, j) => i !== j) })}
            />
          </li>
        ))}
      </ul>
      <div className={estilo['linha']}>
        {TIPOS.filter((tipo) => !porDia || tipo !== 'PICO').map((tipo) => (
          <Botao
            key={tipo}
            forma="secundario"
            onClick={() =>
              mudar({
                regrasDePreco: [
                  ...regras,
                  regraNova(tipo, nomeLivre(t(`espacos.tiposDeRegra.${tipo}`), regras), diaDe(agora(), edicao.fuso)),
                ],
              })
            }
          >
            {t(`espacos.novaRegra.${tipo}`)}
          </Botao>
        ))}
      </div>
      <Exemplos edicao={edicao} />
    </div>
  );
}

function Reais({
  centavos,
  mudar,
  ...resto
}: {
  id: string;
  rotulo: string;
  erro: string | undefined;
  centavos: number;
  mudar: (centavos: number) => void;
}) {
  return (
    <Campo
      {...resto}
      type="number"
      min={0}
      step={0.01}
      required
      value={centavos / 100}
      onChange={({ target }) => mudar(Math.round(Number(target.value) * 100))}
    />
  );
}

function RegraDePreco({
  regra,
  porDia,
  mudar,
  tirar,
}: {
  regra: Regra;
  porDia: boolean;
  mudar: (regra: Regra) => void;
  tirar: () => void;
}) {
  const t = useTextos();
  const { diasSemana, de, ate, dataDe, dataAte, ...sempre } = regra;
  const quando = { ...(diasSemana && { diasSemana }), ...(dataDe && { dataDe }), ...(dataAte && { dataAte }) };
  const horas = { ...(de !== undefined && { de }), ...(ate !== undefined && { ate }) };
  return (
    <fieldset className={estilo['folha']}>
      <legend>{t(`espacos.tiposDeRegra.${regra.tipo}`)}</legend>
      <div className={estilo['filtros']}>
        <Campo
          rotulo={t('espacos.nomeDaRegra')}
          required
          maxLength={200}
          value={regra.descricao}
          onChange={({ target }) => mudar({ ...regra, descricao: target.value })}
        />
        <Campo
          rotulo={`${regra.descricao} (%)`}
          type="number"
          min={-100}
          max={1_000}
          value={regra.percentual}
          onChange={({ target }) => mudar({ ...regra, percentual: Math.round(Number(target.value)) })}
        />
        {!porDia &&
          (['de', 'ate'] as const).map((qual) => (
            <Campo
              key={qual}
              rotulo={t(`espacos.${qual}`)}
              type="time"
              value={regra[qual] ?? ''}
              onChange={({ target }) => {
                const { [qual]: _, ...outra } = horas;
                mudar({ ...sempre, ...quando, ...outra, ...(target.value !== '' && { [qual]: target.value }) });
              }}
            />
          ))}
        {(['dataDe', 'dataAte'] as const).map((qual) => (
          <Campo
            key={qual}
            rotulo={t(`espacos.${qual}`)}
            type="date"
            value={regra[qual] ?? ''}
            onChange={({ target }) => {
              const { [qual]: _, ...outra } = quando;
              mudar({ ...sempre, ...horas, ...outra, ...(target.value !== '' && { [qual]: target.value }) });
            }}
          />
        ))}
      </div>
      <div className={estilo['linha']}>
        <Dias
          rotulo={t('espacos.diasDaRegra')}
          dias={diasSemana ?? []}
          mudar={(dias) => {
            const { diasSemana: _, ...outra } = quando;
            mudar({ ...sempre, ...horas, ...outra, ...(dias.length > 0 && { diasSemana: dias }) });
          }}
        />
        <Botao forma="leve" aria-label={`${t('espacos.tirarRegra')}: ${regra.descricao}`} onClick={tirar}>
          {t('espacos.tirarRegra')}
        </Botao>
      </div>
    </fieldset>
  );
}

/** Worked examples: an hour of the week, one of the weekend, one of the evening, and whichever one asks for. */
function Exemplos({ edicao }: { edicao: EdicaoDeEspacoHttp }) {
  const t = useTextos();
  const idioma = useIdioma();
  const porDia = edicao.unidadeDuracao === 'DIA';
  const minutos = porDia ? DIA_MINUTOS : 60;
  const [seu, setSeu] = useState<string>();
  const amanha = diasDepois(diaDe(agora(), edicao.fuso), 1);
  const noDia = (diaSemana: number): string => {
    const de = (new Date(`${amanha}T00:00:00Z`).getUTCDay() + 6) % 7;
    return diasDepois(amanha, (diaSemana - 1 - de + 7) % 7);
  };
  const deTemporada = edicao.regrasDePreco.flatMap(({ dataDe }) =>
    dataDe !== undefined && dataDe > amanha ? [dataDe] : [],
  );
  const [data, horaSua] = (seu ?? '').split('T');
  const periodos = [
    { data: noDia(3), hora: '10:00', minutos },
    ...(porDia ? [] : [{ data: noDia(3), hora: '19:00', minutos }]),
    { data: noDia(6), hora: '10:00', minutos },
    ...deTemporada.slice(0, 2).map((dia) => ({ data: dia, hora: '10:00', minutos })),
    ...(data && horaSua ? [{ data, hora: horaSua, minutos: Math.max(minutos, edicao.duracaoMinimaMinutos) }] : []),
  ];
  const corpo = {
    fuso: edicao.fuso,
    unidadeDuracao: edicao.unidadeDuracao,
    precoHoraCentavos: edicao.precoHoraCentavos,
    precoDiaCentavos: edicao.precoDiaCentavos,
    regrasDePreco: edicao.regrasDePreco,
    precoMinimoCentavos: edicao.precoMinimoCentavos,
    sinalPercentual: edicao.sinalPercentual,
    saldoHorasAntes: edicao.saldoHorasAntes,
    periodos,
  };
  const pedido = useSossegado(JSON.stringify(corpo));
  const { data: simulados, error } = useQuery({
    queryKey: ['simulacao', pedido],
    queryFn: async () =>
      (await api('POST /v1/simulacoes-de-preco', { corpo: JSON.parse(pedido) as typeof corpo })).body,
    placeholderData: (antes) => antes,
    retry: false,
  });
  return (
    <section className={estilo['pilha']} aria-live="polite">
      <h3>{t('espacos.exemplos')}</h3>
      {error && <Falha erro={error} />}
      <ul className={estilo['exemplos']}>
        {simulados?.itens.map(({ inicio, fim, linhas, totalCentavos, sinalCentavos }, i) => (
          <li key={`${inicio} ${i}`}>
            {dataCurta(inicio, edicao.fuso, idioma)}, {hora(inicio, edicao.fuso, idioma)}–
            {hora(fim, edicao.fuso, idioma)}: <strong>{dinheiro(totalCentavos, idioma)}</strong>{' '}
            <span className={estilo['suave']}>
              {linhas.length > 1 &&
                `= ${linhas.map(({ descricao, valorCentavos }) => `${descricao} ${dinheiro(valorCentavos, idioma)}`).join(' + ')}`}
              {sinalCentavos !== null && ` · ${t('espacos.sinalDe', { quanto: dinheiro(sinalCentavos, idioma) })}`}
            </span>
          </li>
        ))}
      </ul>
      <Campo
        rotulo={t('espacos.exemploSeu')}
        type="datetime-local"
        value={seu ?? ''}
        onChange={({ target }) => setSeu(target.value === '' ? undefined : target.value)}
      />
    </section>
  );
}

/** The value as it last was when nobody had changed it for a moment. */
function useSossegado(valor: string): string {
  const [sossegado, setSossegado] = useState(valor);
  useEffect(() => {
    const espera = setTimeout(() => setSossegado(valor), SOSSEGO_MS);
    return () => clearTimeout(espera);
  }, [valor]);
  return sossegado;
}

/** How much comes back until when: tiers that can be changed, the latest first. */
export function Cancelamento({ edicao, mudar, erros }: Partes) {
  const t = useTextos();
  const faixas = edicao.politicaCancelamento;
  const trocar = (novas: typeof faixas) =>
    mudar({ politicaCancelamento: novas.toSorted((a, b) => b.horasAntes - a.horasAntes) });
  return (
    <fieldset className={estilo['folha']}>
      <legend>
        <strong>{t('espacos.cancelamento')}</strong>
      </legend>
      <p className={estilo['suave']} id="politicaCancelamento" tabIndex={-1}>
        {faixas.length === 0
          ? t('espacos.nadaVolta')
          : faixas
              .map(({ horasAntes, percentual }) => t('espacos.volta', { percentual, horas: horasAntes }))
              .join(' · ')}
      </p>
      {erros['politicaCancelamento'] !== undefined && <p role="alert">{erros['politicaCancelamento']}</p>}
      {faixas.map((faixa, i) => (
        <div key={i} className={estilo['filtros']}>
          <Campo
            rotulo={t('espacos.horasAntes')}
            type="number"
            min={0}
            max={8_760}
            value={faixa.horasAntes}
            // In order when one is done with it: a tier does not move under one's hands.
            onChange={({ target }) =>
              mudar({
                politicaCancelamento: faixas.map((outra, j) =>
                  i === j ? { ...faixa, horasAntes: Math.max(0, Number(target.value)) } : outra,
                ),
              })
            }
            onBlur={() => trocar(faixas)}
          />
          <Campo
            rotulo={t('espacos.quantoVolta')}
            type="number"
            min={0}
            max={100}
            value={faixa.percentual}
            onChange={({ target }) =>
              trocar(
                faixas.map((outra, j) =>
                  i === j ? { ...faixa, percentual: Math.round(Number(target.value)) } : outra,
                ),
              )
            }
          />
          <Botao
            forma="leve"
            aria-label={`${t('espacos.tirarRegra')}: ${t('espacos.volta', { percentual: faixa.percentual, horas: faixa.horasAntes })}`}
            onClick={() => trocar(faixas.filter((_, j) => i !== j))}
          >
            {t('espacos.tirarRegra')}
          </Botao>
        </div>
      ))}
      {faixas.length < 10 && (
        <div>
          <Botao
            forma="secundario"
            onClick={() => trocar([...faixas, { horasAntes: (faixas[0]?.horasAntes ?? 0) + 24, percentual: 100 }])}
          >
            {t('espacos.novaFaixa')}
          </Botao>
        </div>
      )}
    </fieldset>
  );
}

/** By the hour or by whole days; what one cannot keep of the other is put right at once. */
export function Unidade({ edicao, mudar }: Pick<Partes, 'edicao' | 'mudar'>) {
  const t = useTextos();
  return (
    <Escolha
      rotulo={t('espacos.reservaSe')}
      value={edicao.unidadeDuracao}
      onChange={({ target }) => {
        if (target.value === edicao.unidadeDuracao) return;
        const porDia = target.value === 'DIA';
        const inteiro = <T extends { abre: string; fecha: string }>(horario: T): T => ({
          ...horario,
          fecha: horario.abre,
        });
        mudar(
          porDia
            ? {
                unidadeDuracao: 'DIA',
                passoMinutos: DIA_MINUTOS,
                duracaoMinimaMinutos: DIA_MINUTOS,
                duracaoMaximaMinutos: 7 * DIA_MINUTOS,
                precoDiaCentavos: edicao.precoHoraCentavos * 8,
                precoHoraCentavos: Math.ceil((edicao.precoHoraCentavos * 8) / 24),
                regrasDePreco: edicao.regrasDePreco.filter(({ de }) => de === undefined),
                horarios: edicao.horarios.map(inteiro),
                excecoes: edicao.excecoes.map((excecao) => ({ ...excecao, horarios: excecao.horarios.map(inteiro) })),
                horariosEmFeriado: edicao.horariosEmFeriado?.map(inteiro) ?? null,
              }
            : {
                unidadeDuracao: 'MINUTO',
                passoMinutos: 30,
                duracaoMinimaMinutos: 60,
                duracaoMaximaMinutos: 480,
                precoDiaCentavos: null,
                precoHoraCentavos: Math.round((edicao.precoDiaCentavos ?? 0) / 8),
              },
        );
      }}
    >
      <option value="MINUTO">{t('espacos.porHoras')}</option>
      <option value="DIA">{t('espacos.porDias')}</option>
    </Escolha>
  );
}
