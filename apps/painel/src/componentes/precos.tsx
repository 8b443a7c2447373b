import type { EdicaoDeEspacoHttp } from '@plataforma/contracts';
import { agora, Botao, Campo, diaDe, diasDepois } from '@plataforma/kit';
import { useTextos } from '../textos/index.js';
import { Dias } from './dias.js';
import type { ParteDaEdicao } from './edicao.js';
import { ExemplosDePreco } from './exemplos-de-preco.js';
import estilo from './painel.module.css';

type Regra = EdicaoDeEspacoHttp['regrasDePreco'][number];
const TIPOS = ['FIM_DE_SEMANA', 'PICO', 'TEMPORADA'] as const;

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
export function Precos({ edicao, mudar, erros }: ParteDaEdicao) {
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
      <ExemplosDePreco edicao={edicao} />
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
