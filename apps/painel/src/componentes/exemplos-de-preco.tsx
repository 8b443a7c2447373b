import { useEffect, useState } from 'react';
import type { EdicaoDeEspacoHttp } from '@plataforma/contracts';
import { agora, Campo, dataCurta, diaDe, diasDepois, dinheiro, Falha, hora, useIdioma } from '@plataforma/kit';
import { useQuery } from '@tanstack/react-query';
import { api } from '../api.js';
import { useTextos } from '../textos/index.js';
import { DIA_MINUTOS } from './edicao.js';
import estilo from './painel.module.css';

/** How long hands rest before the examples are asked for anew, ms. */
const SOSSEGO_MS = 400;

/** Worked examples: an hour of the week, one of the weekend, one of the evening, and whichever one asks for. */
export function ExemplosDePreco({ edicao }: { edicao: EdicaoDeEspacoHttp }) {
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
